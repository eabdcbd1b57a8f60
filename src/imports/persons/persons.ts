/** Persons for imports (spec 2.8, 7.3). */

import type { Database } from '../../database/database.ts'
import { reveal, type Sensitive } from '../../privacy/sensitive.ts'
import type { CsvRow } from '../../records/csv.ts'
import { asBoolean, asJson, documentsOfRow } from '../csv-row.ts'
import { digestOfParts } from '../digest.ts'
import { type Draft, documentRows, givenStreamColumns } from '../draft.ts'
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
import { PERSON_NAMES, type PersonRecord, readPerson } from './record.ts'

// The unchecked fields of a person: they only decide whether the person is checked at all.
const SWITCHES = { status: 'text', is_active: 'boolean' } as const

const COLUMNS = {
  last_name: 'text',
  first_name: 'text',
  second_name: 'text',
  birth_date: 'date',
  gender: 'text',
  tax_id: 'text',
  no_tax_id: 'boolean',
  unzr: 'text',
  ...SWITCHES,
} as const

/** Persons: nothing in a record can belong to somebody else. */
export const PERSON_RECORDS: RecordKind<PersonRecord> = {
  kind: 'person',
  names: PERSON_NAMES,
  ofRow: personOfRow,
  read: readPerson,
  draftOf: draftOfPerson,
  async storedDigests(tx, drafts) {
    const rows = await tx.query<DigestedPerson>(storedSubjects('person', Object.keys(COLUMNS), drafts))
    return new Map(rows.map((row) => [row.id, digestOfPerson(row)]))
  },
  prepare: async () => ({ kind: 'ready', refused: new Map<string, never>() }),
  // One statement, so that the rows are sent in one message.
  insert: (drafts, { userId, importId }) => [
    { name: 'insert persons', text: INSERT_TEXT, values: [rowsOf(drafts), userId, documentsOf(drafts), importId] },
  ],
  replace: (drafts, userId) => [replaceSubjects('person', COLUMNS, drafts, userId)],
  switch: (drafts, userId) => [switchSubjects('person', SWITCHES, drafts, userId)],
}

const INSERT_TEXT = statementOf(
  inputText('person', COLUMNS),
  subjectsText('person', COLUMNS),
  verificationsText('person', '$4'),
  documentsText('person', '$3'),
)

/**
 * Converts a CSV row to the value of an NDJSON line (spec 7.3): the same names, one document in the columns `document_*`. `verification` is
 * JSON there.
 */
function personOfRow(row: CsvRow): unknown {
  return {
    ...row,
    no_tax_id: asBoolean(row['no_tax_id']),
    is_active: asBoolean(row['is_active']),
    documents: documentsOfRow(row),
    verification: asJson(row['verification']),
  }
}

/** The input of a digest: a record of 7.3, or a stored person, without `verification`. */
type DigestedPerson = Omit<PersonRecord, 'verification'>

/** A digest of the last import of a person, 33 bytes: the last byte has status and is_active, whose change alone triggers nothing. */
export function digestOfPerson(person: DigestedPerson): Buffer {
  const { last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id, unzr, documents } = person
  const fields = [last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id, unzr]
  const flags = (person.status === 'active' ? 1 : 0) + (person.is_active ? 2 : 0)
  return digestOfParts(fields, documents, Buffer.of(flags))
}

/** Prepares a person's record for writing. */
function draftOfPerson(person: Sensitive<PersonRecord>): Draft {
  const record = reveal(person)
  const { verification, documents, ...columns } = record
  const digest = digestOfPerson(record)
  return {
    id: record.id,
    digest,
    row: { ...columns, digest: digest.toString('hex'), ...givenStreamColumns(verification) },
    documents: documentRows('person', record.id, documents),
    triggered: { subjectId: record.id, data: record },
  }
}

/** Imports a file of persons (spec 7.1, 7.3). */
export function importPersons(database: Database, options: ImportOptions): Promise<ImportResult> {
  return importRecords(database, PERSON_RECORDS, options)
}
