/** Persons that are new: the person, its documents, its verification, the digest (spec 7.3). */
import type { Query } from '../../database/query.ts'
import { OWN_STREAMS, STREAMS_OF } from '../../verification/status.ts'
import type { Draft } from '../draft.ts'

const STREAMS = STREAMS_OF.person
const SYNCED_STREAMS: readonly string[] = ['drfo', ...OWN_STREAMS]

/**
 * Puts new persons in; one statement, so that the rows come in one message. Streams come as given, every other one as
 * VERIFICATION_NEEDED / INITIAL; one given as sent again is one that was triggered now. The cumulative status is computed, and no event
 * tells of it. A person who is there already makes it fail with a unique violation.
 */
export function insertPersons(drafts: readonly Draft[], importId: string, userId: string): Query {
  return {
    name: 'insert persons',
    text: INSERT_TEXT,
    values: [JSON.stringify(drafts.map(({ row }) => row)), userId, documentsOf(drafts), importId],
  }
}

/** The documents of drafts as the parameter of `documentsText`. */
export function documentsOf(drafts: readonly Draft[]): string {
  return JSON.stringify(drafts.flatMap(({ documents }) => documents))
}

/**
 * Inserts the documents of a parameter; ids and times of insertion rise in the order of the record's array (spec 7.3), which decides
 * among those issued on one day (spec 1.6).
 */
export function documentsText(parameter: string): string {
  return `
  insert into mpi.person_documents
    (id, person_id, type, number, issued_at, expiration_date, issued_by, inserted_at, updated_at)
  select d.id, d.person_id, d.type, d.number, d.issued_at, d.expiration_date, d.issued_by,
         statement_timestamp() + d.place * interval '1 microsecond', statement_timestamp()
    from json_to_recordset(${parameter}) as d (id uuid, person_id uuid, place int, type text, number text, issued_at date,
           expiration_date date, issued_by text)`
}

/** The columns of a person that a record brings, with their types. */
export const PERSON_COLUMNS = {
  last_name: 'text',
  first_name: 'text',
  second_name: 'text',
  birth_date: 'date',
  gender: 'text',
  tax_id: 'text',
  no_tax_id: 'boolean',
  unzr: 'text',
  status: 'text',
  is_active: 'boolean',
} as const

/** The columns of a draft's row as `json_to_recordset` is told of them. */
export const PERSON_ROW = [
  'id uuid',
  'digest text',
  ...Object.entries(PERSON_COLUMNS).map(([name, type]) => `${name} ${type}`),
].join(', ')

const streamRow = STREAMS.flatMap((stream) => [
  `${stream}_status zvirka.stream_status`,
  `${stream}_reason zvirka.stream_reason`,
  ...(SYNCED_STREAMS.includes(stream) ? [`${stream}_synced_at timestamptz`] : []),
]).join(', ')

function statusOf(stream: string): string {
  return `coalesce(i.${stream}_status, 'VERIFICATION_NEEDED')`
}

// Column of the verification row, and what a new one gets there.
const verificationColumns: readonly (readonly [string, string])[] = STREAMS.flatMap((stream) => [
  [`${stream}_verification_status`, statusOf(stream)] as const,
  [`${stream}_verification_reason`, `coalesce(i.${stream}_reason, 'INITIAL')`] as const,
  [`${stream}_unverified_at`, `case when i.${stream}_status = 'NOT_VERIFIED' then statement_timestamp() end`] as const,
  ...(SYNCED_STREAMS.includes(stream) ? [[`${stream}_synced_at`, `i.${stream}_synced_at`] as const] : []),
])
const triggeredColumns = OWN_STREAMS.map(
  (stream) =>
    [
      `${stream}_triggered_at`,
      `case when i.${stream}_status = 'VERIFICATION_NEEDED' and i.${stream}_reason = 'ONLINE_TRIGGERED'
              then statement_timestamp() end`,
    ] as const,
)
const allColumns = [...verificationColumns, ...triggeredColumns]
const personColumns = Object.keys(PERSON_COLUMNS)

const INSERT_TEXT = `
with input as materialized (
  select * from json_to_recordset($1) as i (${PERSON_ROW}, ${streamRow})
),
persons as (
  insert into mpi.persons (id, ${personColumns.join(', ')}, verification_status, inserted_by, updated_by)
  select i.id, ${personColumns.map((name) => `i.${name}`).join(', ')},
         zvirka.cumulative_status('person', ${STREAMS.map(statusOf).join(', ')}), $2, $2
    from input i
),
verifications as (
  insert into mpi.person_verifications (person_id, is_subject_active, inserted_by, updated_by,
         ${allColumns.map(([name]) => name).join(', ')})
  select i.id, i.status = 'active' and i.is_active, $2, $2,
         ${allColumns.map(([, value]) => value).join(',\n         ')}
    from input i
),
documents as (${documentsText('$3')}),
digests as (
  insert into zvirka.import_digests (subject_id, subject_kind, digest, import_id)
  select i.id, 'person', decode(i.digest, 'hex'), $4 from input i
),
history as (
  insert into zvirka.verification_history (at, subject_id, subject_kind, stream, status, reason, step, changed_by)
  select statement_timestamp(), i.id, 'person', t.stream, t.status, t.reason,
         case when t.status = 'VERIFICATION_NEEDED' and t.reason = 'ONLINE_TRIGGERED' then 'trigger' else 'import' end, $2
    from input i
    cross join lateral (values
           ${STREAMS.map((stream) => `('${stream}'::zvirka.stream, i.${stream}_status, i.${stream}_reason)`).join(', ')}
         ) as t (stream, status, reason)
   where t.status is not null and t.reason <> 'INITIAL'
)
select count(*) from input`
