import type { z } from 'zod'

const slabBytes = 1 << 22
const lineFeed = 0x0a

/**
 * A register of records by key. Records are stored as their original bytes in slabs outside the JavaScript heap and parsed on lookup (about
 * 5 µs): hundreds of thousands of parsed records would need several times that memory and slow down garbage collection.
 */
export class RecordRegistry<T> {
  readonly #schema: z.ZodType<T>
  readonly #keyOf: (record: T) => string
  readonly #slabs: Buffer[] = []
  /** Slab index times `slabBytes`, plus the offset in the slab. */
  readonly #places = new Map<string, number>()
  #used = slabBytes

  /** `keyOf` returns the key of a record. */
  constructor(schema: z.ZodType<T>, keyOf: (record: T) => string) {
    this.#schema = schema
    this.#keyOf = keyOf
  }

  /** The number of records. */
  get size(): number {
    return this.#places.size
  }

  /** Adds a record, replacing an earlier one with the same key. */
  add(record: T): void {
    this.addLine(record, Buffer.from(JSON.stringify(record)))
  }

  /** Adds a record as its validated JSON line (without the line end). */
  addLine(record: T, line: Uint8Array): void {
    if (line.length >= slabBytes) throw new RangeError('a record of a register is larger than 4 MB')
    let slab = this.#slabs.at(-1)
    if (slab === undefined || this.#used + line.length + 1 > slabBytes) {
      slab = Buffer.allocUnsafe(slabBytes)
      this.#slabs.push(slab)
      this.#used = 0
    }
    slab.set(line, this.#used)
    slab[this.#used + line.length] = lineFeed
    this.#places.set(this.#keyOf(record), (this.#slabs.length - 1) * slabBytes + this.#used)
    this.#used += line.length + 1
  }

  /** Removes a record; false if there was none. */
  delete(key: string): boolean {
    return this.#places.delete(key)
  }

  find(key: string): T | undefined {
    const place = this.#places.get(key)
    if (place === undefined) return undefined
    const slab = this.#slabs[Math.floor(place / slabBytes)]
    if (slab === undefined) return undefined
    const start = place % slabBytes
    return this.#schema.parse(JSON.parse(slab.toString('utf8', start, slab.indexOf(lineFeed, start))))
  }
}
