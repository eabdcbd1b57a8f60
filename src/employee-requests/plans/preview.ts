/** What an approval of a request would change in existing records. */
import type { Query } from '../../database/query.ts'

/** The changes to the party and to contracts. */
export interface PreviewRow {
  readonly id: string
  /** The party exists: it is changed, and no new one is created. */
  readonly changes_party: boolean
  readonly renames_party: boolean
  /** The number of contracts to suspend: because the party that signed them is renamed, or because of replaced owners. */
  readonly suspended_contracts: number
  /** The party has users, and none has the request's e-mail. */
  readonly is_known_to_others: boolean
}

const E_MAIL = `lower(r.data #>> '{party,email}')`

/** The previews of these requests. */
export function findPreviews(ids: readonly string[]): Query {
  return {
    name: 'previews of employee requests',
    text: `
select r.id, p.id is not null as changes_party, coalesce(n.is_renamed, false) as renames_party,
       (select count(*)::int from ops.contracts c
         where c.status = 'VERIFIED' and not c.is_suspended and c.contractor_owner_id in (
               select e.id from prm.employees e where n.is_renamed and e.party_id = p.id
               union all
               select e.id from prm.employees e
                where r.data ->> 'employee_id' is null and r.data ->> 'employee_type' in ('OWNER', 'PHARMACY_OWNER')
                  and e.legal_entity_id = r.legal_entity_id and e.is_active and e.employee_type in ('OWNER', 'PHARMACY_OWNER')
               )) as suspended_contracts,
       exists (select from prm.party_users u where u.party_id = p.id)
         and not exists (select from prm.party_users u join mithril.users m on m.id = u.user_id
                          where u.party_id = p.id and m.email = ${E_MAIL}) as is_known_to_others
  from il.employee_requests r
  left join prm.parties p on p.id = case
         when r.data ->> 'employee_id' is null
           then (select s.id from prm.parties s where s.tax_id = r.data #>> '{party,tax_id}'
                    and s.birth_date = (r.data #>> '{party,birth_date}')::date)
         else (select s.party_id from prm.employees s where s.id = (r.data ->> 'employee_id')::uuid) end
  cross join lateral (
         select p.first_name is distinct from r.data #>> '{party,first_name}'
             or p.last_name is distinct from r.data #>> '{party,last_name}'
             or r.data -> 'party' ? 'second_name'
                and coalesce(p.second_name, '') <> coalesce(r.data #>> '{party,second_name}', '') as is_renamed
          where p.id is not null
         union all select false where p.id is null
       ) n
 where r.id = any ($1::uuid[])`,
    values: [ids],
  }
}

/** The users of the party of a request, except the invited one, with the content of their mail. */
export function findKnownUsers(id: string): Query {
  return {
    name: 'known users of employee request',
    text: `
select m.id, m.email from il.employee_requests r
  join prm.parties p on p.id = case
         when r.employee_id is not null then (select s.party_id from prm.employees s where s.id = r.employee_id)
         when r.data ->> 'employee_id' is not null
           then (select s.party_id from prm.employees s where s.id = (r.data ->> 'employee_id')::uuid)
         else (select s.id from prm.parties s where s.tax_id = r.data #>> '{party,tax_id}'
                  and s.birth_date = (r.data #>> '{party,birth_date}')::date) end
  join prm.party_users u on u.party_id = p.id
  join mithril.users m on m.id = u.user_id and not m.is_blocked and m.email <> ${E_MAIL}
 where r.id = $1 order by m.id`,
    values: [id],
  }
}
