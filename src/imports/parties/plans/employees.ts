/** Employees of parties, with their legal entities and divisions. */
import type { Query } from '../../../database/query.ts'
import type { PartyDraft } from '../draft.ts'

const COLUMNS = {
  legal_entity_id: 'uuid',
  division_id: 'uuid',
  employee_type: 'text',
  position: 'text',
  status: 'text',
  status_reason: 'text',
  is_active: 'boolean',
  start_date: 'date',
  end_date: 'date',
  speciality: 'jsonb',
  additional_info: 'jsonb',
} as const

const NAMES = Object.keys(COLUMNS)
const ofRow = (row: string) => NAMES.map((name) => `${row}.${name}`).join(', ')

/**
 * Writes the employees in these parties' records; others stay unchanged (spec 7.3). An employee of another party causes a unique violation.
 * The parties' verification rows are locked, or do not exist yet.
 */
export function writeEmployees(drafts: readonly PartyDraft[], userId: string): Query {
  return {
    name: 'write employees',
    text: `
with input as materialized (
  select * from json_to_recordset($1)
    as i (id uuid, party_id uuid, ${Object.entries(COLUMNS)
      .map(([name, type]) => `${name} ${type}`)
      .join(', ')})
),
kept as (
  update prm.employees e
     set ${NAMES.map((name) => `${name} = i.${name}`).join(', ')},
         updated_at = statement_timestamp(), updated_by = $2
    from input i
   where e.id = i.id and e.party_id = i.party_id and (${ofRow('e')}) is distinct from (${ofRow('i')})
)
insert into prm.employees (id, party_id, ${NAMES.join(', ')}, inserted_by, updated_by)
select i.id, i.party_id, ${ofRow('i')}, $2, $2
  from input i
 where not exists (select from prm.employees e where e.id = i.id and e.party_id = i.party_id)`,
    values: [JSON.stringify(drafts.flatMap(({ employees }) => employees)), userId],
  }
}

/** The employees of a stored party `s` among those of $2, as a record has them. Others stay unchanged, so they are not compared. */
export const STORED_EMPLOYEES = `coalesce((select json_agg(json_build_object('id', e.id, ${NAMES.map((name) => `'${name}', e.${name}`).join(', ')}))
                   from prm.employees e where e.party_id = s.id and e.id = any ($2::uuid[])), '[]') as employees`

/** Inserts missing legal entities (spec 7.1): an import has only their ids, so the name is the id, and the type says that it is unknown. */
export function provideLegalEntities(ids: readonly string[]): Query {
  return {
    text: `
insert into prm.legal_entities (id, name, type, status)
select i.id, i.id::text, 'UNKNOWN', 'ACTIVE' from unnest($1::uuid[]) as i (id)
 where not exists (select from prm.legal_entities l where l.id = i.id)
 order by i.id
on conflict (id) do nothing`,
    values: [ids],
  }
}

/** A division of a legal entity. */
interface GivenDivision {
  readonly id: string
  readonly legalEntityId: string
}

/** Inserts missing divisions in the same way. */
export function provideDivisions(divisions: readonly GivenDivision[]): Query {
  return {
    text: `
insert into prm.divisions (id, legal_entity_id, name, type, status)
select i.id, i.legal_entity_id, i.id::text, 'UNKNOWN', 'ACTIVE' from unnest($1::uuid[], $2::uuid[]) as i (id, legal_entity_id)
 where not exists (select from prm.divisions d where d.id = i.id)
 order by i.id
on conflict (id) do nothing`,
    values: [divisions.map(({ id }) => id), divisions.map(({ legalEntityId }) => legalEntityId)],
  }
}
