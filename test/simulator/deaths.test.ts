// Rules: spec 3.4.4, 8.16.2
/** The register of civil status in the simulator: which acts it finds, their format, and faults. */
import { afterEach, describe, expect, it } from 'vitest'
import { DeathRegistry } from '../../simulator/registries/death-registry.ts'
import type { DeathRecord } from '../../simulator/registries/records.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { message, post, serviceBlock, textOf } from './messages.ts'

const record: DeathRecord = {
  ...{ ar_reg_number: '1', ar_op_name: '1', op_date: '2026-11-03T09:00:00Z' },
  ...{ surname: 'Коваль', name: 'Ірина', patronymic: 'Петрівна', date_birth: '05.04.1961' },
}
const asked = { surname: 'Коваль', name: 'Ірина', patronymic: 'Петрівна', birthDate: '1961-04-05' }
const now = new Date('2026-11-30T00:00:00Z')

function found(records: readonly DeathRecord[], question: Partial<typeof asked> = {}, at = now) {
  const registry = new DeathRegistry()
  for (const each of records) registry.add(each)
  return registry.find({ ...asked, ...question }, at)
}

describe('an act is found', () => {
  it.each([
    ['by equal names and birth date', {}],
    ['in capitals', { surname: 'КОВАЛЬ', name: 'ІРИНА', patronymic: 'ПЕТРІВНА' }],
    ['by a letter that differs', { surname: 'Ковалю' }],
    ['by a letter that is missing', { name: 'Ірна' }],
    ['by a letter that is added', { patronymic: 'Петрівнаа' }],
    ['without a patronymic in the question', { patronymic: '' }],
  ])('%s', (_what, question) => {
    expect(found([record], question)).toEqual([record])
  })

  it.each([
    ['another birth date', { birthDate: '1961-05-04' }],
    ['two letters that differ', { surname: 'Ковела' }],
    ['another first name', { name: 'Олена' }],
    ['another patronymic', { patronymic: 'Іванівна' }],
  ])('but not by %s', (_what, question) => {
    expect(found([record], question)).toEqual([])
  })

  it.each(['05.04.1961', '1961-04-05', '05.04.1961 00:00:00', '1961-04-05T00:00:00'])(
    'whose birth date is %s',
    (day) => {
      expect(found([{ ...record, date_birth: day }])).toHaveLength(1)
    },
  )

  it('without a birth date or a patronymic, by the names alone', () => {
    expect(found([{ ...record, date_birth: null, patronymic: null }])).toHaveLength(1)
    expect(found([{ ...record, date_birth: null }], { name: 'Олена' })).toEqual([])
  })

  it('with others that match, each once', () => {
    const { ar_reg_number: _, ...nameless } = record
    expect(found([record, { ...record, ar_reg_number: '2' }, nameless, { ...nameless }])).toHaveLength(4)
  })
})

describe('a later operation', () => {
  const annulled: DeathRecord = { ...record, ar_op_name: '2', op_date: '2026-11-20T09:00:00Z' }
  const operationsAt = (at: string, ...records: DeathRecord[]) =>
    found(records, {}, new Date(at)).map(({ ar_op_name }) => ar_op_name)

  it('replaces the earlier one when its time has come, in whatever order they were added', () => {
    for (const records of [
      [record, annulled],
      [annulled, record],
    ]) {
      expect(operationsAt('2026-11-01T00:00:00Z', ...records)).toEqual([])
      expect(operationsAt('2026-11-10T00:00:00Z', ...records)).toEqual(['1'])
      expect(operationsAt('2026-11-20T09:00:00Z', ...records)).toEqual(['2'])
    }
  })

  it('is removed with the act', () => {
    const registry = new DeathRegistry()
    for (const each of [record, annulled, { ...record, ar_reg_number: '2' }]) registry.add(each)
    expect([registry.delete('1'), registry.delete('1'), registry.size]).toEqual([true, false, 1])
    expect(registry.find(asked, now)).toHaveLength(1)
  })
})

describe('the service', () => {
  let simulator: Simulator
  afterEach(() => simulator.close())
  const code = 'GetDeathArByFullNameAndBirthDate'
  const provider = serviceBlock({ memberCode: '00015622', subsystemCode: 'DRACS_demo', serviceCode: code })
  const good = { Name: 'Ірина', OnDate: '1961-04-05', Surname: 'Коваль' }
  const ask = async (fields: Record<string, string> = good) =>
    (await post(simulator.url, message(code, fields, { service: provider }))).text
  const listOf = (answer: string) => Buffer.from(textOf(answer, 'ResultData') ?? '', 'base64').toString()

  it.each([
    [{ Name: 'Ірина', OnDate: '1961-04-05' }, '4'],
    [{ Name: 'Ірина', Surname: 'Коваль' }, '4'],
    [{ ...good, OnDate: '05.04.1961' }, '5'],
    [{ ...good, OnDate: '1961-02-30' }, '5'],
    [good, '0'],
  ])('asked %o returns ResultCode %s', async (fields, expected) => {
    simulator = await startSimulator()
    expect(textOf(await ask(fields), 'ResultCode')).toBe(expected)
  })

  it.each([
    ['upper', '<AR_REG_NUMBER>1</AR_REG_NUMBER>'],
    ['camel', '<ArRegNumber>1</ArRegNumber>'],
    ['snake', '<ar_reg_number>1</ar_reg_number>'],
  ] as const)('writes acts as base64 XML, spelt in %s, in Kyiv time', async (dracsNames, expected) => {
    simulator = await startSimulator({ dracsNames })
    simulator.registers.deaths.add(record)
    expect(listOf(await ask())).toContain(expected)
    expect(listOf(await ask())).toContain('>2026-11-03T11:00:00<')
    expect(simulator.calls().map(({ outcome, question }) => [outcome, question])).toEqual([
      ['acts_1', 'Коваль Ірина 1961-04-05'],
      ['acts_1', 'Коваль Ірина 1961-04-05'],
    ])
  })

  it('answers with an empty ResultData without a match, and after an act was removed', async () => {
    simulator = await startSimulator({ controlPort: 0 })
    const change = (method: string, value: object) =>
      fetch(`${simulator.controlUrl}death-acts`, { method, body: JSON.stringify(value) })
    expect(textOf(await ask(), 'ResultData')).toBe('')
    expect((await change('PUT', record)).status).toBe(200)
    expect([simulator.holds().death_acts, listOf(await ask())]).toEqual([1, expect.stringContaining('Коваль')])
    expect((await change('DELETE', { ar_reg_number: '1' })).status).toBe(200)
    expect(textOf(await ask(), 'ResultData')).toBe('')
    expect((await change('PUT', { op_date: 'учора' })).status).toBe(400)
  })

  it('applies faults to the people that they match', async () => {
    simulator = await startSimulator()
    simulator.registers.deaths.add(record)
    await simulator.setFaults({
      faults: [
        { kind: 'status', status: 1, match: { people: ['Коваль Ірина 1961-04-05'] } },
        { kind: 'result_data', form: 'too_many', match: { people_prefix: 'Мельник ' } },
      ],
    })
    expect(textOf(await ask(), 'ResultCode')).toBe('1')
    expect(listOf(await ask({ ...good, Surname: 'Мельник' })).match(/<Ar>/g)).toHaveLength(101)
    expect(textOf(await ask({ ...good, Surname: 'Інша' }), 'ResultData')).toBe('')
  })
})
