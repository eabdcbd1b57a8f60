/**
 * Seals of the audit: a chain of hashes, extended every few seconds beside the requests, which reveals changed, removed and reordered
 * records (migration 0013). Somebody with write access to the tables can rebuild the whole chain; a head that is stored elsewhere reveals
 * that as well.
 */
import type { Executor } from '../database/query.ts'
import { type Broken, findBroken, findEnds, findHead, findUnsealed, type Head, sealRecords } from './plans/seals.ts'

/** The interval of sealing. */
export const SEAL_MILLISECONDS = 5000

const MOST_OF_A_SEAL = 10_000
/** How many seals one statement verifies; in between, progress is reported and the verification can be stopped. */
const SEALS_AT_ONCE = 2000

/** Seals what was recorded since the last seal, and returns the number of records; 0 if somebody else is sealing. */
export async function sealAudit(executor: Executor): Promise<number> {
  let all = 0
  for (;;) {
    const [row] = await executor.query<{ sealed: number | null }>(sealRecords(MOST_OF_A_SEAL))
    const sealed = row?.sealed ?? 0
    all += sealed
    if (sealed < MOST_OF_A_SEAL) return all
  }
}

/** The state of a stored head: in the chain, older than the stored records, cut off, or different. */
export type KeptHead = 'in_chain' | 'pruned' | 'cut_off' | 'differs'

/** The result of a verification. */
export interface SealsVerdict {
  /** The seals between which the chain is valid, inclusive; undefined if there are none. */
  readonly whole: { readonly from: Head; readonly to: Head } | undefined
  /** The point up to which records were pruned; records exist from the next seal on. */
  readonly anchor: Head | undefined
  readonly broken: Broken | undefined
  /** Records before the oldest seal; there should be none. */
  readonly beforeFirstSeal: number
  readonly unsealed: { readonly count: number; readonly oldest: Date | null }
  readonly kept: KeptHead | undefined
}

/** The newest head; undefined if nothing is sealed yet. */
export async function findNewestHead(executor: Executor): Promise<Head | undefined> {
  const [, newest] = await executor.query<Head>(findEnds)
  return newest === undefined ? undefined : headAt(executor, newest.seal)
}

/** Recomputes the chain; undefined if the signal aborted it. */
export async function verifyAudit(
  executor: Executor,
  options: {
    readonly kept?: Head | undefined
    readonly signal?: AbortSignal
    readonly onProgress?: (done: number, total: number) => void
  } = {},
): Promise<SealsVerdict | undefined> {
  const [first, last] = await executor.query<Head & { readonly isAnchor: boolean; readonly upTo: number }>(findEnds)
  const anchor = first?.isAnchor === true ? first : undefined
  const start = anchor?.seal ?? 0
  const end = last?.seal ?? 0
  let broken: Broken | undefined
  for (let done = start; done < end && broken === undefined; done += SEALS_AT_ONCE) {
    if (options.signal?.aborted === true) return undefined
    options.onProgress?.(done - start, end - start)
    ;[broken] = await executor.query<Broken>(findBroken(done, Math.min(done + SEALS_AT_ONCE, end)))
  }
  const [unsealed] = await executor.query<{ newer: number; oldest: Date | null; beforeFirstSeal: number }>(
    findUnsealed(anchor?.upTo ?? 0, last?.upTo ?? 0),
  )
  const from = await headAt(executor, start + 1)
  const to = await headAt(executor, broken === undefined ? end : broken.seal - 1)
  return {
    whole: from === undefined || to === undefined || to.seal < from.seal ? undefined : { from, to },
    anchor: anchor === undefined ? undefined : await headAt(executor, anchor.seal),
    broken,
    beforeFirstSeal: unsealed?.beforeFirstSeal ?? 0,
    unsealed: { count: unsealed?.newer ?? 0, oldest: unsealed?.oldest ?? null },
    kept: options.kept === undefined ? undefined : await compare(executor, options.kept, start, end),
  }
}

async function compare(executor: Executor, kept: Head, start: number, end: number): Promise<KeptHead> {
  if (kept.seal > end) return 'cut_off'
  if (kept.seal < start) return 'pruned'
  return (await headAt(executor, kept.seal))?.head === kept.head ? 'in_chain' : 'differs'
}

async function headAt(executor: Executor, number: number): Promise<Head | undefined> {
  const [row] = await executor.query<Head>(findHead(number))
  return row
}
