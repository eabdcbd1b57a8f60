/** Advisory locks by a name, which becomes the 64-bit key of PostgreSQL. */
import type { Query } from './query.ts'

/** Takes a lock until the transaction ends; `held` is false where another session has it. */
export function tryLock(name: string): Query {
  return { text: 'select pg_try_advisory_xact_lock(hashtextextended($1, 0)) as held', values: [name] }
}

/** The same for the session: if the process dies, the lock is free again. */
export function trySessionLock(name: string): Query {
  return { text: 'select pg_try_advisory_lock(hashtextextended($1, 0)) as held', values: [name] }
}

/** Releases what `trySessionLock` took. */
export function releaseSessionLock(name: string): Query {
  return { text: 'select pg_advisory_unlock(hashtextextended($1, 0))', values: [name] }
}
