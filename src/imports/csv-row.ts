/** Converts a CSV row to the structure of an NDJSON line (spec 7.3). */
import type { CsvRow } from '../records/csv.ts'

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, t: true, 1: true, false: false, f: false, 0: false }
const DOCUMENT_FIELDS = ['type', 'number', 'issued_at', 'expiration_date', 'issued_by'] as const
/** The columns of a row's single document. */
export const DOCUMENT_COLUMNS = DOCUMENT_FIELDS.map((name) => `document_${name}`)

/** A boolean; anything else stays text, so that the record is refused. */
export function asBoolean(value: string | undefined): boolean | string | undefined {
  return value === undefined ? undefined : (BOOLEANS[value.toLowerCase()] ?? value)
}

/** A JSON value of a field; text that is not JSON stays text. */
export function asJson(value: string | undefined): unknown {
  if (value === undefined) return undefined
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** A row's single document, from the columns `document_*`. */
export function documentsOfRow(row: CsvRow): unknown[] {
  const fields = DOCUMENT_FIELDS.map((name) => [name, row[`document_${name}`]] as const)
  return fields.every(([, value]) => value === undefined) ? [] : [Object.fromEntries(fields)]
}
