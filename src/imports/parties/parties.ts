/** Parties for imports (spec 2.8, 7.3). */

import type { Database } from '../../database/database.ts'
import type { Query } from '../../database/query.ts'
import type { CsvRow } from '../../records/csv.ts'
import { asBoolean, asJson, documentsOfRow } from '../csv-row.ts'
import { type ImportOptions, type ImportResult, importRecords } from '../import.ts'
import { storedSubjects } from '../plans/known.ts'
import {
  documentsOf,
  documentsText,
  inputText,
  rowsOf,
  statementOf,
  subjectsText,
  verificationsText,
} from '../plans/new.ts'
import { replaceSubjects, switchSubjects } from '../plans/replace.ts'
import type { RecordKind } from '../record-kind.ts'
import { type DigestedParty, digestOfParty, draftOfParty, type PartyDraft } from './draft.ts'
import { STORED_EMPLOYEES, writeEmployees } from './plans/employees.ts'
import { type PartyRefusal, prepareParties } from './prepare.ts'
import { PARTY_NAMES, type PartyRecord, readParty } from './record.ts'

// The unchecked fields of a party (spec 2.8).
const UNCHECKED = {
  phones: 'jsonb',
  educations: 'jsonb',
  qualifications: 'jsonb',
  specialities: 'jsonb',
  science_degree: 'jsonb',
  about_myself: 'text',
  working_experience: 'integer',
  declaration_limit: 'integer',
} as const

const COLUMNS = {
  last_name: 'text',
  first_name: 'text',
  second_name: 'text',
  birth_date: 'date',
  gender: 'text',
  tax_id: 'text',
  no_tax_id: 'boolean',
  ...UNCHECKED,
} as const

/** Parties: their tax ids, employees and divisions may belong to somebody else. */
export const PARTY_RECORDS: RecordKind<PartyRecord, PartyDraft, PartyRefusal> = {
  kind: 'party',
  names: PARTY_NAMES,
  ofRow: partyOfRow,
  read: readParty,
  draftOf: draftOfParty,
  async storedDigests(tx, drafts) {
    const value = drafts.flatMap(({ employees }) => employees.map(({ id }) => id))
    const stored = storedSubjects('party', Object.keys(COLUMNS), drafts, { column: STORED_EMPLOYEES, value })
    const rows = await tx.query<DigestedParty>(stored)
    return new Map(rows.map((row) => [row.id, digestOfParty(row)]))
  },
  prepare: prepareParties,
  // The verification rows come last, so that their trigger finds the employees and writes them once.
  insert: (drafts, { userId, importId }) => [
    { name: 'insert parties', text: INSERT_TEXT, values: [rowsOf(drafts), userId, documentsOf(drafts)] },
    ...employeesOf(drafts, userId),
    { name: 'insert parties verified', text: VERIFICATIONS_TEXT, values: [rowsOf(drafts), userId, importId] },
  ],
  replace: (drafts, userId) => [replaceSubjects('party', COLUMNS, drafts, userId), ...employeesOf(drafts, userId)],
  switch: (drafts, userId) => [switchSubjects('party', UNCHECKED, drafts, userId), ...employeesOf(drafts, userId)],
}

const INSERT_TEXT = statementOf(
  inputText('party', COLUMNS),
  subjectsText('party', COLUMNS),
  documentsText('party', '$3'),
)

const VERIFICATIONS_TEXT = statementOf(inputText('party', COLUMNS), verificationsText('party', '$3'))

function employeesOf(drafts: readonly PartyDraft[], userId: string): Query[] {
  return drafts.some(({ employees }) => employees.length > 0) ? [writeEmployees(drafts, userId)] : []
}

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
function partyOfRow(row: CsvRow): unknown {
  return {
    ...row,
    ...Object.fromEntries(JSON_COLUMNS.map((name) => [name, asJson(row[name])])),
    no_tax_id: asBoolean(row['no_tax_id']),
    documents: documentsOfRow(row),
  }
}

/** Imports a file of parties (spec 7.1, 7.3). */
export function importParties(database: Database, options: ImportOptions): Promise<ImportResult> {
  return importRecords(database, PARTY_RECORDS, options)
}
