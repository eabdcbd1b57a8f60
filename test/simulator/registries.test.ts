// Rules: spec 3.4.5, 7.3.4
import { createWriteStream } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { type Passport, PassportSet } from '../../simulator/registries/passport-set.ts'
import { effort } from '../support/effort.ts'

let root: string
let folders = 0
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zvirka-registries-'))
})
afterAll(() => rm(root, { recursive: true }))

async function folderWith(files: Record<string, string>): Promise<string> {
  folders += 1
  const folder = await mkdtemp(join(root, `${folders}-`))
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text)
  return folder
}

const lines = (...records: object[]) => records.map((record) => `${JSON.stringify(record)}\n`).join('')
const book = (pasNumber: string, pasSerial = 'АА'): Passport => ({ passType: '0101', pasSerial, pasNumber })
const drfoRecord = { rnokpp: '3184710691', last_name: 'Коваль', first_name: 'Олена', date_birth: '1990-01-01' }
const unzrRecord = { unzr: '19900101-12345', family_name: 'Коваль', given_name: 'Олена', date_birth: '1990-01-01' }

describe('the register files', () => {
  it('fill the registers', async () => {
    const folder = await folderWith({
      'invalid_passports.ndjson': `\ufeff${lines({ pass_type: '0101', pas_serial: 'АА', pas_number: '000001' })}\r\n`,
      'stolen_passports.ndjson': lines({ pass_type: '0101', pas_serial: null, pas_number: '000000002' }).trimEnd(),
      'unzr.ndjson': lines(unzrRecord, { ...unzrRecord, given_name: 'Ольга' }),
      'drfo.ndjson': lines(drfoRecord, { ...drfoRecord, rnokpp: 'АА123456', result: 42 }),
      'death_acts.ndjson': lines({ ar_reg_number: '1', surname: 'Коваль', name: 'Олена', date_birth: '01.01.1990' }),
    })
    const { registers, notes } = await loadRegistries(folder)
    expect(registers.invalidPassports.has(book('000001'))).toBe(true)
    expect(registers.stolenPassports.has(book('000000002', ''))).toBe(true)
    expect(registers.unzr.find('19900101-12345')?.given_name).toBe('Ольга')
    expect(registers.unzr.find('19900101-12346')).toBeUndefined()
    expect(registers.drfo.find('АА123456')?.result).toBe(42)
    expect(notes).toEqual([
      'invalid_passports.ndjson: 1 passports',
      'stolen_passports.ndjson: 1 passports',
      'unzr.ndjson: 1 people',
      'drfo.ndjson: 2 people',
      'death_acts.ndjson: 1 acts of death',
    ])
  })

  it('can be missing: those registers are empty, and a note says so', async () => {
    const { registers, notes } = await loadRegistries(await folderWith({}))
    expect(registers.invalidPassports.size + registers.stolenPassports.size + registers.unzr.size).toBe(0)
    expect(notes).toHaveLength(5)
    expect(notes[0]).toBe('invalid_passports.ndjson: not there, this register is empty')
  })

  it('must be in an existing folder', async () => {
    await expect(loadRegistries(join(root, 'nowhere'))).rejects.toThrow('nowhere')
  })

  it.each([
    { name: 'invalid_passports.ndjson', bad: '{"pass_type":"0101"', reason: 'this line is no JSON' },
    {
      name: 'invalid_passports.ndjson',
      bad: '{"pass_type":"0101"}',
      reason: 'pas_number: expected string, received undefined',
    },
    {
      name: 'stolen_passports.ndjson',
      bad: '{"pass_type":"1","pas_number":"7"}',
      reason: 'pass_type: is not four digits',
    },
    {
      name: 'unzr.ndjson',
      bad: JSON.stringify({ ...unzrRecord, unzr: 'таємне' }),
      reason: 'unzr: is not 8 digits, a hyphen and 5 digits',
    },
  ])(
    'with a bad line are refused with file, line and reason, without the record: $reason',
    async ({ name, bad, reason }) => {
      const good = name === 'unzr.ndjson' ? lines(unzrRecord) : lines({ pass_type: '0101', pas_number: '000000001' })
      const folder = await folderWith({ [name]: `${good}\n${bad}\n${good}${bad}\n` })
      const error = await loadRegistries(folder).catch((caught: unknown) => caught)
      expect(error).toMatchObject({ message: `${name}:3: ${reason}\n${name}:5: ${reason}` })
    },
  )

  it('report the first ten bad lines and the number of others', async () => {
    const folder = await folderWith({ 'unzr.ndjson': 'x\n'.repeat(25) })
    await expect(loadRegistries(folder)).rejects.toThrow(/unzr.ndjson:10: .*\n… and 15 more$/)
  })
})

const entry = (D_SERIES: string | null, D_NUMBER: string | number | null, more: object = {}) => ({
  ID: 1,
  OVD: 'ВП № 1 {"[,',
  D_TYPE: 'ПАСПОРТ ГРОМАДЯНИНА УКРАЇНИ',
  D_SERIES,
  D_NUMBER,
  D_STATUS: 'ВТРАЧЕНИЙ',
  THEFT_DATA: '2015-01-01T00:00:00',
  INSERT_DATE: '2015-01-02T00:00:00',
  ...more,
})

describe('the Ministry’s open data set', () => {
  it('is added to the stolen passports', async () => {
    const set = [
      entry('АА', '000001'),
      entry('ав', ' 123456 '),
      entry(null, 123456789),
      entry('FB', '654321', { D_TYPE: 'ПАСПОРТ ГРОМАДЯНИНА УКРАЇНИ ДЛЯ ВИЇЗДУ ЗА КОРДОН' }),
      entry('АА', '000002', { D_STATUS: 'ЗНАЙДЕНИЙ' }),
      entry('АА', null),
    ]
    const folder = await folderWith({
      'stolen_passports.ndjson': lines({ pass_type: '0101', pas_serial: 'ЯЯ', pas_number: '000009' }),
      'stolen_passports.json': `\ufeff${JSON.stringify(set, null, 2)}\n`,
    })
    const { registers, notes } = await loadRegistries(folder)
    const stolen = registers.stolenPassports
    expect(stolen.size).toBe(5)
    const held = [book('000001'), book('123456', 'АВ'), book('123456789', ''), book('000009', 'ЯЯ')]
    expect(held.map((passport) => stolen.has(passport))).toEqual([true, true, true, true])
    expect(stolen.has({ passType: '0102', pasSerial: 'FB', pasNumber: '654321' })).toBe(true)
    expect(stolen.has(book('000002'))).toBe(false)
    expect(notes.at(-1)).toContain('4 lost or stolen passports, left out 1 found again and 1 without a number')
  })

  it('can be empty, and can have another name', async () => {
    const folder = await folderWith({ 'elsewhere.json': ' [ ] ' })
    const { notes } = await loadRegistries(folder, { dataSet: join(folder, 'elsewhere.json') })
    expect(notes.at(-1)).toContain('0 lost or stolen passports')
    await expect(loadRegistries(folder, { dataSet: join(folder, 'none.json') })).rejects.toThrow('none.json')
  })

  it.each([
    { text: '{"D_NUMBER":"1"}', place: ':1: this is no JSON array' },
    {
      text: '[\n{"D_NUMBER":"1"}\n{"D_NUMBER":"2"}]',
      place: ':3: an object, a comma or the end of the array is missing here',
    },
    { text: '[{"D_NUMBER":"1"},\n]', place: ':2: an object, a comma' },
    { text: '[{"D_NUMBER":"1"},\n{"D_NUMB', place: ':2: the file ends before its array does' },
    { text: '[] x', place: ':1: something follows the array' },
    { text: '[\n\n{"D_NUMBER":{}}]', place: ':3: D_NUMBER is neither text nor a number' },
    { text: '[\n{"D_NUMBER"::1}]', place: ':2: this object is no JSON' },
  ])('with an error is refused with the line: $place', async ({ text, place }) => {
    const folder = await folderWith({ 'stolen_passports.json': text })
    await expect(loadRegistries(folder)).rejects.toThrow(`stolen_passports.json${place}`)
  })

  it('is read the same wherever a chunk of the file ends: in a string, after a backslash, between brackets', async () => {
    const odd = '"}\\\\{"[\\",]\\\\\\'
    const folder = await folderWith({})
    for (let shift = 0; shift < 24; shift += 1) {
      // Chunks have 1 MB; each time the first ends elsewhere in an entry.
      const padding = ' '.repeat(2 ** 20 - 400 + shift * 7)
      const set = [1, 2, 3, 4].map((number) => entry('АА', `00000${number}`, { OVD: odd.repeat(4) }))
      await writeFile(join(folder, 'stolen_passports.json'), `${padding}${JSON.stringify(set)}`)
      const { registers } = await loadRegistries(folder)
      expect(registers.stolenPassports.size, `shift ${shift}`).toBe(4)
    }
  })

  it('of hundreds of thousands of entries is streamed, into a few dozen bytes for each', async () => {
    const folder = await folderWith({})
    const count = effort(200_000, 1_000_000)
    const serials = 'АБВГҐДЕЄЖЗ'
    function* text() {
      for (let index = 0; index < count; index += 1) {
        const serial = `${serials[Math.floor(index / 50_000) % 10]}${serials[index % 10]}`
        yield `${index === 0 ? '[' : ','}\n${JSON.stringify(entry(serial, String(index).padStart(6, '0')))}`
      }
      yield ']'
    }
    await pipeline(text, createWriteStream(join(folder, 'stolen_passports.json')))
    const before = heapAfterCollection()
    const { registers } = await loadRegistries(folder)
    const bytes = (heapAfterCollection() - before) / count
    expect(registers.stolenPassports.size).toBe(count)
    expect(registers.stolenPassports.has(book('150000', 'ГА'))).toBe(true)
    expect(bytes).toBeLessThan(60)
  })
})

setFlagsFromString('--expose-gc')
const collectGarbage: unknown = runInNewContext('gc')

function heapAfterCollection(): number {
  if (typeof collectGarbage === 'function') collectGarbage()
  return process.memoryUsage().heapUsed
}

describe('a register of passports', () => {
  it('contains exactly what was added and not removed: leading zeros, serials, types and unusual numbers matter', () => {
    const passport = fc.record({
      passType: fc.constantFrom('0101', '0102'),
      pasSerial: fc.constantFrom('', 'АА', 'AA', 'аа'),
      pasNumber: fc.constantFrom('1', '01', '000001', '000000001', '0000000001', '1А', '-1', '１', ''),
    })
    fc.assert(
      fc.property(fc.array(fc.record({ passport, isAdded: fc.boolean() })), passport, (steps, asked) => {
        const set = new PassportSet()
        const model = new Set<string>()
        for (const step of steps) {
          const key = JSON.stringify(step.passport)
          if (step.isAdded) {
            set.add(step.passport)
            model.add(key)
          } else {
            expect(set.delete(step.passport)).toBe(model.delete(key))
          }
          expect(set.size).toBe(model.size)
        }
        expect(set.has(asked)).toBe(model.has(JSON.stringify(asked)))
      }),
    )
  })
})
