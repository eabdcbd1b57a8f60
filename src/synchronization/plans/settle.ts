/**
 * Writes what answers and pre-checks settled (spec 2.3, 2.5).
 *
 * Under READ COMMITTED an update with joins re-checks only the row it waited for, not the joined ones. Therefore `lockInvolved` first locks
 * the summaries of all involved subjects, persons before parties, each by id. Then a later statement (`settle`), which sees what was
 * committed meanwhile, reads claims and documents and writes everything at once: current subjects whose claim still holds, other subjects
 * with the same document, cumulative statuses, events, history. Everything gets that statement's time, which is after the locks.
 */
import type { Query } from '../../database/query.ts'
import type { Others, Result } from '../../verification/rules.ts'
import type { OwnStream, StreamReason, StreamStatus, SubjectKind } from '../../verification/status.ts'
import { consequencesText } from '../../verification-store/cumulative.ts'
import { checksOf, folded, isHeld, KINDS, type KindOfSubject, otherKind } from '../../verification-store/kinds.ts'
import { lockedColumns, lockVerifications } from '../../verification-store/lock.ts'
import type { SyncProcess } from '../process.ts'
import { IS_HELD_BY_INPUT, openTokens } from './held.ts'

/** A current subject, settled by an answer or by the pre-check. */
export interface SettledSubject {
  readonly subjectId: string
  readonly token: string
  readonly version: number
  readonly status: StreamStatus
  readonly reason: StreamReason
  /** The `mimir` row that the stream links to, and the registry's code; null if there is none. */
  readonly dataId: string | null
  readonly dataStatus: number | null
  /** Whether it counts as checked now: by an answer, or by a pre-check that counts as one. */
  readonly isSynced: boolean
  readonly step: '1.1' | '4' | '5'
  readonly messageId: string | null
}

/** Other subjects to which an answer applies, by the stored row, with the result for each kind (steps 4.1 and 4.2). Personal. */
export interface Reached {
  readonly askedAbout: string
  readonly rowId: string
  readonly others: Others
  readonly as: Readonly<Record<SubjectKind, Result>>
  readonly messageId: string
}

/** The rows to which subjects of either kind link besides the one asked about. */
export function linkedByOthers({ stream, kind }: SyncProcess, reached: readonly Reached[]): Query {
  const links = (of: SubjectKind) => `select from ${checksOf(of, stream)} c where c.data_id = i.row_id`
  return {
    name: `linked by others ${kind} ${stream}`,
    text: `
select i.row_id from unnest($1::uuid[], $2::uuid[]) as i (row_id, asked_about)
 where exists (${links(kind)} and c.subject_id <> i.asked_about) or exists (${links(otherKind(kind))})`,
    values: [reached.map(({ rowId }) => rowId), reached.map(({ askedAbout }) => askedAbout)],
  }
}

/** These subjects and all others that an answer applies to, i.e. all that settling may write. */
export function lockInvolved(
  { stream }: SyncProcess,
  kind: SubjectKind,
  subjectIds: readonly string[],
  reached: readonly Reached[],
): Query {
  if (reached.length === 0) return lockVerifications(kind, subjectIds)
  const { summaries, subjectId } = KINDS[kind]
  const ways = waysOf(reached)
  const found = ways.map((way) => `select r.subject_id from (${WAYS[way](kind, stream, '$2')}) r`)
  return {
    name: `lock ${kind} and ${ways.map((way) => (way === 'document' ? 'holders' : `linked by ${stream}`)).join(' and ')}`,
    text: `
select ${lockedColumns(kind)} from ${summaries} v
 where v.${subjectId} in (
   select unnest($1::uuid[])
   union
   ${found.join('\n   union\n   ')})
 order by v.id for update`,
    values: [subjectIds, rowsOf(kind, reached)],
  }
}

function waysOf(reached: readonly Reached[]): Others['by'][] {
  return (['document', 'link'] as const).filter((way) => reached.some(({ others }) => others.by === way))
}

/** The rows that `rowsOf` makes of answers that apply to others. */
function reachedRows(parameter: string): string {
  return `json_to_recordset(${parameter}) as f (way text, asked_about uuid, row_id uuid, message_id uuid,
           status zvirka.stream_status, reason zvirka.stream_reason, data_id uuid, data_status smallint,
           type text, number text, last_name text, first_name text, second_name text, birth_date date)`
}

function rowsOf(kind: SubjectKind, reached: readonly Reached[]): string {
  return JSON.stringify(
    reached.map(({ askedAbout, rowId, others: { by, ...identity }, as, messageId }) => {
      const { verdict, code, isLinked } = as[kind]
      return {
        ...{ way: by, asked_about: askedAbout, row_id: rowId, message_id: messageId, ...verdict, ...identity },
        ...{ data_id: isLinked ? rowId : null, data_status: code },
      }
    }),
  )
}

/** How to find the other subjects of a kind: `subject_id`, with the row of `reachedRows`. */
const WAYS: Readonly<Record<Others['by'], (kind: SubjectKind, stream: OwnStream, parameter: string) => string>> = {
  document: (kind, _stream, parameter) => {
    const { documents, subjectId } = KINDS[kind]
    return `select d.${subjectId} as subject_id, f.* from ${reachedRows(parameter)}
        join ${documents} d on d.type = f.type and ${folded('d.number')} = ${folded('f.number')}
       where f.way = 'document'`
  },
  link: (kind, stream, parameter) => {
    const isSame = (column: string) => `${folded(`coalesce(s.${column}, '')`)} = ${folded(`coalesce(f.${column}, '')`)}`
    return `select s.id as subject_id, f.* from ${reachedRows(parameter)}
        join ${checksOf(kind, stream)} l on l.data_id = f.row_id
        join ${KINDS[kind].subjects} s on s.id = l.subject_id and s.birth_date = f.birth_date
       where f.way = 'link' and ${['last_name', 'first_name', 'second_name'].map(isSame).join(' and ')}`
  },
}

interface SettleRequest {
  readonly subjects: readonly SettledSubject[]
  readonly reached: readonly Reached[]
  /** The subjects whose summaries are locked; other subjects are written only if they are among these. */
  readonly locked: Readonly<Record<SubjectKind, readonly string[]>>
  readonly workerId: string
  readonly runId: string
  readonly userId: string
}

/** Writes everything. This transaction has locked the summaries involved, and has found the worker's lease alive. */
export function settle(process: SyncProcess, request: SettleRequest): Query {
  const { subjects, reached } = request
  const ways = waysOf(reached)
  const own = [
    request.runId,
    request.userId,
    subjects.map(({ subjectId }) => subjectId),
    subjects.map(({ token }) => token),
    subjects.map(({ status }) => status),
    subjects.map(({ reason }) => reason),
    subjects.map(({ dataId }) => dataId),
    subjects.map(({ dataStatus }) => dataStatus),
    subjects.map(({ step }) => step),
    subjects.map(({ messageId }) => messageId),
    subjects.map(({ version }) => version),
    request.workerId,
    subjects.map(({ isSynced }) => isSynced),
  ]
  const { person, party } = request.locked
  return {
    name: ['settle', process.key, ...ways.map((way) => (way === 'document' ? 'and others' : 'and linked'))].join(' '),
    text: settleText(process, ways),
    values: ways.length === 0 ? own : [...own, rowsOf('person', reached), rowsOf('party', reached), person, party],
  }
}

function settleText(process: SyncProcess, ways: readonly Others['by'][]): string {
  const { stream: s, kind } = process
  const propagates = ways.length > 0
  const kinds = propagates ? [kind, otherKind(kind)] : [kind]
  return `
with ${openTokens('$12')},
input as materialized (
  select * from unnest(
      $3::uuid[], $4::uuid[], $5::zvirka.stream_status[], $6::zvirka.stream_reason[], $7::uuid[],
      $8::smallint[], $9::text[], $10::uuid[], $11::integer[], $13::boolean[])
    as i (subject_id, token, status, reason, data_id, data_status, step, message_id, version, is_synced)
),
own as (
  update ${checksOf(kind, s)} c
     set status = i.status, reason = i.reason, data_id = i.data_id, data_status = i.data_status,
         synced_at = case when i.is_synced then statement_timestamp() end,
         unverified_at = case when i.status = 'NOT_VERIFIED' then statement_timestamp() end,
         triggered_at = null, waits_until = null, failures = 0, version = c.version + 1,
         updated_at = statement_timestamp(), updated_by = $2
    from input i
   where ${IS_HELD_BY_INPUT}
  returning c.subject_id, i.status, i.reason, i.step, i.message_id
),
${propagates ? kinds.map((each) => othersText(process, KINDS[each], ways)).join('\n') : ''}
${kinds.map((each) => changedText(process, KINDS[each], propagates)).join(',\n')},
history as (
  insert into zvirka.verification_history
    (subject_id, subject_kind, stream, status, reason, step, run_id, message_id, changed_by)
  select subject_id, subject_kind, '${s}', status, reason, step, $1, message_id, $2 from (
    ${kinds
      .map(
        (each) => `select subject_id, '${each}'::zvirka.subject_kind as subject_kind, status, reason, step, message_id
      from changed_${each}`,
      )
      .join('\n    union all\n    ')}) changed
  order by subject_id
)
select count(*) filter (where status = 'VERIFIED') as verified,
       count(*) filter (where status = 'NOT_VERIFIED' and step <> '1.1') as not_verified,
       count(*) filter (where status = 'VERIFICATION_NOT_NEEDED') as not_needed,
       count(*) filter (where status = 'NOT_VERIFIED' and step = '1.1') as incorrect,
       count(*) filter (where status = 'VERIFICATION_NEEDED') as to_review,
       ${propagates ? kinds.map((each) => `(select count(*) from others_${each})`).join(' + ') : '0::bigint'} as propagated
  from own`
}

/** Steps 4.1 and 4.2: other subjects of one kind that an answer applies to, unless they are claimed. */
function othersText({ stream: s, kind }: SyncProcess, of: KindOfSubject, ways: readonly Others['by'][]): string {
  const [rows, locked] = of.kind === 'person' ? ['$14', '$16'] : ['$15', '$17']
  // A person and a party may have the same id, so subjects of the other kind are never the one asked about.
  const isAnother = of.kind === kind ? 'r.subject_id <> r.asked_about' : 'true'
  return `
others_${of.kind} as (
  update ${checksOf(of.kind, s)} c
     set status = h.status, reason = h.reason, data_id = h.data_id, data_status = h.data_status,
         synced_at = statement_timestamp(),
         unverified_at = case when h.status = 'NOT_VERIFIED' then statement_timestamp() end,
         triggered_at = null, waits_until = null, failures = 0, version = c.version + 1,
         updated_at = statement_timestamp(), updated_by = $2
    from (
      select distinct on (r.subject_id) r.*
        from (${ways.map((way) => WAYS[way](of.kind, s, rows)).join('\n      union all\n      ')}) r
        join ${of.subjects} s on s.id = r.subject_id
       where ${of.isReached} and ${isAnother}
       order by r.subject_id, r.row_id) h
   where c.subject_id = h.subject_id and c.subject_id = any (${locked}::uuid[]) and not ${isHeld(of.kind, s, 'c')}
  returning c.subject_id, c.status, c.reason, '${of.kind === kind ? '4.1' : '4.2'}' as step, h.message_id
),`
}

/** The consequences of what was written about subjects of one kind (spec 1.5). */
function changedText(process: SyncProcess, of: KindOfSubject, propagates: boolean): string {
  const sources = [
    ...(of.kind === process.kind ? ['select * from own'] : []),
    ...(propagates ? [`select * from others_${of.kind}`] : []),
  ]
  return `
changed_${of.kind} as (${sources.join(' union all ')}),
${consequencesText(of, process.stream, `changed_${of.kind}`)}`
}
