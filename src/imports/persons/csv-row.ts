import type { CsvRow } from '../../records/csv.ts'
import { asBoolean, asJson, documentsOfRow } from '../csv-row.ts'

/**
 * Converts a CSV row to the value of an NDJSON line (spec 7.3): the same names, one document in the columns `document_*`. `verification` is
 * JSON there.
 */
export function personOfRow(row: CsvRow): unknown {
  return {
    ...row,
    no_tax_id: asBoolean(row['no_tax_id']),
    is_active: asBoolean(row['is_active']),
    documents: documentsOfRow(row),
    verification: asJson(row['verification']),
  }
}
