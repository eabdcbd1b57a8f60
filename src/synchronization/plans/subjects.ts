/** Reads what the pre-checks of claimed subjects use. */
import type { Query } from '../../database/query.ts'
import { PASSPORT_TYPES } from '../../verification/documents.ts'
import { KINDS } from '../../verification-store/kinds.ts'
import type { SyncProcess } from '../process.ts'

/** The passports of subjects. */
export function passportsOf(process: SyncProcess, ids: readonly string[]): Query {
  const { documents, subjectId } = KINDS[process.kind]
  return {
    name: `documents of ${process.kind}`,
    text: `select ${subjectId} as subject_id, id, type, number, issued_at, expiration_date,
                  (extract(epoch from inserted_at) * 1000000)::bigint as inserted_at
             from ${documents} where ${subjectId} = any ($1::uuid[]) and type = any ($2::text[])`,
    values: [ids, PASSPORT_TYPES],
  }
}

/** Their identities. Only persons have a UNZR (spec 1.3). */
export function identitiesOf(process: SyncProcess, ids: readonly string[]): Query {
  return {
    name: `identities of ${process.kind}`,
    text: `select id, ${process.kind === 'person' ? 'unzr' : 'null as unzr'}, tax_id, no_tax_id,
                  last_name, first_name, second_name, birth_date
             from ${KINDS[process.kind].subjects} where id = any ($1::uuid[])`,
    values: [ids],
  }
}
