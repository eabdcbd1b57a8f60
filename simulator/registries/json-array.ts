import { createReadStream } from 'node:fs'
import type { Problems } from './problems.ts'

const byte = {
  quote: 0x22,
  backslash: 0x5c,
  open: 0x7b,
  close: 0x7d,
  openArray: 0x5b,
  closeArray: 0x5d,
  comma: 0x2c,
  lineFeed: 0x0a,
}
const space = new Set([0x20, 0x09, 0x0a, 0x0d])
const byteOrderMark = [0xef, 0xbb, 0xbf]
const maxElementBytes = 1 << 20

type Place = 'before' | 'element' | 'between' | 'after'

/**
 * Finds the objects of one large JSON array in a stream of bytes, so that the array is never in memory as a whole. It only tracks strings,
 * braces and the commas between objects; `JSON.parse` validates each object.
 */
class ArrayScanner {
  readonly #onElement: (json: string, line: number) => void
  readonly #problems: Problems
  #place: Place = 'before'
  #needsComma = false
  #afterComma = false
  #depth = 0
  #inString = false
  #line = 1
  #elementLine = 1
  #rest: Buffer | undefined

  constructor(problems: Problems, onElement: (json: string, line: number) => void) {
    this.#problems = problems
    this.#onElement = onElement
  }

  take(read: Buffer): void {
    const from = this.#rest?.length ?? 0
    const chunk = this.#rest === undefined ? read : Buffer.concat([this.#rest, read])
    let start = 0
    for (let at = from; at < chunk.length; at += 1) {
      if (this.#inString) {
        at = endOfString(chunk, at, start)
        if (at === -1) break
        this.#inString = false
        continue
      }
      const code = chunk[at] ?? 0
      if (code === byte.lineFeed) this.#line += 1
      if (this.#place !== 'element') {
        if (!space.has(code) && this.#outside(code)) start = at
      } else if (this.#inside(code)) {
        this.#onElement(chunk.toString('utf8', start, at + 1), this.#elementLine)
      }
    }
    this.#rest = this.#place === 'element' ? chunk.subarray(start) : undefined
    if (this.#rest !== undefined && this.#rest.length > maxElementBytes) this.#fail('an object of more than 1 MB')
  }

  end(): void {
    if (this.#place !== 'after') this.#fail('the file ends before its array does')
  }

  /** True if the current object has just ended. */
  #inside(code: number): boolean {
    if (code === byte.quote) this.#inString = true
    else if (code === byte.open) this.#depth += 1
    else if (code === byte.close) {
      this.#depth -= 1
      if (this.#depth === 0) {
        this.#place = 'between'
        this.#needsComma = true
        return true
      }
    }
    return false
  }

  /** True if an object starts here. */
  #outside(code: number): boolean {
    if (this.#place === 'before') {
      if (code === byte.openArray) this.#place = 'between'
      else if (!byteOrderMark.includes(code)) this.#fail('this is no JSON array')
    } else if (this.#place === 'between' && code === byte.open && !this.#needsComma) {
      this.#place = 'element'
      this.#depth = 1
      this.#elementLine = this.#line
      this.#afterComma = false
      return true
    } else if (this.#place === 'between' && code === byte.comma && this.#needsComma) {
      this.#needsComma = false
      this.#afterComma = true
    } else if (this.#place === 'between' && code === byte.closeArray && !this.#afterComma) {
      this.#place = 'after'
    } else {
      this.#fail(
        this.#place === 'after'
          ? 'something follows the array'
          : 'an object, a comma or the end of the array is missing here',
      )
    }
    return false
  }

  /** The structure is broken; the rest of the file cannot be trusted. */
  #fail(reason: string): never {
    this.#problems.add(this.#line, reason)
    this.#problems.throwIfAny()
    throw new Error('unreachable')
  }
}

/** The index where the current string ends, -1 if not in this chunk. Most bytes are in strings, and a search is faster than a loop. */
function endOfString(chunk: Buffer, at: number, start: number): number {
  for (let quote = chunk.indexOf(byte.quote, at); quote !== -1; quote = chunk.indexOf(byte.quote, quote + 1)) {
    let before = quote - 1
    while (before > start && chunk[before] === byte.backslash) before -= 1
    // An even number of preceding backslashes are escaped backslashes, so the quote is real.
    if ((quote - before) % 2 === 1) return quote
  }
  return -1
}

/** Reads the objects of a JSON array of any size, each with the line number where it starts. */
export async function forEachArrayElement(
  path: string,
  problems: Problems,
  onElement: (json: string, line: number) => void,
): Promise<void> {
  const scanner = new ArrayScanner(problems, onElement)
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) scanner.take(chunk)
  scanner.end()
}
