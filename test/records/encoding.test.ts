import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import { readCsv } from '../../src/records/csv.ts'
import { LOOKED_AT_BYTES, whatElse } from '../../src/records/encoding.ts'
import { openRecordFile } from '../../src/records/file.ts'
import { linesOf } from '../../src/records/lines.ts'

const CSV = 'id,last_name,first_name,birth_date\n1,Ґалаґан-Ївженко,Ємельян,1980-01-31\n2,ЩУР’ЯК,ЮЛІЯ,1980-01-31\n'
const NDJSON = '{"id":"1","last_name":"Єрмоленко","first_name":"Ілля","birth_date":"1980-01-31"}\n'

/** A text in a single-byte encoding. */
function encoded(text: string, label: string): Buffer {
  const decoder = new TextDecoder(label)
  const bytes = new Map(Array.from({ length: 256 }, (_, byte) => [decoder.decode(Buffer.of(byte)), byte]))
  return Buffer.from(Array.from(text, (letter) => bytes.get(letter) ?? 0x3f))
}

describe('a whole file is', () => {
  test.each([
    ['UTF-16 with a mark', Buffer.from(`\ufeff${CSV}`, 'utf16le'), 'UTF-16'],
    ['UTF-16 of the other order with a mark', Buffer.from(`\ufeff${NDJSON}`, 'utf16le').swap16(), 'UTF-16'],
    ['UTF-16 without a mark', Buffer.from(CSV, 'utf16le'), 'UTF-16LE'],
    ['UTF-16 of the other order without a mark', Buffer.from(NDJSON, 'utf16le').swap16(), 'UTF-16BE'],
    ['Windows-1251', encoded(CSV, 'windows-1251'), 'WINDOWS-1251'],
    ['Windows-1251 without a last line end', encoded(NDJSON.trim(), 'windows-1251'), 'WINDOWS-1251'],
    ['KOI8-U', encoded(CSV.replace('’', "'"), 'koi8-u'), 'KOI8-U'],
    ['ISO 8859-5', encoded(CSV.replace('’', "'").replaceAll(/[Ґґ]/g, 'г'), 'iso-8859-5'), 'ISO-8859-5'],
  ])('%s', (_, bytes, name) => {
    expect(whatElse(bytes)).toEqual({
      problem: `is in ${name}, not in UTF-8`,
      hint: `iconv -f ${name} -t UTF-8 FILE > FILE.utf8, and import that`,
    })
  })

  test.each([
    ['bytes of no encoding', Buffer.from(Array.from({ length: 256 }, (_, byte) => byte)), 'is not in UTF-8'],
    ['a list of objects', Buffer.from(`[\n${NDJSON}]`), 'is one JSON array, not one object per line'],
    [
      'with line ends of old',
      Buffer.from(CSV.replaceAll('\n', '\r')),
      'has lines that end with only a carriage return',
    ],
    ['packed', Buffer.from('1f8b08000000', 'hex'), 'is packed by gzip'],
    ['a workbook', Buffer.from('504b03041400', 'hex'), 'is a zip archive or a spreadsheet'],
  ])('%s', (_, bytes, problem) => {
    expect(whatElse(bytes)?.problem).toBe(problem)
  })
})

test.each([
  ['UTF-8', Buffer.from(CSV)],
  ['UTF-8 with a mark and line ends of Windows', Buffer.from(`\ufeff${CSV.replaceAll('\n', '\r\n')}`)],
  ['UTF-8 with one bad line', Buffer.concat([Buffer.from(CSV), encoded(CSV, 'windows-1251')])],
  [
    'UTF-8 whose beginning ends within a letter',
    Buffer.from(`x${'Є'.repeat(LOOKED_AT_BYTES)}`).subarray(0, LOOKED_AT_BYTES),
  ],
  ['ASCII', Buffer.from('id,last_name\n1,A\n')],
  ['empty', Buffer.alloc(0)],
])('%s is read', (_, bytes) => {
  expect(whatElse(bytes)).toBeUndefined()
})

test('such a file is refused before any of it is read, also from a pipe', async () => {
  const standardInput = Readable.from([encoded(CSV, 'windows-1251')])
  await expect(openRecordFile('-', { standardInput })).rejects.toThrow('the file is in WINDOWS-1251, not in UTF-8')
})

describe('columns that are separated by', () => {
  test.each([
    ['semicolons', ';', "delimiter=';'"],
    ['tabs', '\t', "delimiter='\\t'"],
    ['bars', '|', "delimiter='|'"],
  ])('%s are refused, with the command that converts them', async (name, separator, command) => {
    const quoted = '"id","last_name","a name, with a comma"'.replaceAll('","', `"${separator}"`)
    for (const header of [CSV.replaceAll(',', separator), `${quoted}\n`]) {
      const reading = readCsv(linesOf(Readable.from([Buffer.from(header)])), () => undefined)
      await expect(reading.next()).rejects.toMatchObject({
        message: `the columns are separated by ${name}, not by commas`,
        hint: expect.stringContaining(command),
      })
    }
  })
})
