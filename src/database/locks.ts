/** Advisory locks by name, which is mapped to PostgreSQL's 64-bit key. */
import type { Query } from './query.ts'

/** Takes a lock until the end of the transaction; `held` is false if another session has it. */
export function tryLock(name: string): Query {
  return { text: 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as held', values: [name] }
}

/** The same for the session: if the process dies, the lock is released. */
export function trySessionLock(name: string): Query {
  return { text: 'select pg_try_advisory_lock(hashtextextended($1, 0)) as held', values: [name] }
}

/** Releases what `trySessionLock` took. */
export function releaseSessionLock(name: string): Query {
  return { text: 'select pg_advisory_unlock(hashtextextended($1, 0))', values: [name] }
}
