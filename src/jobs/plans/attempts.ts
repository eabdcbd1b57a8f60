/** What an attempt does to its job besides what the engine has a word for. An attempt is a job's id and how often it was begun before. */
import type { Query } from '../../database/query.ts'

/** One attempt of a job. */
export interface Attempt {
  readonly queue: string
  readonly id: string
  readonly retryCount: number
}

const HELD = `name = $1 and id = $2 and retry_count = $3 and state = 'active'`

function valuesOf({ queue, id, retryCount }: Attempt): unknown[] {
  return [queue, id, retryCount]
}

/** Locks the job if this attempt still holds it; nobody else can then take it, cancel it or end it before the transaction ends. */
export function holdAttempt(attempt: Attempt): Query {
  return {
    name: 'jobs_hold_attempt',
    text: `select id from pgboss.job where ${HELD} for no key update`,
    values: valuesOf(attempt),
  }
}

/** What comes after this attempt's failure: another one in so many seconds, or, with null, none. */
export function decideNext(attempt: Attempt, pauseSeconds: number | null): Query {
  return {
    name: 'jobs_decide_next',
    text: `
update pgboss.job
   set retry_delay = coalesce($4, retry_delay), retry_limit = case when $4::int is null then retry_count else retry_limit end
 where ${HELD}`,
    values: [...valuesOf(attempt), pauseSeconds],
  }
}

/** Gives a job back as if the attempt had not been begun, for another worker to take at once. */
export function giveBackAttempt(attempt: Attempt): Query {
  return {
    name: 'jobs_give_back',
    text: `
with given_back as (
  update pgboss.job
     set state = 'created', started_on = null, heartbeat_on = null, start_after = now()
   where ${HELD}
  returning name
)
select pg_notify('pgboss_' || left(encode(sha224('pgboss'::bytea), 'hex'), 24), name) from given_back`,
    values: valuesOf(attempt),
  }
}
