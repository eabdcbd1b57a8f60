/** Storing acts of death (spec 8.9, "Upsert"): a repeated act updates its row, and the previous version is kept in the history. */
import type { Executor } from '../database/query.ts'
import type { DeathAct } from '../verification/death-act.ts'
import { insertActs, lockActs, replaceActs } from './plans/acts.ts'

/** Stores acts in the transaction `tx` and returns their ids by key. If several have the same key, the newest operation wins. */
export async function keepActs(tx: Executor, acts: readonly DeathAct[]): Promise<ReadonlyMap<string, string>> {
  if (acts.length === 0) return new Map()
  const newest = newestOfEach(acts)
  await tx.query(insertActs(newest))
  // A separate statement, so that it sees what other transactions committed meanwhile.
  const kept = await tx.query<{ id: string; key: string }>(lockActs(newest.map(({ key }) => key)))
  await tx.query(replaceActs(newest))
  return new Map(kept.map(({ id, key }) => [key, id]))
}

function newestOfEach(acts: readonly DeathAct[]): DeathAct[] {
  const byKey = new Map<string, DeathAct>()
  for (const act of acts) {
    const known = byKey.get(act.key)
    if (known === undefined || (act.op_date ?? '') >= (known.op_date ?? '')) byKey.set(act.key, act)
  }
  return [...byKey.values()]
}
