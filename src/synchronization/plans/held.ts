/** What a worker holds, as statements that write outcomes need it. */

/** The tokens of a worker's batches (migration 0006): what is not among them was taken over, or written over. */
export function openTokens(workerId: string): string {
  return `open as materialized (select b.token from zvirka.claim_batches b where b.worker_id = ${workerId})`
}

/**
 * Whether the check `c` is still held by the claim that the input `i` names: the batch is open, and nobody has written the check since.
 * `openTokens` comes before, and the summaries are locked, so that nobody writes it meanwhile.
 */
export const IS_HELD_BY_INPUT = `c.subject_id = i.subject_id and c.version = i.version and i.token in (select token from open)`
