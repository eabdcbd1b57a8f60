import type { Executor } from '../../database/query.ts'
import type { Sensitive } from '../../privacy/sensitive.ts'
import type { ErasedRefusal, Upserted, Upserting } from '../record-kind.ts'
import { upsertRecord } from '../upsert.ts'
import { PERSON_RECORDS } from './persons.ts'
import type { PersonRecord } from './record.ts'

/**
 * Writes one person's record inside the transaction `tx` (spec 2.8, 7.3). `retryOnConflict` around the transaction retries it if somebody inserts
 * the person at the same moment.
 */
export function upsertPerson(
  tx: Executor,
  person: Sensitive<PersonRecord>,
  by: Upserting,
): Promise<Upserted | ErasedRefusal> {
  return upsertRecord(tx, PERSON_RECORDS, person, by)
}
