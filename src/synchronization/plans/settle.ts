/**
 * Writing what answers and pre-checks settled (seed 001 steps 1.1, 3, 4, 4.1, 4.2, 5; spec 2.3, 2.5).
 *
 * Under READ COMMITTED an update that joins other rows re-checks only the row it waited for, not the joined ones. So first
 * the summaries of all who are involved are locked, persons before parties, each in the order of their ids
 * (`lockInvolved`); then, in a later statement that sees what was committed meanwhile, claims and documents are read and
 * everything is written at once (`settle`): the current subjects whose claim still holds, others with the same document,
 * cumulative statuses, events, history. The statement's own time, which lies after the lock, is the time of all of it.
 */
import type { Query } from '../../database/query.ts'
import type { StreamReason, StreamStatus, SubjectKind } from '../../verification/status.ts'
import { consequencesText } from '../../verification-store/cumulative.ts'
import { checksOf, folded, isHeld, KINDS, type KindOfSubject, otherKind } from '../../verification-store/kinds.ts'
import { lockedColumns, lockVerifications } from '../../verification-store/lock.ts'
import type { SyncProcess } from '../process.ts'
import { IS_HELD_BY_INPUT, openTokens } from './held.ts'

/** A current subject that is settled, by an answer or by the pre-check. */
export interface SettledSubject {
  readonly subjectId: string
  readonly token: string
  readonly version: number
  readonly status: StreamStatus
  readonly reason: StreamReason
  /** The row in `mimir` and the registry's status; null where no answer was given or nothing was found. */
  readonly dataId: string | null
  readonly dataStatus: 0 | 1 | null
  readonly step: '1.1' | '4' | '5'
  readonly messageId: string | null
}

/** A document that the registry knows: others who hold it are written too (steps 4.1 and 4.2). Personal. */
export interface FoundDocument {
  readonly askedAbout: string
  readonly type: string
  readonly number: string
  readonly dataId: string
  readonly messageId: string
}

/** What a settling wrote: how many current subjects by outcome, and how many others. */
export interface SettledCounts {
  readonly verified: number
  readonly not_verified: number
  readonly not_needed: number
  readonly incorrect: number
  readonly propagated: number
}

/** The same for these subjects and for everybody who holds one of the documents found: all whom a settling may write. */
export function lockInvolved(kind: SubjectKind, subjectIds: readonly string[], found: readonly FoundDocument[]): Query {
  if (found.length === 0) return lockVerifications(kind, subjectIds)
  const { summaries, documents, subjectId } = KINDS[kind]
  return {
    name: `lock ${kind} and holders`,
    text: `
select ${lockedColumns(kind)} from ${summaries} v
 where v.${subjectId} in (
   select unnest($1::uuid[])
   union
   select d.${subjectId} from unnest($2::text[], $3::text[]) as f (type, number)
     join ${documents} d on d.type = f.type and ${folded('d.number')} = ${folded('f.number')})
 order by v.id for update`,
    values: [subjectIds, found.map(({ type }) => type), found.map(({ number }) => number)],
  }
}

export interface SettleRequest {
  readonly subjects: readonly SettledSubject[]
  readonly found: readonly FoundDocument[]
  /** Whose summaries are locked: others are written only among these. */
  readonly locked: Readonly<Record<SubjectKind, readonly string[]>>
  readonly workerId: string
  readonly runId: string
  readonly userId: string
}

/** Writes it all. The summaries involved are locked by this transaction, and the worker's lease was found alive in it. */
export function settle(process: SyncProcess, request: SettleRequest): Query {
  const { subjects, found } = request
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
  ]
  if (found.length === 0) return { name: `settle ${process.key}`, text: settleText(process, false), values: own }
  return {
    name: `settle ${process.key} and others`,
    text: settleText(process, true),
    values: [
      ...own,
      found.map(({ askedAbout }) => askedAbout),
      found.map(({ type }) => type),
      found.map(({ number }) => number),
      found.map(({ dataId }) => dataId),
      found.map(({ messageId }) => messageId),
      request.locked.person,
      request.locked.party,
    ],
  }
}

function settleText(process: SyncProcess, propagates: boolean): string {
  const { stream: s, kind } = process
  const kinds = propagates ? [kind, otherKind(kind)] : [kind]
  return `
with ${openTokens('$12')},
input as materialized (
  select * from unnest(
      $3::uuid[], $4::uuid[], $5::zvirka.stream_status[], $6::zvirka.stream_reason[], $7::uuid[],
      $8::smallint[], $9::text[], $10::uuid[], $11::integer[])
    as i (subject_id, token, status, reason, data_id, data_status, step, message_id, version)
),
own as (
  update ${checksOf(kind, s)} c
     set status = i.status, reason = i.reason, data_id = i.data_id, data_status = i.data_status,
         synced_at = case when i.data_status is not null then statement_timestamp() end,
         unverified_at = case when i.status = 'NOT_VERIFIED' then statement_timestamp() end,
         triggered_at = null, waits_until = null, failures = 0, version = c.version + 1,
         updated_at = statement_timestamp(), updated_by = $2
    from input i
   where ${IS_HELD_BY_INPUT}
  returning c.subject_id, i.status, i.reason, i.step, i.message_id
),
${propagates ? kinds.map((each) => othersText(process, KINDS[each])).join('\n') : ''}
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
       count(*) filter (where status = 'NOT_VERIFIED' and reason <> 'AUTO_INCORRECT_DATA') as not_verified,
       count(*) filter (where status = 'VERIFICATION_NOT_NEEDED') as not_needed,
       count(*) filter (where reason = 'AUTO_INCORRECT_DATA') as incorrect,
       ${propagates ? kinds.map((each) => `(select count(*) from others_${each})`).join(' + ') : '0::bigint'} as propagated
  from own`
}

/** Steps 4.1 and 4.2: others of one kind who hold a found document now, unless their stream is IN_REVIEW. */
function othersText(process: SyncProcess, of: KindOfSubject): string {
  const { stream: s, kind, rules } = process
  const locked = of.kind === 'person' ? '$18' : '$19'
  // A person and a party may have one id: nobody of the other kind is the one who was asked about.
  const isAnother = of.kind === kind ? `d.${of.subjectId} <> f.asked_about` : 'true'
  return `
others_${of.kind} as (
  update ${checksOf(of.kind, s)} c
     set status = '${rules.found.status}', reason = '${rules.found.reason}',
         data_id = h.data_id, data_status = 1, synced_at = statement_timestamp(), unverified_at = statement_timestamp(),
         triggered_at = null, waits_until = null, failures = 0, version = c.version + 1,
         updated_at = statement_timestamp(), updated_by = $2
    from (
      select distinct on (d.${of.subjectId}) d.${of.subjectId} as subject_id, f.data_id, f.message_id
        from unnest($13::uuid[], $14::text[], $15::text[], $16::uuid[], $17::uuid[])
               as f (asked_about, type, number, data_id, message_id)
        join ${of.documents} d on d.type = f.type and ${folded('d.number')} = ${folded('f.number')}
        join ${of.subjects} s on s.id = d.${of.subjectId}
       where ${of.isReached} and ${isAnother}
       order by d.${of.subjectId}, f.data_id) h
   where c.subject_id = h.subject_id and c.subject_id = any (${locked}::uuid[]) and not ${isHeld(of.kind, s, 'c')}
  returning c.subject_id, c.status, c.reason, '${of.kind === kind ? '4.1' : '4.2'}' as step, h.message_id
),`
}

/** What was written of all subjects of one kind, with its consequences (spec 1.5). */
function changedText(process: SyncProcess, of: KindOfSubject, propagates: boolean): string {
  const sources = [
    ...(of.kind === process.kind ? ['select * from own'] : []),
    ...(propagates ? [`select * from others_${of.kind}`] : []),
  ]
  return `
changed_${of.kind} as (${sources.join(' union all ')}),
${consequencesText(of, process.stream, `changed_${of.kind}`)}`
}
