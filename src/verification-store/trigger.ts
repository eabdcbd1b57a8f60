import type { Query } from '../database/query.ts'
import type { ChangedData } from '../verification/rules.ts'
import type { OwnStream, SubjectKind } from '../verification/status.ts'
import { rulesOf } from '../verification/streams/streams.ts'
import { endedCandidatesText } from './candidates.ts'
import { cumulativeText } from './cumulative.ts'
import { checksOf, KINDS, ownStreamsOf } from './kinds.ts'

/** A changed subject, and what there is to check now. */
export interface Triggered {
  readonly subjectId: string
  readonly data: ChangedData
}

/**
 * Queues changed subjects to be checked again (spec 2.8), from any status, including IN_REVIEW: the checks' versions are raised, so that
 * pending answers are dropped. A stream without anything to check becomes VERIFICATION_NOT_NEEDED; a disabled stream stays unchanged. Open
 * candidates of acts of death are closed, because they are compared again. Cumulative statuses, events and history follow. This transaction
 * has locked the summaries; the trigger time is after the lock.
 */
export function triggerStreams(
  kind: SubjectKind,
  subjects: readonly Triggered[],
  userId: string,
  served: ReadonlySet<OwnStream>,
): Query {
  const streams = ownStreamsOf(kind).filter((stream) => served.has(stream))
  return {
    name: `trigger ${kind} ${ownStreamsOf(kind)
      .map((stream) => Number(served.has(stream)))
      .join('')}`,
    text: triggerText(kind, streams),
    values: [
      subjects.map(({ subjectId }) => subjectId),
      userId,
      ...streams.map((stream) => subjects.map(({ data }) => rulesOf(stream).hasData(data))),
    ],
  }
}

function triggerText(kind: SubjectKind, streams: readonly OwnStream[]): string {
  const of = KINDS[kind]
  const given = streams.map((_, index) => `$${index + 3}::boolean[]`)
  return `
with input as materialized (
  select * from unnest(${['$1::uuid[]', ...given].join(', ')}) as i (${['subject_id', ...streams.map(hasData)].join(', ')})
),
${streams.map((stream) => checkText(kind, stream)).join(',\n')},
changed_${kind} as (
  update ${of.summaries} v
     set ${streams.map((s) => `${s}_verification_status = ${statusText(s, 'i')}`).join(',\n         ')},
         updated_at = statement_timestamp(), updated_by = $2
    from input i
   where v.${of.subjectId} = i.subject_id
  returning v.${of.subjectId} as subject_id, ${streams.map((s) => `i.${hasData(s)}`).join(', ')}, ${of.cumulativeStatus}(v) as cumulative_status
),
${streams.some((stream) => rulesOf(stream).proposesCandidates) ? `${endedCandidatesText(of, 'input', `'${kind.toUpperCase()}_UPDATED'`)},` : ''}
${cumulativeText(of, `changed_${kind}`)},
history as (
  insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, changed_by)
  select c.subject_id, '${kind}', t.stream, t.status, t.reason, 'trigger', $2
    from changed_${kind} c
    cross join lateral (values ${streams.map(valuesText).join(', ')}) as t (stream, status, reason)
   order by c.subject_id
)
select count(*) as triggered from changed_${kind}`
}

/**
 * The new columns of a check that is queued again, except status, reason and trigger time. unverified_at stays: a trigger is no result
 * (spec 1.4).
 */
export const CHECKED_ANEW = `data_id = null, data_status = null, synced_at = null, waits_until = null, failures = 0,
         version = c.version + 1, updated_at = statement_timestamp(), updated_by = $2`

function checkText(kind: SubjectKind, s: OwnStream): string {
  return `${s} as (
  update ${checksOf(kind, s)} c
     set status = ${statusText(s, 'i')}, reason = ${reasonText(s, 'i')},
         triggered_at = case when i.${hasData(s)} then statement_timestamp() end,
         ${CHECKED_ANEW}
    from input i
   where c.subject_id = i.subject_id
)`
}

/** The input's column that says whether a stream has something to check. */
function hasData(stream: OwnStream): string {
  return `has_${stream}`
}

function statusText(stream: OwnStream, row: string): string {
  return `(case when ${row}.${hasData(stream)} then 'VERIFICATION_NEEDED' else 'VERIFICATION_NOT_NEEDED' end)::zvirka.stream_status`
}

function reasonText(stream: OwnStream, row: string): string {
  return `(case when ${row}.${hasData(stream)} then 'ONLINE_TRIGGERED' else 'AUTO_DATA_ABSENT' end)::zvirka.stream_reason`
}

function valuesText(s: OwnStream): string {
  return `('${s}'::zvirka.stream, ${statusText(s, 'c')}, ${reasonText(s, 'c')})`
}
