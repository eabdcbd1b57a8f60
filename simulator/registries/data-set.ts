/** The Ministry's open data set of lost and stolen passports (spec 7.3) in its published format. */
import { z } from 'zod'
import { forEachArrayElement } from './json-array.ts'
import type { PassportSet } from './passport-set.ts'
import { Problems } from './problems.ts'

const cell = z.union([z.string(), z.number()]).nullish()

/** The fields that are read; ID, OVD, THEFT_DATA and INSERT_DATE are ignored. */
const entrySchema = z.object({ D_TYPE: cell, D_SERIES: cell, D_NUMBER: cell, D_STATUS: cell })

/** Counts of a data set's entries by result. */
export interface DataSetCount {
  taken: number
  found_again: number
  no_number: number
}

/**
 * Adds the data set's passports to a register. Entries whose D_STATUS says that the document was found again, and entries without a number,
 * are counted and skipped; the real set has some. D_TYPE distinguishes a travel passport (0102) from any other (0101).
 */
export async function loadDataSet(path: string, name: string, into: PassportSet): Promise<DataSetCount> {
  const problems = new Problems(name)
  const count: DataSetCount = { taken: 0, found_again: 0, no_number: 0 }
  await forEachArrayElement(path, problems, (json, line) => {
    const entry = entryOf(json)
    if (typeof entry === 'string') {
      problems.add(line, entry)
      return
    }
    const pasNumber = textOf(entry.D_NUMBER)
    if (/знайден|виявлен/i.test(textOf(entry.D_STATUS))) count.found_again += 1
    else if (pasNumber === '') count.no_number += 1
    else {
      into.add({
        passType: passTypeOf(textOf(entry.D_TYPE)),
        pasSerial: textOf(entry.D_SERIES).toUpperCase(),
        pasNumber,
      })
      count.taken += 1
    }
  })
  problems.throwIfAny()
  return count
}

function entryOf(json: string): z.infer<typeof entrySchema> | string {
  try {
    const read = entrySchema.safeParse(JSON.parse(json))
    if (read.success) return read.data
    return `${read.error.issues[0]?.path.join('.') ?? 'the object'} is neither text nor a number`
  } catch {
    return 'this object is no JSON'
  }
}

function textOf(value: string | number | null | undefined): string {
  return value === null || value === undefined ? '' : String(value).trim()
}

function passTypeOf(type: string): string {
  return /закорд|для виїзду/i.test(type) ? '0102' : '0101'
}
