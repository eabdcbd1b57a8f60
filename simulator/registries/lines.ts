import { createReadStream } from 'node:fs'
import { RegistryFileError } from './problems.ts'

const lineFeed = 0x0a
const carriageReturn = 0x0d
const byteOrderMark = Buffer.from([0xef, 0xbb, 0xbf])
const maxLineBytes = 1 << 20

/**
 * Reads a file line by line with constant memory. `onLine` gets each non-blank line as bytes that are only valid until it returns, and its
 * number from 1.
 */
export async function forEachLine(path: string, onLine: (line: Buffer, number: number) => void): Promise<void> {
  let rest: Buffer | undefined
  let number = 0
  const emit = (line: Buffer) => {
    number += 1
    const start = number === 1 && line.subarray(0, 3).equals(byteOrderMark) ? 3 : 0
    const end = line.at(-1) === carriageReturn ? line.length - 1 : line.length
    if (end > start) onLine(line.subarray(start, end), number)
  }
  for await (const read of createReadStream(path, { highWaterMark: 1 << 20 })) {
    const chunk: Buffer = rest === undefined ? read : Buffer.concat([rest, read])
    let start = 0
    for (let end = chunk.indexOf(lineFeed); end !== -1; end = chunk.indexOf(lineFeed, start)) {
      emit(chunk.subarray(start, end))
      start = end + 1
    }
    rest = start < chunk.length ? chunk.subarray(start) : undefined
    if (rest !== undefined && rest.length > maxLineBytes)
      throw new RegistryFileError([`${path}:${number + 1}: a line of more than 1 MB`], 1)
  }
  if (rest !== undefined) emit(rest)
}
