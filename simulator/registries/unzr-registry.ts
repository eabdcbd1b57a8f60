import { z } from 'zod'

const text = z.string()
const optionalText = z.string().nullish()

/** A record of `unzr.ndjson` (spec 7.3). */
export const unzrRecordSchema = z.object({
  unzr: text.regex(/^[0-9]{8}-[0-9]{5}$/, 'is not 8 digits, a hyphen and 5 digits'),
  family_name: text,
  given_name: text,
  patronymic_name: optionalText,
  date_birth: text.regex(/^\d{4}-\d{2}-\d{2}$/, 'is not YYYY-MM-DD'),
  rnokpp: optionalText,
  gender: optionalText,
  documents: z.array(z.record(z.string(), z.union([text, z.number(), z.boolean(), z.null()]))).nullish(),
})
/** A person in the demographic register. */
export type UnzrRecord = z.infer<typeof unzrRecordSchema>

const slabBytes = 1 << 22
const lineFeed = 0x0a

/**
 * The demographic register. Records stay as the bytes that they came in, in slabs outside the JavaScript heap, and are parsed when they
 * are asked for (about 5 us): hundreds of thousands of parsed records would cost several times that memory and slow every collection.
 */
export class UnzrRegistry {
  readonly #slabs: Buffer[] = []
  /** Slab number times `slabBytes`, plus the offset in it. */
  readonly #places = new Map<string, number>()
  #used = slabBytes

  /** How many people it holds. */
  get size(): number {
    return this.#places.size
  }

  /** Adds a record, in place of an earlier one with the same UNZR. */
  add(record: UnzrRecord): void {
    this.addLine(record.unzr, Buffer.from(JSON.stringify(record)))
  }

  /** Adds a record as the JSON line (without its end) that was checked to hold it. */
  addLine(unzr: string, line: Uint8Array): void {
    if (line.length >= slabBytes) throw new RangeError('a record of the UNZR registry is larger than 4 MB')
    let slab = this.#slabs.at(-1)
    if (slab === undefined || this.#used + line.length + 1 > slabBytes) {
      slab = Buffer.allocUnsafe(slabBytes)
      this.#slabs.push(slab)
      this.#used = 0
    }
    slab.set(line, this.#used)
    slab[this.#used + line.length] = lineFeed
    this.#places.set(unzr, (this.#slabs.length - 1) * slabBytes + this.#used)
    this.#used += line.length + 1
  }

  /** Takes a person out; false if there was none. */
  delete(unzr: string): boolean {
    return this.#places.delete(unzr)
  }

  /** The person with this UNZR. */
  find(unzr: string): UnzrRecord | undefined {
    const place = this.#places.get(unzr)
    if (place === undefined) return undefined
    const slab = this.#slabs[Math.floor(place / slabBytes)]
    if (slab === undefined) return undefined
    const start = place % slabBytes
    return unzrRecordSchema.parse(JSON.parse(slab.toString('utf8', start, slab.indexOf(lineFeed, start))))
  }
}
