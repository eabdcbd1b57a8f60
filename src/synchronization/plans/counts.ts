/** Counts a process's subjects in one scan of its checks (spec 2.9). */
import { tryLock } from '../../database/locks.ts'
import type { Query } from '../../database/query.ts'
import { checksOf, isHeld, showsInReview } from '../../verification-store/kinds.ts'
import type { SyncProcess } from '../process.ts'
import { isOpen } from './claim.ts'

/** The result of a scan. `due` includes those whose waiting time is over, because a run started now would take them. */
export interface CountsRow {
  readonly due: number
  readonly waiting: number
  readonly by_status: Readonly<Record<string, number>>
  readonly counted_at: Date
}

/** Lets the statements of this transaction read whole tables, against the settings of worker sessions. */
export const MAY_READ_TABLES = { text: 'set local enable_seqscan = on; set local enable_bitmapscan = on' } as const

/** The planner's estimate of the number of checks: as cheap as an estimate can be, and right even after an import. */
export function estimateSubjects(process: SyncProcess): Query {
  return { text: `explain (format json) select from ${checksOf(process.kind, process.stream)}` }
}

/**
 * Counts the subjects of a process (spec 2.2: inactive persons do not count). The predicates are those of plans/claim.ts, as filters of one
 * scan instead of three.
 */
export function takeCounts(process: SyncProcess, validationPeriodDays: number | null): Query {
  const { stream, kind } = process
  return {
    // `offset 0`: computed once for each row, not again wherever it is used.
    text: `
with by_status as (
  select subject.status, count(*) as subjects,
         count(*) filter (where is_open and is_due and coalesce(v.waits_until <= statement_timestamp(), true)) as due,
         count(*) filter (where is_open and v.waits_until > statement_timestamp()) as waiting
    from ${checksOf(kind, stream)} v
   cross join lateral (select ${isHeld(kind, stream, 'v')} as is_held offset 0) held
   cross join lateral (select case when held.is_held and ${showsInReview(stream)} then 'IN_REVIEW' else v.status end as status) subject
   cross join lateral (select coalesce(
     (date_trunc('day', statement_timestamp() at time zone 'Europe/Kyiv') - $1 * interval '1 day')
       at time zone 'Europe/Kyiv', '-infinity') as due_before offset 0) day
   cross join lateral (select
     ${isOpen(process)} and not held.is_held as is_open,
     coalesce(v.synced_at <= day.due_before, true) as is_due) terms
   where v.is_subject_active
   group by 1
)
select coalesce(sum(due), 0)::bigint as due, coalesce(sum(waiting), 0)::bigint as waiting,
       coalesce(jsonb_object_agg(status, subjects), '{}') as by_status, statement_timestamp() as counted_at
  from by_status`,
    values: [validationPeriodDays],
  }
}

/** The stored counts of a process, and whether they are older than `minutes`. */
export function keptCounts(process: string, minutes = 0): Query {
  return {
    text: `select due, waiting, by_status, counted_at,
                  counted_at <= clock_timestamp() - $2 * interval '1 minute' as is_old
             from zvirka.counts where process = $1`,
    values: [process, minutes],
  }
}

/** Locks the counting of a process until the transaction ends; false if somebody else is counting. */
export function lockCounts(process: string): Query {
  return tryLock(`zvirka counts of ${process}`)
}

/** Stores counts for all readers. */
export function keepCounts(process: string, counts: CountsRow): Query {
  return {
    text: `insert into zvirka.counts (process, due, waiting, by_status, counted_at) values ($1, $2, $3, $4, $5)
           on conflict (process) do update
              set due = excluded.due, waiting = excluded.waiting, by_status = excluded.by_status,
                  counted_at = excluded.counted_at`,
    values: [process, counts.due, counts.waiting, JSON.stringify(counts.by_status), counts.counted_at],
  }
}
