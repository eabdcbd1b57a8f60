/** Waits for observable conditions, as long as a busy machine needs. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Executor } from '../../src/database/query.ts'

/** Waits for something that another part of the program does; fails after a time that only a bug exceeds. */
export async function until<T>(what: string, look: () => Promise<T | undefined | false>, seconds = 120): Promise<T> {
  const began = performance.now()
  const end = began + seconds * 1000
  for (;;) {
    const seen = await look()
    if (seen !== undefined && seen !== false) return seen
    const now = performance.now()
    if (now > end) throw new Error(`waited in vain for: ${what}`)
    // Short at first, then longer: a check may be a query.
    await delay(Math.min(Math.max((now - began) / 20, 5), 50))
  }
}

/** Waits until a session of this database waits for a lock, of a given table if set. */
export async function untilSomebodyWaits(executor: Executor, table?: string): Promise<void> {
  await until(`somebody to wait for a lock${table === undefined ? '' : ` of ${table}`}`, async () => {
    const waiting = await executor.query({
      text: `select from pg_locks l join pg_stat_activity a using (pid)
              where not l.granted and a.datname = current_database()
                and ($1::text is null or l.relation = $1::text::regclass)`,
      values: [table ?? null],
    })
    return waiting.length > 0
  })
}
