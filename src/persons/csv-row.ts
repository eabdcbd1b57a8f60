import type { CsvRow } from '../records/csv.ts'

/** Without these columns no line of a file can be taken (spec 7.1). */
export const REQUIRED_COLUMNS = ['id', 'last_name', 'first_name', 'birth_date'] as const

const BOOLEANS: Readonly<Record<string, boolean>> = { true: true, t: true, 1: true, false: false, f: false, 0: false }
const DOCUMENT_COLUMNS = ['type', 'number', 'issued_at', 'expiration_date', 'issued_by'] as const

/**
 * A row of CSV as the value that a line of NDJSON would hold (spec 7.3): the same names, one document in the columns `document_*`.
 * `verification` is JSON there.
 */
export function personOfRow(row: CsvRow): unknown {
  const { verification, ...plain } = row
  return {
    ...plain,
    no_tax_id: asBoolean(row['no_tax_id']),
    is_active: asBoolean(row['is_active']),
    documents: documentsOf(row),
    verification: verification === undefined ? undefined : asJson(verification),
  }
}

// What is no boolean stays text, so that the record is refused for it.
function asBoolean(value: string | undefined): boolean | string | undefined {
  return value === undefined ? undefined : (BOOLEANS[value.toLowerCase()] ?? value)
}

function asJson(value: string): unknown {
  try {
    return JSON.parse(value)
  } catch {
    return value
  }
}

function documentsOf(row: CsvRow): unknown[] {
  const fields = DOCUMENT_COLUMNS.map((name) => [name, row[`document_${name}`]] as const)
  if (fields.every(([, value]) => value === undefined)) return []
  // An empty number is an ill-formed one; a document without a type is none.
  return [{ number: '', ...Object.fromEntries(fields.filter(([, value]) => value !== undefined)) }]
}
