/** Reads the facts about subjects' streams. No personal data: only statuses, times and ids. */
import type { Query } from '../../database/query.ts'
import type { CumulativeStatus } from '../../verification/cumulative.ts'
import { STREAMS_OF, type Stream, type SubjectKind } from '../../verification/status.ts'
import { checksOf, isOwnStream, KINDS, statusOf } from '../../verification-store/kinds.ts'
import type { HeldBy, HistoryEntry, StoredFacts } from '../explain-facts.ts'
import { IS_ALIVE } from './report.ts'

/** A subject with its cumulative status; `has_verification` is false if it has no verification row. */
export interface ExplainedSubjectRow {
  readonly id: string
  readonly verification_status: CumulativeStatus
  readonly is_active: boolean
  readonly has_verification: boolean
}

/** One stream of a subject, with its newest history entry and its current claim, whose times are in ISO 8601. */
export interface StreamRow extends Omit<StoredFacts, 'entry' | 'heldBy'> {
  readonly subject_id: string
  readonly entry: InJson<HistoryEntry> | null
  readonly heldBy: InJson<HeldBy> | null
}

type InJson<T extends { readonly at: Date }> = Omit<T, 'at'> & { readonly at: string }

/** Those of the subjects that exist. */
export function findExplainedSubjects(kind: SubjectKind, ids: readonly string[]): Query {
  const { subjects, summaries, subjectId } = KINDS[kind]
  return {
    text: `select s.id, s.verification_status, coalesce(v.is_subject_active, false) as is_active, v.id is not null as has_verification
             from ${subjects} s left join ${summaries} v on v.${subjectId} = s.id
            where s.id = any ($1::uuid[])`,
    values: [ids],
  }
}

/** Every stream of these subjects. `$2` and `$3`: after how many days each of our streams is checked again. */
export function findStreams(
  kind: SubjectKind,
  ids: readonly string[],
  days: ReadonlyMap<string, number | null>,
): Query {
  const { summaries, subjectId } = KINDS[kind]
  const streams = STREAMS_OF[kind].map((stream) => streamText(kind, stream)).join('\n    union all ')
  return {
    text: `
select v.${subjectId} as subject_id, t.stream, t.status, t.reason, t.synced_at is not null as "isAnswered", t.answer,
       case when isfinite(t.triggered_at) then t.triggered_at end as "triggeredAt",
       coalesce(t.triggered_at = 'infinity', false) as "isLastInLine", t.waits_until as "waitsUntil", t.failures,
       statement_timestamp() as now,
       -- The first midnight in Kyiv at which synced_at is old enough (spec 1.3).
       (date_trunc('day', (t.synced_at - interval '1 microsecond') at time zone 'Europe/Kyiv')
         + interval '1 day' + p.days * interval '1 day') at time zone 'Europe/Kyiv' as "dueFrom",
       case when h.id is not null then jsonb_build_object('at', h.at, 'status', h.status, 'reason', h.reason, 'step', h.step,
         'runId', h.run_id, 'messageId', h.message_id, 'userId', h.changed_by) end as entry,
       case when c.token is not null then jsonb_build_object('at', c.claimed_at, 'workerId', c.worker_id,
         'host', w.host, 'pid', w.pid, 'isWorkerAlive', coalesce(${IS_ALIVE}, false), 'runId', c.run_id,
         'before', jsonb_build_object('status', c.status_before, 'reason', c.reason_before)) end as "heldBy"
  from ${summaries} v
 cross join lateral (
    ${streams}
  ) as t (stream, status, reason, synced_at, answer, triggered_at, waits_until, failures)
  left join unnest($2::zvirka.stream[], $3::int[]) as p (stream, days) on p.stream = t.stream
  left join lateral (
    select * from zvirka.verification_history h
     where h.subject_id = v.${subjectId} and h.stream = t.stream and h.subject_kind = '${kind}'
     order by h.id desc limit 1) h on true
  left join zvirka.claims c on c.subject_id = v.${subjectId} and c.subject_kind = '${kind}' and c.stream = t.stream
  left join zvirka.workers w on w.id = c.worker_id
 where v.${subjectId} = any ($1::uuid[])
 order by v.${subjectId}, t.stream`,
    values: [ids, [...days.keys()], [...days.values()]],
  }
}

function streamText(kind: SubjectKind, stream: Stream): string {
  if (!isOwnStream(stream)) {
    return `select '${stream}'::zvirka.stream, v.${stream}_verification_status, v.${stream}_verification_reason,
           null::timestamptz, null::smallint, null::timestamptz, null::timestamptz, 0::smallint`
  }
  return `select '${stream}'::zvirka.stream, h.status, case h.status when 'IN_REVIEW' then 'AUTO' else c.reason end,
           c.synced_at, c.data_status, c.triggered_at, c.waits_until, c.failures
      from ${checksOf(kind, stream)} c cross join lateral (select ${statusOf(kind, stream, 'c')} as status) h
     where c.subject_id = v.${KINDS[kind].subjectId}`
}
