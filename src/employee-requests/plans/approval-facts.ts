/** The records that an approval finds and locks before it writes (spec 1.8). */
import type { Query } from '../../database/query.ts'

/** What an approval looks for. */
export interface ApprovalQuery {
  readonly userId: string
  readonly employeeId: string | null
  readonly taxId: string
  readonly birthDate: string
  readonly legalEntityId: string
  readonly role: string
  readonly replacesOwners: boolean
  /** Whether the invited user may change a party that has users: the NHS has confirmed it, or no confirmation is required. */
  readonly isTrusted: boolean
}

/** What there is. Names are personal. */
export interface ApprovalFacts {
  /** The employee named by the request; null: it names none, or it does not exist. */
  readonly employee_id: string | null
  readonly employee_status: string | null
  readonly employee_is_active: boolean | null
  readonly main_speciality: string | null
  /** That employee's party, or the one with the request's tax id and birth date; null if there is none. */
  readonly party_id: string | null
  readonly first_name: string
  readonly last_name: string
  readonly second_name: string | null
  /** The approving user's party; null if the user has none yet. */
  readonly party_of_user: string | null
  /** Whether the party has users at all. */
  readonly party_has_users: boolean
  /** The role has the name of the employee type, which never changes. */
  readonly role: string
  readonly has_role: boolean
  /** The parties of the legal entity's present owners, if the approval replaces them. */
  readonly replaced_party_ids: readonly string[]
}

/** What there is, seen by one statement. */
export function findApprovalFacts(query: ApprovalQuery): Query {
  return {
    name: 'facts for approval',
    text: `
select e.id as employee_id, e.status as employee_status, e.is_active as employee_is_active,
       e.speciality ->> 'speciality' as main_speciality,
       p.id as party_id, p.first_name, p.last_name, p.second_name,
       (select u.party_id from prm.party_users u where u.user_id = $1) as party_of_user,
       exists (select from prm.party_users u where u.party_id = p.id) as party_has_users,
       coalesce(e.employee_type, $6) as role,
       exists (select from mithril.roles r where r.name = coalesce(e.employee_type, $6)) as has_role,
       array(select distinct o.party_id from prm.employees o
              where $7 and o.legal_entity_id = $5 and o.is_active and o.employee_type in ('OWNER', 'PHARMACY_OWNER')
              order by o.party_id) as replaced_party_ids
  from (values (1)) as one (row)
  left join prm.employees e on e.id = $2::uuid
  left join prm.parties p on p.id = case
         when $2::uuid is null then (select s.id from prm.parties s where s.tax_id = $3 and s.birth_date = $4::date)
         else (select s.party_id from prm.employees s where s.id = $2) end`,
    values: [
      ...[query.userId, query.employeeId, query.taxId, query.birthDate],
      ...[query.legalEntityId, query.role, query.replacesOwners],
    ],
  }
}

/**
 * Locks the legal entity until the transaction ends: exclusively if this approval creates an owner of it, otherwise only against deletion.
 * No row: it does not exist.
 */
export function holdLegalEntity(id: string, divisionId: string | null, isAlone: boolean): Query {
  return {
    name: isAlone ? 'hold legal entity alone' : 'hold legal entity',
    text: `
select $2::uuid is null or exists (select from prm.divisions d where d.id = $2) as has_division
  from prm.legal_entities l where l.id = $1 for ${isAlone ? 'no key update' : 'key share'}`,
    values: [id, divisionId],
  }
}
