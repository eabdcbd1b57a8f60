/** What is known of persons before a record of theirs is written. */
import type { Query } from '../../database/query.ts'

/** A person that there is; `digest` is null where no import and no PUT brought it. */
export interface KnownPerson {
  readonly id: string
  readonly digest: Buffer | null
}

/** Which of these persons there are, and what the last import brought for them. */
export function knownPersons(ids: readonly string[]): Query {
  return {
    name: 'known persons',
    text: `
select s.id, d.digest
  from mpi.persons s
  left join zvirka.import_digests d on d.subject_id = s.id and d.subject_kind = 'person'
 where s.id = any ($1::uuid[])`,
    values: [ids],
  }
}

/** Persons as they are stored, documents in the order in which they were put in: what a record without a digest is compared with. */
export function storedPersons(ids: readonly string[]): Query {
  return {
    text: `
select s.id, s.last_name, s.first_name, s.second_name, s.birth_date, s.gender, s.tax_id, s.no_tax_id, s.unzr, s.status, s.is_active,
       coalesce((select json_agg(json_build_object('type', d.type, 'number', d.number, 'issued_at', d.issued_at,
                   'expiration_date', d.expiration_date, 'issued_by', d.issued_by) order by d.inserted_at, d.id)
                   from mpi.person_documents d where d.person_id = s.id), '[]') as documents
  from mpi.persons s where s.id = any ($1::uuid[])`,
    values: [ids],
  }
}

/** Gives a verification row to persons who have none (put in by other means), as to those who were there before verification was. */
export function provideVerifications(ids: readonly string[], userId: string): Query {
  return {
    text: `
insert into mpi.person_verifications (person_id, is_subject_active, inserted_by, updated_by)
select s.id, s.status = 'active' and s.is_active, $2, $2 from mpi.persons s where s.id = any ($1::uuid[]) order by s.id
on conflict (person_id) do nothing`,
    values: [ids, userId],
  }
}
