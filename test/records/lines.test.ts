import { Readable } from 'node:stream'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { HEAD_BYTES, linesOf, MAX_LINE_BYTES } from '../../src/records/lines.ts'

setFlagsFromString('--expose-gc')
const collectGarbage: () => void = runInNewContext('gc')

async function read(...chunks: (string | Buffer)[]) {
  const lines: { number: number; text: string; isTooLong: boolean }[] = []
  for await (const some of linesOf(Readable.from(chunks.map((chunk) => Buffer.from(chunk))))) {
    for (const { number, bytes, isTooLong } of some) lines.push({ number, text: bytes.toString(), isTooLong })
  }
  return lines
}

test('blank lines are skipped and counted; both kinds of line endings and a missing last one are accepted', async () => {
  expect(await read('a\r\n\n  \t\r\nb')).toEqual([
    { number: 1, text: 'a', isTooLong: false },
    { number: 4, text: 'b', isTooLong: false },
  ])
})

test('a byte order mark is not part of the first line', async () => {
  expect((await read('\ufeffa\n\ufeffb'))[0]?.text).toBe('a')
  expect((await read(Buffer.from([0xef]), Buffer.from([0xbb, 0xbf, 0x61])))[0]?.text).toBe('a')
  expect(await read('\ufeff')).toEqual([])
})

test('lines are the same however the file is split into chunks', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.constantFrom('a', 'ї', '\n', '\r\n', ' ')),
      fc.infiniteStream(fc.nat(4)),
      async (parts, cuts) => {
        const bytes = Buffer.from(parts.join(''))
        const chunks: Buffer[] = []
        for (let at = 0; at < bytes.length; ) {
          const length = cuts.next().value + 1
          chunks.push(bytes.subarray(at, at + length))
          at += length
        }
        const expected = parts
          .join('')
          .split('\n')
          .map((line, index) => ({ number: index + 1, text: line.replace(/\r$/, ''), isTooLong: false }))
          .filter(({ text }) => text.trim() !== '')
        expect(await read(...chunks)).toEqual(expected)
      },
    ),
  )
})

test('of a line of more than 1 MiB the beginning is kept, and the lines around it are read', async () => {
  const longest = 'x'.repeat(MAX_LINE_BYTES)
  const chunks = (text: string) => text.match(/.{1,100000}\n?|\n/g) ?? []
  const [first, kept, long, last, ...none] = await read(...chunks(`a\n${longest}\n${longest}y\nb\n`))
  expect(first).toEqual({ number: 1, text: 'a', isTooLong: false })
  expect(kept).toEqual({ number: 2, text: longest, isTooLong: false })
  expect(long).toEqual({ number: 3, text: 'x'.repeat(HEAD_BYTES), isTooLong: true })
  expect(last).toEqual({ number: 4, text: 'b', isTooLong: false })
  expect(none).toEqual([])
})

test('an endless line is not buffered', async () => {
  // Collect garbage first: otherwise it happens whenever the engine likes.
  const held = () => {
    collectGarbage()
    return process.memoryUsage().arrayBuffers
  }
  const before = held()
  let most = 0
  async function* endless() {
    for (let n = 1; n <= 400; n += 1) {
      yield Buffer.alloc(1 << 20, 'x')
      if (n % 100 === 0) most = Math.max(most, held() - before)
    }
  }
  let count = 0
  for await (const lines of linesOf(endless())) count += lines.length
  expect(count).toBe(1)
  expect(most).toBeLessThan(200 << 20)
})
