/** Finds the answers `a` about a person in `mimir`, for an erasure. */
import { DEATH_ACT } from '../../verification-store/candidates.ts'
import { folded } from '../../verification-store/kinds.ts'
import type { StreamTraces } from '../registration.ts'
import type { PassportTable } from './keep.ts'

type Found = Omit<StreamTraces, 'gone' | 'kept'>

/** Answers about a person's passports. */
export function passportAnswers(table: PassportTable): Found {
  const documents = (type: string, key: string) => `
    select k.id from mpi.person_documents d join ${table} k on k.pass_type = '0101' and ${key}
     where d.person_id = $1 and d.type = '${type}'`
  const passports = documents(
    'PASSPORT',
    `k.pas_serial = left(upper(d.number collate "und-x-icu"), 2) and k.pas_number = right(d.number, 6)`,
  )
  const cards = documents('NATIONAL_ID', 'k.pas_serial is null and k.pas_number = d.number')
  const has = (documents: string, but: string) => `exists (select from ${documents} h
      where h.type = case when a.pas_serial is null then 'NATIONAL_ID' else 'PASSPORT' end
        and ${folded('h.number')} = ${folded(`(coalesce(a.pas_serial, '') || a.pas_number)`)} ${but})`
  return {
    table,
    key: 'a.pass_type, a.pas_serial, a.pas_number',
    had: `${passports} union ${cards}`,
    isHeld: `(${has('mpi.person_documents', 'and h.person_id <> $1')} or ${has('prm.party_documents', '')})`,
  }
}

/** Answers about a person's UNZR. */
export const UNZR_ANSWERS: Found = {
  table: 'mimir.unzr_data',
  key: 'a.unzr',
  had: 'select u.id from mimir.unzr_data u join mpi.persons p on p.unzr = u.unzr where p.id = $1',
  isHeld: `exists (select from mpi.persons p join mpi.person_unzr_checks c on c.subject_id = p.id and c.data_id = a.id
      where p.unzr = a.unzr and p.id <> $1)`,
}

/** Answers about a person's tax id, or the document used instead of it. */
export const DRFO_ANSWERS: Found = {
  table: 'mimir.drfo_data',
  key: 'a.rnokpp',
  had: `select k.id from mpi.persons p join mimir.drfo_data k on k.rnokpp = p.tax_id where p.id = $1
      union select k.id from mpi.person_documents d join mimir.drfo_data k on k.rnokpp = d.number where d.person_id = $1`,
  isHeld: `(exists (select from mpi.person_drfo_checks c where c.data_id = a.id and c.subject_id <> $1)
      or exists (select from prm.party_drfo_checks c where c.data_id = a.id))`,
}

/** Acts that may be the person's, whatever was decided about them. */
export const DEATH_ACTS: Found = {
  table: 'mimir.dracs_death_acts',
  key: 'a.key',
  had: `select k.entity_id from mpi.person_verification_candidates k
           where k.person_id = $1 and k.entity_type = '${DEATH_ACT}'`,
  isHeld: `(exists (select from mpi.person_verification_candidates k where k.entity_id = a.id and k.person_id <> $1)
      or exists (select from prm.party_verification_candidates k where k.entity_id = a.id))`,
}
