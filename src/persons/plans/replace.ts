/** Persons that are there already: written as the record has them. Their verification rows are locked by the transaction. */
import type { Query } from '../../database/query.ts'
import type { Draft } from '../draft.ts'
import { documentsOf, documentsText, PERSON_COLUMNS, PERSON_ROW } from './insert.ts'

/** Writes changed persons and replaces their documents as a whole (spec 7.3). */
export function replacePersons(drafts: readonly Draft[], userId: string): Query {
  return {
    name: 'replace persons',
    text: `
with input as materialized (select * from json_to_recordset($1) as i (${PERSON_ROW})),
persons as (
  update mpi.persons s
     set ${Object.keys(PERSON_COLUMNS)
       .map((name) => `${name} = i.${name}`)
       .join(', ')},
         updated_at = statement_timestamp(), updated_by = $2
    from input i where s.id = i.id
),
gone as (delete from mpi.person_documents d using input i where d.person_id = i.id),
documents as (${documentsText('$3')})
select count(*) from input`,
    values: [JSON.stringify(drafts.map(({ row }) => row)), userId, documentsOf(drafts)],
  }
}

/** Writes status and is_active alone, which triggers nothing (spec 2.8). */
export function switchPersons(drafts: readonly Draft[], userId: string): Query {
  return {
    name: 'switch persons',
    text: `
update mpi.persons s
   set status = i.status, is_active = i.is_active, updated_at = statement_timestamp(), updated_by = $2
  from json_to_recordset($1) as i (${PERSON_ROW})
 where s.id = i.id and (s.status, s.is_active) is distinct from (i.status, i.is_active)`,
    values: [JSON.stringify(drafts.map(({ row }) => row)), userId],
  }
}

/** Keeps what was brought, for persons who were there already. */
export function keepDigests(drafts: readonly Draft[], importId: string): Query {
  return {
    name: 'keep digests',
    text: `
insert into zvirka.import_digests (subject_id, subject_kind, digest, import_id)
select i.id, 'person', i.digest, $3 from unnest($1::uuid[], $2::bytea[]) as i (id, digest)
on conflict (subject_id, subject_kind) do update
   set digest = excluded.digest, import_id = excluded.import_id`,
    values: [drafts.map(({ id }) => id), drafts.map(({ digest }) => digest), importId],
  }
}
