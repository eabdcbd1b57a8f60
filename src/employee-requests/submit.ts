/** Submitting a party on verification, once its data is what was approved (spec 5.3.6). */
import type { Executor } from '../database/query.ts'
import { OWN_STREAMS } from '../verification/status.ts'
import { triggerStreams } from '../verification-store/trigger.ts'
import type { RequestedDocument } from './data.ts'

/**
 * Sends a party to all four registries, with the history, the cumulative status and its event. The verification row is locked by this
 * transaction, or made by it. What one of our own jobs is asking about the party at this moment will be dropped.
 */
export async function submitParty(
  tx: Executor,
  partyId: string,
  documents: readonly RequestedDocument[],
  userId: string,
): Promise<void> {
  // Also to those that are not served: the platform's own approval asks for it.
  const all = new Set(OWN_STREAMS)
  await tx.query(triggerStreams('party', [{ subjectId: partyId, data: { documents } }], userId, all))
}
