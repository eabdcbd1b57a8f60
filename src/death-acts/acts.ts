/** Keeping acts of death (spec 8.9, "Upsert"): an act that comes again is one row, and what it was before is kept beside it. */
import type { Executor } from '../database/query.ts'
import type { DeathAct } from '../verification/death-act.ts'
import { insertActs, lockActs, replaceActs } from './plans/acts.ts'

/** Keeps acts, inside the transaction `tx`; answers with their ids, by their keys. Of several with one key the newest operation counts. */
export async function keepActs(tx: Executor, acts: readonly DeathAct[]): Promise<ReadonlyMap<string, string>> {
  if (acts.length === 0) return new Map()
  const newest = newestOfEach(acts)
  await tx.query(insertActs(newest))
  // In a statement of its own: what others committed meanwhile is compared with.
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
