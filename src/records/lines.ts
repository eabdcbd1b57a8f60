/**
 * Lines of a file as bytes, holding at most one chunk and one line. split2 is not used: it drops a line that is too long without counting
 * it, and silently replaces invalid UTF-8.
 */
import { isUtf8 } from 'node:buffer'

/** Longer lines are not parsed (1 MiB). */
export const MAX_LINE_BYTES = 1 << 20
/** The part of an oversized line that is kept, so that somebody can find it. */
export const HEAD_BYTES = 1024

/** A non-blank line without its end. `isTooLong`: only its head. */
export interface Line {
  readonly number: number
  readonly bytes: Buffer
  readonly isTooLong: boolean
}

const LINE_FEED = 0x0a
const CARRIAGE_RETURN = 0x0d
const BYTE_ORDER_MARK = Buffer.from([0xef, 0xbb, 0xbf])

/** The lines of a file, chunk by chunk; numbers start at 1 and include blank lines, which are skipped. */
export async function* linesOf(chunks: AsyncIterable<Buffer>): AsyncGenerator<Line[]> {
  const splitter = new LineSplitter()
  for await (const chunk of chunks) {
    const lines = splitter.take(chunk)
    if (lines.length > 0) yield lines
  }
  const last = splitter.end()
  if (last.length > 0) yield last
}

class LineSplitter {
  #rest: Buffer | undefined
  #isTooLong = false
  #number = 0

  take(read: Buffer): Line[] {
    const chunk = this.#rest === undefined ? read : Buffer.concat([this.#rest, read])
    const lines: Line[] = []
    let start = 0
    for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
      this.#add(lines, chunk.subarray(start, end))
      start = end + 1
    }
    this.#keep(chunk.subarray(start))
    return lines
  }

  end(): Line[] {
    const lines: Line[] = []
    if (this.#rest !== undefined) this.#add(lines, this.#rest)
    return lines
  }

  // Of an oversized line only the head is kept.
  #keep(rest: Buffer): void {
    if (this.#isTooLong || rest.length > MAX_LINE_BYTES) {
      this.#isTooLong = true
      this.#rest = Buffer.from(rest.subarray(0, HEAD_BYTES))
    } else {
      this.#rest = rest.length > 0 ? rest : undefined
    }
  }

  #add(lines: Line[], found: Buffer): void {
    this.#number += 1
    const isTooLong = this.#isTooLong || found.length > MAX_LINE_BYTES
    this.#isTooLong = false
    const start = this.#number === 1 && found.subarray(0, 3).equals(BYTE_ORDER_MARK) ? 3 : 0
    const end = found.at(-1) === CARRIAGE_RETURN ? found.length - 1 : found.length
    if (isTooLong) lines.push({ number: this.#number, bytes: found.subarray(start, HEAD_BYTES), isTooLong })
    else if (!isBlank(found, start, end)) {
      lines.push({ number: this.#number, bytes: found.subarray(start, end), isTooLong })
    }
  }
}

function isBlank(bytes: Buffer, start: number, end: number): boolean {
  for (let index = start; index < end; index += 1) {
    const byte = bytes[index]
    if (byte !== 0x20 && byte !== 0x09) return false
  }
  return true
}

/** The text of a line; undefined if it is not UTF-8, such as Windows-1251. */
export function decodeLine(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString('utf8') : undefined
}
