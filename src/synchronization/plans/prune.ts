/**
 * Deleting what is older than it is to be kept (spec 7.2). Run as zvirka_prune: the application's role may not. Each
 * statement deletes one bounded batch; $1 is the days.
 */
import type { Query } from '../../database/query.ts'

/** How many rows one statement looks at, or deletes. */
export const BATCH = 5000

/** What the guard may still look at: as many of the newest tallies of a process stay, however old. */
const TALLIES_KEPT = 6000

/** What a batch of the history came to; `last` is null where nothing that old is left from `place` on. */
export interface HistoryBatch {
  readonly deleted: number
  readonly last: number | null
}

/**
 * Looks at the next entries of the history from a place on, in the order they were written, and deletes the old ones that a
 * newer entry of the same subject and stream follows. By place, since the newest entries of all who have not changed for
 * long lie there for ever and would be looked at again by each batch.
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

/** Deletes old runs, with what each worker counted for them. */
export function pruneRuns(days: number): Query {
  return deletion('zvirka.runs', 'id', `t.ended_at < ${daysAgo('$1')}`, days, 200)
}

/** Deletes old ticks; the newest of a process stays, for those who look at it. */
export function pruneTicks(days: number): Query {
  const isFollowed = 'exists (select from zvirka.ticks newer where newer.process = t.process and newer.time > t.time)'
  return deletion('zvirka.ticks', '(process, time)', `t.time < ${daysAgo('$1')} and ${isFollowed}`, days)
}

/** Deletes old tallies of answers, but for those that the guard looks at. */
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

/** Deletes workers that ended and that no run names any more. */
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

/** Deletes tokens that have run out, and with them those that were exchanged for them, which run out no later. */
export function pruneTokens(): Query {
  return deletion('mithril.tokens', 'id', `t.expires_at < ${daysAgo('$1')}`, 1)
}

/** Deletes failures to sign in that count no more: a key that was quiet for a day begins anew. */
export function pruneLoginFailures(): Query {
  return deletion('zvirka.login_failures', 'key', `t.updated_at < ${daysAgo('$1')}`, 2)
}

/** Deletes keys of requests that are too old to be sent again (spec 6.3.8). */
export function pruneIdempotencyKeys(): Query {
  return deletion('zvirka.idempotency_keys', '(user_id, client_id, key)', `t.at < ${daysAgo('$1')}`, 1)
}

/** Deletes what was counted of mails and counts no more; a row for each. */
export function pruneCausedMails(): Query {
  return { text: 'select from generate_series(1, zvirka.prune_caused_mails($1))', values: [BATCH] }
}

/** Deletes what the register of UNZR answered that long ago, and keeps that it was asked; a row for each. */
export function pruneUnzrInfo(days: number): Query {
  return { text: 'select from generate_series(1, mimir.prune_unzr_info($1, $2))', values: [days, BATCH] }
}

/** Deletes old events. */
export function pruneEvents(days: number): Query {
  return deletion('event_manager.events', 'id', `t.inserted_at < ${daysAgo('$1')}`, days)
}

/** Deletes old records of the audit, in whole seals; a row for each. */
export function pruneAudit(days: number): Query {
  return { text: 'select from generate_series(1, zvirka.prune_audit($1))', values: [days] }
}

/** Whether a daily job is due, and where it stopped; no row: it was never done. Done in the future was by a clock that was wrong. */
export function findDailyJob(name: string): Query {
  return {
    text: `select place, done_at <= clock_timestamp() - interval '24 hours' or done_at > clock_timestamp() as is_due
             from zvirka.daily_jobs where name = $1`,
    values: [name],
  }
}

/** Keeps that a daily job was done. */
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
  // Not clock_timestamp(), by which no index can be searched.
  return `(statement_timestamp() - ${parameter} * interval '1 day')`
}
