/**
 * Deletes old records after their retention period (spec 7.2). Runs as zvirka_prune, because the application's role may not delete them.
 * Each statement deletes one bounded batch; $1 is the number of days.
 */
import type { Query } from '../../database/query.ts'

/** How many rows one statement examines or deletes. */
export const BATCH = 5000

/** How many of the newest tallies of a process are kept for the guard, whatever their age. */
const TALLIES_KEPT = 6000

/** The result of a batch of the history; `last` is null if there is nothing old enough from `place` on. */
export interface HistoryBatch {
  readonly deleted: number
  readonly last: number | null
}

/**
 * Examines the next history entries from a position on, in the order of writing, and deletes old ones that have a newer entry for the same
 * subject and stream. The position matters because the newest entries of unchanged subjects stay for ever, and each batch would examine
 * them again.
 */
export function pruneHistory(days: number, place: number): Query {
  return {
    text: `
with looked_at as materialized (
  select id, at, subject_id, subject_kind, stream from zvirka.verification_history
   where id > $2 order by id limit ${BATCH}
),
deleted as (
  delete from zvirka.verification_history h
   using looked_at o
   where h.id = o.id and o.at < ${daysAgo('$1')}
     and exists (select from zvirka.verification_history newer
                  where newer.subject_id = o.subject_id and newer.stream = o.stream
                    and newer.subject_kind = o.subject_kind and newer.id > o.id)
  returning 1
)
select (select count(*) from deleted) as deleted, max(id) filter (where holds_old) as last
  from (select id, bool_or(at < ${daysAgo('$1')}) over () as holds_old from looked_at) l`,
    values: [days, place],
  }
}

/** Deletes old runs with the counts of their workers. */
export function pruneRuns(days: number): Query {
  return deletion('zvirka.runs', 'id', `t.ended_at < ${daysAgo('$1')}`, days, 200)
}

/** Deletes old ticks; the newest of each process stays, because it is still used. */
export function pruneTicks(days: number): Query {
  const isFollowed = 'exists (select from zvirka.ticks newer where newer.process = t.process and newer.time > t.time)'
  return deletion('zvirka.ticks', '(process, time)', `t.time < ${daysAgo('$1')} and ${isFollowed}`, days)
}

/** Deletes old tallies, except those that the guard uses. */
export function pruneTallies(days: number): Query {
  return {
    text: `
with floors as materialized (
  select process, coalesce((select id from zvirka.answer_tallies a where a.process = p.process
                             order by id desc offset ${TALLIES_KEPT - 1} limit 1), 0) as id
    from (select distinct process from zvirka.runs union select process from zvirka.guard_windows) p
)
delete from zvirka.answer_tallies where id in (
  select a.id from zvirka.answer_tallies a left join floors f using (process)
   where a.inserted_at < ${daysAgo('$1')} and (f.id is null or a.id < f.id)
   order by a.id limit ${BATCH})
returning 1`,
    values: [days],
  }
}

/** Deletes old records of rechecks. */
export function pruneRechecks(days: number): Query {
  return deletion('zvirka.rechecks', 'id', `coalesce(t.ended_at, t.started_at) < ${daysAgo('$1')}`, days)
}

/** Deletes workers that ended and that no run refers to. */
export function pruneWorkers(): Query {
  return deletion(
    'zvirka.workers',
    'id',
    `t.ended_at < ${daysAgo('$1')}
     and not exists (select from zvirka.run_workers where worker_id = t.id)
     and not exists (select from zvirka.runs where started_by_worker = t.id)`,
    1,
  )
}

/** Deletes expired tokens, with the tokens exchanged for them, which expire no later. */
export function pruneTokens(): Query {
  return deletion('mithril.tokens', 'id', `t.expires_at < ${daysAgo('$1')}`, 1)
}

/** Deletes failed sign-ins that no longer count: after a day without one a key starts from zero. */
export function pruneLoginFailures(): Query {
  return deletion('zvirka.login_failures', 'key', `t.updated_at < ${daysAgo('$1')}`, 2)
}

/** Deletes idempotency keys that are too old for a retry (spec 6.3.8). */
export function pruneIdempotencyKeys(): Query {
  return deletion('zvirka.idempotency_keys', '(user_id, client_id, key)', `t.at < ${daysAgo('$1')}`, 1)
}

/** Deletes mail counters that no longer count; returns one row for each. */
export function pruneCausedMails(): Query {
  return { text: 'select from generate_series(1, zvirka.prune_caused_mails($1))', values: [BATCH] }
}

/** Deletes the UNZR register's old answers but keeps the record of the request; returns one row for each. */
export function pruneUnzrInfo(days: number): Query {
  return { text: 'select from generate_series(1, mimir.prune_unzr_info($1, $2))', values: [days, BATCH] }
}

/** Deletes old events. */
export function pruneEvents(days: number): Query {
  return deletion('event_manager.events', 'id', `t.inserted_at < ${daysAgo('$1')}`, days)
}

/** Deletes old audit records in whole seals; returns one row for each. */
export function pruneAudit(days: number): Query {
  return { text: 'select from generate_series(1, zvirka.prune_audit($1))', values: [days] }
}

/**
 * Whether a daily job is due, and where it stopped; no row: it has never run. A last run in the future came from a wrong clock and is
 * ignored.
 */
export function findDailyJob(name: string): Query {
  return {
    text: `select place, done_at <= clock_timestamp() - interval '24 hours' or done_at > clock_timestamp() as is_due
             from zvirka.daily_jobs where name = $1`,
    values: [name],
  }
}

/** Records that a daily job ran. */
export function keepDailyJob(name: string, place: number): Query {
  return {
    text: `insert into zvirka.daily_jobs (name, done_at, place) values ($1, clock_timestamp(), $2)
           on conflict (name) do update set done_at = excluded.done_at, place = excluded.place`,
    values: [name, place],
  }
}

function deletion(table: string, key: string, which: string, days: number, count = BATCH): Query {
  return {
    text: `delete from ${table} where ${key} in (select ${key.replaceAll(/[()]/g, '')} from ${table} t where ${which} limit ${count})
           returning 1`,
    values: [days],
  }
}

function daysAgo(parameter: string): string {
  // Not clock_timestamp(), which cannot be used in an index search.
  return `(statement_timestamp() - ${parameter} * interval '1 day')`
}
