import type { Executor } from '../../database/query.ts'
import type { Sensitive } from '../../privacy/sensitive.ts'
import type { RecordRefusal, Upserted, Upserting } from '../record-kind.ts'
import { upsertRecord } from '../upsert.ts'
import { PARTY_RECORDS } from './parties.ts'
import type { PartyRecord } from './record.ts'

/**
 * Writes one party's record inside the transaction `tx` (spec 2.8, 7.3). A refusal says what belongs to somebody else; then nothing of the
 * record is written. `retryOnConflict` around the transaction turns a concurrent conflict into a refusal too.
 */
export function upsertParty(
  tx: Executor,
  party: Sensitive<PartyRecord>,
  by: Upserting,
): Promise<Upserted | RecordRefusal> {
  return upsertRecord(tx, PARTY_RECORDS, party, by)
}
