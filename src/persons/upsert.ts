import type { Executor } from '../database/query.ts'
import type { Upserted, Upserting } from '../imports/record-kind.ts'
import { upsertRecords } from '../imports/upsert.ts'
import type { Sensitive } from '../privacy/sensitive.ts'
import { PERSONS } from './persons.ts'
import type { PersonRecord } from './record.ts'

/** Writes persons' records inside the transaction `tx`, as `upsertRecords` says. */
export function upsertPersons(
  tx: Executor,
  persons: readonly Sensitive<PersonRecord>[],
  by: Upserting,
): Promise<ReadonlyMap<string, Upserted>> {
  return upsertRecords(tx, PERSONS, persons, by)
}
