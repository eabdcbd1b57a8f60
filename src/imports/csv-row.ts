/** What a row of CSV and a line of NDJSON say in different ways (spec 7.3). */
import type { CsvRow } from '../records/csv.ts'

/** Without these columns no line of a file can be taken (spec 7.1). */
export const REQUIRED_COLUMNS = ['id', 'last_name', 'first_name', 'birth_date'] as const

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, t: true, 1: true, false: false, f: false, 0: false }
const DOCUMENT_COLUMNS = ['type', 'number', 'issued_at', 'expiration_date', 'issued_by'] as const

/** A boolean; what is none stays text, so that the record is refused for it. */
export function asBoolean(value: string | undefined): boolean | string | undefined {
  return value === undefined ? undefined : (BOOLEANS[value.toLowerCase()] ?? value)
}

/** A value that stands as JSON in its field; what is none stays text. */
export function asJson(value: string | undefined): unknown {
  if (value === undefined) return undefined
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

/** The one document that a row may have, in the columns `document_*`. */
export function documentsOfRow(row: CsvRow): unknown[] {
  const fields = DOCUMENT_COLUMNS.map((name) => [name, row[`document_${name}`]] as const)
  if (fields.every(([, value]) => value === undefined)) return []
  // An empty number is an ill-formed one; a document without a type is none.
  return [{ number: '', ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)) }]
}
