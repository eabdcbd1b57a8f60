import type { Database } from '../../database/database.ts'
import { type ImportOptions, type ImportResult, importRecords } from '../import.ts'
import { PERSON_RECORDS } from './persons.ts'

/** Imports a file of persons (spec 7.1, 7.3). */
export function importPersons(database: Database, options: ImportOptions): Promise<ImportResult> {
  return importRecords(database, PERSON_RECORDS, options)
}
