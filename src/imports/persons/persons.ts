/** Persons for imports (spec 2.8, 7.3). */
import type { Query } from '../../database/query.ts'
import { storedDocumentsText } from '../plans/known.ts'
import { documentsOf, documentsText, inputText, rowsOf, subjectsText, verificationsText } from '../plans/new.ts'
import { replaceSubjects, switchSubjects } from '../plans/replace.ts'
import type { RecordKind } from '../record-kind.ts'
import { personOfRow } from './csv-row.ts'
import { type DigestedPerson, digestOfPerson } from './digest.ts'
import { draftOfPerson } from './draft.ts'
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
    const rows = await tx.query<DigestedPerson>(storedPersons(drafts.map(({ id }) => id)))
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

const INSERT_TEXT = `
with ${inputText('person', COLUMNS)},${subjectsText('person', COLUMNS)},${verificationsText('person', '$4')},${documentsText('person', '$3')}
select count(*) from input`

function storedPersons(ids: readonly string[]): Query {
  return {
    text: `
select s.id, ${Object.keys(COLUMNS)
      .map((name) => `s.${name}`)
      .join(', ')}, ${storedDocumentsText('person')}
  from mpi.persons s where s.id = any ($1::uuid[])`,
    values: [ids],
  }
}
