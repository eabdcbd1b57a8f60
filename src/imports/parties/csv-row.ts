import type { CsvRow } from '../../records/csv.ts'
import { asBoolean, asJson, documentsOfRow } from '../csv-row.ts'

const JSON_COLUMNS = [
  'phones',
  'educations',
  'qualifications',
  'specialities',
  'science_degree',
  'working_experience',
  'declaration_limit',
  'employees',
  'verification',
] as const

/**
 * Converts a CSV row to the value of an NDJSON line (spec 7.3): the same names, one document in the columns `document_*`. Lists, objects
 * and numbers are JSON there.
 */
export function partyOfRow(row: CsvRow): unknown {
  return {
    ...row,
    ...Object.fromEntries(JSON_COLUMNS.map((name) => [name, asJson(row[name])])),
    no_tax_id: asBoolean(row['no_tax_id']),
    documents: documentsOfRow(row),
  }
}
