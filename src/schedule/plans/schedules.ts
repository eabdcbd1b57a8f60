/** The workers' schedules, and from when on their ticks are due. */
import type { Query } from '../../database/query.ts'

/** The database's clock, by which all workers go. */
export const databaseClock: Query = { text: 'select clock_timestamp() as now' }

/** A schedule from a worker's settings. */
export interface SeenSchedule {
  /** What it starts: a process, or another scheduled job. */
  readonly process: string
  /** A cron expression of five fields. */
  readonly cron: string
}

/** The time up to which a schedule's ticks are no longer due. */
export interface DueAfter {
  readonly process: string
  readonly due_after: Date
}

// A worker reports its schedules every 10 s; this leaves room for a slow one.
const REPLACED_AFTER = `interval '1 minute'`

// Times in the future come from a wrong clock.
const isReplaced = (one: string, now: string) => `exists (
  select from zvirka.schedules other
   where other.process = ${one}.process and (other.cron, other.time_zone) <> (${one}.cron, ${one}.time_zone)
     and other.seen_at > ${one}.seen_at + ${REPLACED_AFTER} and other.seen_at <= ${now})`

/**
 * Stores that a worker has these schedules now. The ticks of a new one are due from now on, and so are those of one that returns after
 * others replaced it.
 */
export function seeSchedules(schedules: readonly SeenSchedule[], timeZone: string, now: Date): Query {
  return {
    name: 'see schedules',
    text: `
insert into zvirka.schedules as s (process, cron, time_zone, due_after, seen_at)
select process, cron, $3, $4, $4 from unnest($1::text[], $2::text[]) as given (process, cron) order by process
on conflict (process, cron, time_zone) do update
   set due_after = case when ${isReplaced('s', 'excluded.seen_at')} then excluded.seen_at
                        else least(s.due_after, excluded.seen_at) end,
       seen_at = excluded.seen_at
returning process, due_after`,
    values: [schedules.map(({ process }) => process), schedules.map(({ cron }) => cron), timeZone, now],
  }
}

/** Stores that the ticks of a schedule up to this one are handled, even if the records of ticks are pruned. */
export function settleTick({ process, cron }: SeenSchedule, timeZone: string, time: Date): Query {
  return {
    text: `update zvirka.schedules set due_after = $4 where process = $1 and cron = $2 and time_zone = $3 and due_after < $4`,
    values: [process, cron, timeZone, time],
  }
}

/** Deletes schedules that others replaced: if they return, they are new. */
export function forgetReplacedSchedules(): Query {
  return {
    text: `delete from zvirka.schedules s where ${isReplaced('s', 'clock_timestamp()')} returning 1`,
    values: [],
  }
}
