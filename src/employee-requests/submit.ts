/** Queues a party for verification after its approved data was written (spec 5.3.6). */
import type { Executor } from '../database/query.ts'
import { OWN_STREAMS } from '../verification/status.ts'
import { triggerStreams } from '../verification-store/trigger.ts'
import type { RequestedDocument } from './data.ts'

/**
 * Queues a party for all four registries, with the history, the cumulative status and its event. This transaction has locked or created the
 * verification row. A pending answer of one of our own jobs will be dropped.
 */
export async function submitParty(
  tx: Executor,
  partyId: string,
  documents: readonly RequestedDocument[],
  userId: string,
): Promise<void> {
  // Also for disabled registries: the platform's own approval does so.
  const all = new Set(OWN_STREAMS)
  await tx.query(triggerStreams('party', [{ subjectId: partyId, data: { documents } }], userId, all))
}
