/**
 * Reading jobs, for which the engine has no function: sorted pages, by state, with the total. Only the engine changes jobs. Payloads and error
 * messages are not read, only error codes.
 */
import type { Query } from '../../database/query.ts'
import { Conditions } from '../../listing/conditions.ts'
import { keysetPage } from '../../listing/keyset.ts'
import type { Slice, TimePlace } from '../../listing/slice.ts'

/** A job waits (`created`, `retry`), runs (`active`) or has ended. */
export const JOB_STATES = ['created', 'retry', 'active', 'completed', 'cancelled', 'failed'] as const

/** The state of a job. */
export type JobState = (typeof JOB_STATES)[number]

/** A job as lists show it. */
export interface JobRow {
  readonly id: string
  readonly queue: string
  /** Its subject: the id of a row, never data of the row. */
  readonly key: string | null
  readonly state: JobState
  readonly attempts: number
  readonly max_attempts: number
  readonly error_code: string | null
  readonly start_after: Date
  readonly inserted_at: Date
  /** With microseconds, for the place in a list. */
  readonly position: string
  readonly started_at: Date | null
  readonly completed_at: Date | null
}

// The engine writes a few known messages; ours are codes. Anything else is not shown.
const COLUMNS = `
  id, name as queue, singleton_key as key, state::text as state,
  retry_count + case when started_on is null then 0 else 1 end as attempts, retry_limit + 1 as max_attempts,
  case
    when output is null or state in ('completed') then null
    when output ->> 'code' ~ '^[A-Za-z0-9_.-]{1,100}$' then output ->> 'code'
    when output #>> '{value,message}' = 'job heartbeat timeout' then 'worker_died'
    when output #>> '{value,message}' = 'job timed out' then 'timed_out'
    when output ->> 'message' ~ '^[a-z_]{1,100}$' then output ->> 'message'
    else 'other'
  end as error_code,
  start_after, created_on as inserted_at, to_char(created_on at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as position,
  started_on as started_at, completed_on as completed_at`

/** Which jobs. */
export interface JobFilter {
  readonly queue?: string | undefined
  readonly state?: JobState | undefined
}

/** The condition of a filter, for listing and counting. It excludes the engine's copies of failed jobs. */
export function narrowJobs({ queue, state }: JobFilter): Conditions {
  return new Conditions()
    .require('source_id is null')
    .addIf(queue, (name) => `name = ${name}`)
    .addIf(state, (wanted) => `state = ${wanted}::pgboss.job_state`)
}

/** A page of jobs, by creation time. */
export function listJobs(filter: JobFilter, slice: Slice<TimePlace>): Query {
  return keysetPage({ columns: COLUMNS, from: 'pgboss.job', time: 'created_on' }, narrowJobs(filter), slice)
}

/** Jobs by their ids. */
export function findJobs(ids: readonly string[]): Query {
  return {
    name: 'jobs_find',
    text: `select ${COLUMNS} from pgboss.job where id = any ($1::uuid[]) order by created_on, id`,
    values: [ids],
  }
}

/** Why the newest job of each key failed; for a cancelled one, its state is the code. */
export function newestErrors(queue: string, keys: readonly string[]): Query {
  return {
    name: 'jobs_newest_errors',
    text: `
select key, coalesce(error_code, state) as code
  from (select distinct on (singleton_key) ${COLUMNS}
          from pgboss.job where name = $1 and singleton_key = any ($2::text[])
         order by singleton_key, created_on desc, id) as newest
 where state in ('failed', 'cancelled')`,
    values: [queue, keys],
  }
}

/** The jobs of these queues that have not ended. */
export function findUnfinished(queues: readonly string[]): Query {
  return {
    text: `select id, name from pgboss.job where name = any ($1) and state in ('created', 'retry', 'active')`,
    values: [queues],
  }
}
