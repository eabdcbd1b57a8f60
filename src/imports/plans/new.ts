/**
 * Parts of statements that insert new subjects: the subject, its documents, its verification, the digest, the history (spec 7.3). Streams
 * have the given state, others VERIFICATION_NEEDED / INITIAL; one given as queued again counts as triggered now. The cumulative status is
 * computed without an event. An existing subject causes a unique violation. All parts read `input`, the drafts' rows, and $2, the user.
 */
import { type OwnStream, STREAMS_OF, type Stream, type SubjectKind } from '../../verification/status.ts'
import { checksOf, isOwnStream, isShown, KINDS, ownStreamsOf } from '../../verification-store/kinds.ts'
import { isActiveAtFirst } from '../../verification-store/provide.ts'
import type { Draft } from '../draft.ts'

/** The columns of a subject that a record contains, with their types. */
export type Columns = Readonly<Record<string, string>>

/** The drafts' rows as the parameter of `inputText`. */
export function rowsOf(drafts: readonly Draft[]): string {
  return JSON.stringify(drafts.map(({ row }) => row))
}

/** The documents of drafts as the parameter of `documentsText`. */
export function documentsOf(drafts: readonly Draft[]): string {
  return JSON.stringify(drafts.flatMap(({ documents }) => documents))
}

/** The column definition list of a draft's row for `json_to_recordset`. */
export function rowType(columns: Columns): string {
  return ['id uuid', 'digest text', ...Object.entries(columns).map(([name, type]) => `${name} ${type}`)].join(', ')
}

/** `input`: new subjects with the streams that are given for them, from $1. */
export function inputText(kind: SubjectKind, columns: Columns): string {
  return `input as materialized (select * from json_to_recordset($1) as i (${rowType(columns)}, ${streamRow(kind)}))`
}

function streamRow(kind: SubjectKind): string {
  return STREAMS_OF[kind]
    .flatMap((stream) => [
      `${stream}_status zvirka.stream_status`,
      `${stream}_reason zvirka.stream_reason`,
      ...(isShown(stream, 'synced_at') ? [`${stream}_synced_at timestamptz`] : []),
    ])
    .join(', ')
}

/** The subjects. */
export function subjectsText(kind: SubjectKind, columns: Columns): string {
  const names = Object.keys(columns)
  return `
subjects as (
  insert into ${KINDS[kind].subjects} (id, ${names.join(', ')}, verification_status, inserted_by, updated_by)
  select i.id, ${names.map((name) => `i.${name}`).join(', ')},
         zvirka.cumulative_status('${kind}', ${STREAMS_OF[kind].map(statusOf).join(', ')}), $2, $2
    from input i
)`
}

/**
 * The documents of a parameter; ids and insertion times ascend in the order of the record's array (spec 7.3), which decides between
 * documents issued on the same day (spec 1.6).
 */
export function documentsText(kind: SubjectKind, parameter: string): string {
  const { documents, subjectId } = KINDS[kind]
  return `
documents as (
  insert into ${documents}
    (id, ${subjectId}, type, number, issued_at, expiration_date, issued_by, inserted_at, updated_at)
  select d.id, d.${subjectId}, d.type, d.number, d.issued_at, d.expiration_date, d.issued_by,
         statement_timestamp() + d.place * interval '1 microsecond', statement_timestamp()
    from json_to_recordset(${parameter}) as d (id uuid, ${subjectId} uuid, place int, type text, number text, issued_at date,
           expiration_date date, issued_by text)
)`
}

/** The verification, the history of what was given, and the digests; `importId` is the parameter with the import's id. */
export function verificationsText(kind: SubjectKind, importId: string): string {
  const { summaries, subjectId } = KINDS[kind]
  const columns = STREAMS_OF[kind].flatMap(summaryColumns)
  return `
summaries as (
  insert into ${summaries} (${subjectId}, is_subject_active, inserted_by, updated_by,
         ${columns.map(([name]) => name).join(', ')})
  select i.id, ${isActiveAtFirst(kind, 'i')}, $2, $2,
         ${columns.map(([, value]) => value).join(',\n         ')}
    from input i
  returning ${subjectId} as subject_id, subject_inserted_at, is_subject_active
),
${ownStreamsOf(kind)
  .map((stream) => checksText(kind, stream))
  .join(',\n')},
digests as (
  insert into zvirka.import_digests (subject_id, subject_kind, digest, import_id)
  select i.id, '${kind}', decode(i.digest, 'hex'), ${importId} from input i
  -- That of one who was removed by hand.
  on conflict (subject_id, subject_kind) do update set digest = excluded.digest, import_id = excluded.import_id
),
history as (
  insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, changed_by)
  select i.id, '${kind}', t.stream, t.status, t.reason,
         case when t.status = 'VERIFICATION_NEEDED' and t.reason = 'ONLINE_TRIGGERED' then 'trigger' else 'import' end, $2
    from input i
    cross join lateral (values
           ${STREAMS_OF[kind].map((stream) => `('${stream}'::zvirka.stream, i.${stream}_status, i.${stream}_reason)`).join(', ')}
         ) as t (stream, status, reason)
   where t.status is not null and t.reason <> 'INITIAL'
)`
}

function statusOf(stream: Stream): string {
  return `coalesce(i.${stream}_status, 'VERIFICATION_NEEDED')`
}

function reasonOf(stream: Stream): string {
  return `coalesce(i.${stream}_reason, 'INITIAL')`
}

function unverifiedAt(stream: Stream): string {
  return `case when i.${stream}_status = 'NOT_VERIFIED' then statement_timestamp() end`
}

// Columns of the summary with their initial values.
function summaryColumns(stream: Stream): (readonly [string, string])[] {
  const status = [`${stream}_verification_status`, statusOf(stream)] as const
  if (isOwnStream(stream)) return [status]
  return [
    status,
    [`${stream}_verification_reason`, reasonOf(stream)],
    [`${stream}_unverified_at`, unverifiedAt(stream)],
    ...(isShown(stream, 'synced_at') ? [[`${stream}_synced_at`, `i.${stream}_synced_at`] as const] : []),
  ]
}

function checksText(kind: SubjectKind, stream: OwnStream): string {
  return `${stream}_checks as (
  insert into ${checksOf(kind, stream)}
    (subject_id, subject_inserted_at, is_subject_active, status, reason, synced_at, unverified_at, triggered_at, updated_by)
  select s.subject_id, s.subject_inserted_at, s.is_subject_active, ${statusOf(stream)}, ${reasonOf(stream)}, ${isShown(stream, 'synced_at') ? `i.${stream}_synced_at` : 'null'},
         ${unverifiedAt(stream)},
         case when i.${stream}_status = 'VERIFICATION_NEEDED' and i.${stream}_reason = 'ONLINE_TRIGGERED'
              then statement_timestamp() end, $2
    from summaries s join input i on i.id = s.subject_id
)`
}

/** A statement of such parts, the input first. */
export function statementOf(...parts: readonly string[]): string {
  return `\nwith ${parts.join(',')}\nselect count(*) from input`
}
