import type { Database } from '../../database/database.ts'
import { type ImportOptions, type ImportResult, importRecords } from '../import.ts'
import { PARTY_RECORDS } from './parties.ts'

/** Imports a file of parties (spec 7.1, 7.3). */
export function importParties(database: Database, options: ImportOptions): Promise<ImportResult> {
  return importRecords(database, PARTY_RECORDS, options)
}
