import type { Executor } from '../database/query.ts'
import type { Upserted, Upserting } from '../imports/record-kind.ts'
import { upsertRecords } from '../imports/upsert.ts'
import type { Sensitive } from '../privacy/sensitive.ts'
import { PARTIES } from './parties.ts'
import type { PartyRefusal } from './prepare.ts'
import type { PartyRecord } from './record.ts'

/**
 * Writes one party's record inside the transaction `tx`, as `upsertRecords` says. A refusal tells what of it is somebody else's; nothing
 * of the record is written then. `withRivals` around the transaction makes somebody who takes it at the same moment a refusal too.
 */
export async function upsertParty(
  tx: Executor,
  party: Sensitive<PartyRecord>,
  by: Upserting,
): Promise<Upserted | PartyRefusal> {
  const [fate] = (await upsertRecords(tx, PARTIES, [party], by)).values()
  if (fate === undefined) throw new Error('the record met no fate')
  return fate
}
