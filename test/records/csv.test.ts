import { Readable } from 'node:stream'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { reveal } from '../../src/privacy/sensitive.ts'
import { readCsv } from '../../src/records/csv.ts'
import { RecordFileError } from '../../src/records/file.ts'
import { linesOf, MAX_LINE_BYTES } from '../../src/records/lines.ts'

const NOT_CSV = 'the line is not CSV: quotes or the number of fields are wrong'

function expectId(columns: readonly string[]): void {
  if (!columns.includes('id')) throw new RecordFileError('no id')
}

async function read(text: string, chunkSize = text.length) {
  const bytes = Buffer.from(text)
  const chunks: Buffer[] = []
  for (let at = 0; at < bytes.length; at += chunkSize) chunks.push(bytes.subarray(at, at + chunkSize))
  const found: (readonly [number, unknown])[] = []
  for await (const some of readCsv(linesOf(Readable.from(chunks)), expectId)) {
    for (const each of some) found.push([each.line, each.kind === 'bad' ? each.reason : reveal(each.value)])
  }
  return found
}

test('rows have the names of the header, and empty or white space values are omitted', async () => {
  expect(await read('\ufeffid, name ,note\r\n1,"a, ""b""",\r\n\r\n2, ,"x\r\ny"\r\n3,c,d')).toEqual([
    [2, { id: '1', name: 'a, "b"' }],
    [4, { id: '2', note: 'x\ny' }],
    [6, { id: '3', name: 'c', note: 'd' }],
  ])
})

test.each([
  ['too many fields', '1,a,b,c', [[2, NOT_CSV]]],
  ['too few fields', '1,a', [[2, NOT_CSV]]],
  ['a quote inside a field', '1,a"b,c', [[2, NOT_CSV]]],
  ['something behind a closing quote', '1,"a"b,c', [[2, NOT_CSV]]],
  ['a quote that is not closed', '1,"a,b', [[2, NOT_CSV]]],
  [
    'quotes that are not closed in two lines',
    '1,"a,b\n1,"a,b',
    [
      [2, NOT_CSV],
      [3, NOT_CSV],
    ],
  ],
  [
    'two lines whose quotes seem to close each other',
    '1,"a,b\n5,c,d"',
    [
      [2, NOT_CSV],
      [3, NOT_CSV],
    ],
  ],
])('%s makes only that line bad', async (_, wrong, told) => {
  const lines = wrong.split('\n').length
  const good = [
    [2 + lines, { id: '2', name: 'd', note: 'e' }],
    [3 + lines, { id: '3', name: 'f', note: 'g\nh' }],
  ]
  for (const chunkSize of [1, 7, 1000]) {
    expect(await read(`id,name,note\n${wrong}\n2,d,e\n3,f,"g\nh"\n`, chunkSize)).toEqual([...told, ...good])
  }
})

test('an unclosed quote is given up after 1 MiB', async () => {
  const line = `2,${'x'.repeat(1000)},b`
  const count = Math.ceil((MAX_LINE_BYTES * 2) / line.length)
  const found = await read(`id,name,note\n1,"a,b\n${`${line}\n`.repeat(count)}`, 1 << 16)
  expect(found).toHaveLength(count + 1)
  expect(found.filter(([, value]) => value === NOT_CSV)).toEqual([[2, NOT_CSV]])
})

test('a header without required columns ends the import', async () => {
  await expect(read('name\nx\n')).rejects.toThrow('no id')
  await expect(read('"id\nid\n1\n')).rejects.toThrow('the first line is not a CSV header')
  await expect(read('id,"a"b\nid\n')).rejects.toThrow('the first line is not a CSV header')
})

test('written CSV is read back, however it is split into chunks', async () => {
  const field = fc
    .stringMatching(/^[aїҐ", \n;'\r0]*$/)
    .map((text) => text.replaceAll('\r', '').replace(/\n\s*(?=\n)/g, '\n'))
  const quoted = (text: string) => `"${text.replaceAll('"', '""')}"`
  await fc.assert(
    fc.asyncProperty(fc.array(fc.tuple(field, field)), fc.integer({ min: 1, max: 50 }), async (rows, chunkSize) => {
      const text = rows.map(([a, b], index) => `${index},${quoted(a)},${quoted(b)}\n`).join('')
      const found = await read(`id,a,b\n${text}`, chunkSize)
      const withoutBlank = (value: string) => value.replace(/\n[ \t]*(?=\n)/g, '')
      expect(found.map(([, row]) => row)).toEqual(
        rows.map(([a, b], index) => ({
          id: String(index),
          ...(a.trim() === '' ? {} : { a: withoutBlank(a) }),
          ...(b.trim() === '' ? {} : { b: withoutBlank(b) }),
        })),
      )
    }),
  )
})
