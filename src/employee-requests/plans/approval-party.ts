/** Writes the party of an approval, its documents and its users (spec 5.3.1, 5.3.2). */
import type { Query } from '../../database/query.ts'
import type { RequestedDocument } from '../data.ts'
import type { PartyChange } from '../party.ts'

const UPDATED = [
  ...['last_name', 'first_name', 'second_name', 'gender', 'no_tax_id', 'phones'],
  ...['educations', 'qualifications', 'specialities', 'science_degree', 'about_myself', 'working_experience'],
]
const INSERTED = [...UPDATED, 'tax_id', 'birth_date']

// Insertion times ascend in the order of the request's array, which decides between documents issued on the same day (spec 1.6).
const DOCUMENTS = `
documents as (
  insert into prm.party_documents (party_id, type, number, issued_at, expiration_date, issued_by, inserted_at, updated_at)
  select $1, d.type, d.number, d.issued_at, d.expiration_date, d.issued_by,
         statement_timestamp() + d.place * interval '1 microsecond', statement_timestamp()
    from rows from (jsonb_to_recordset($3) as (type text, number text, issued_at date, expiration_date date, issued_by text))
         with ordinality as d (type, number, issued_at, expiration_date, issued_by, place)
)`

/** Inserts a party. If another has its tax id and birth date meanwhile, it fails with a unique violation. */
export function insertParty(
  id: string,
  change: PartyChange,
  documents: readonly RequestedDocument[],
  userId: string,
): Query {
  return {
    name: 'insert approved party',
    text: `
with party as (
  insert into prm.parties (id, ${INSERTED.join(', ')}, inserted_by, updated_by)
  select $1, ${INSERTED.map((name) => `n.${name}`).join(', ')}, $4, $4 from jsonb_populate_record(null::prm.parties, $2) n
),${DOCUMENTS}
select 1`,
    values: [id, JSON.stringify(change), JSON.stringify(documents), userId],
  }
}

/** Updates a party whose verification row is locked, and replaces all its documents. */
export function updateParty(
  id: string,
  change: PartyChange,
  documents: readonly RequestedDocument[],
  userId: string,
): Query {
  return {
    name: 'update approved party',
    text: `
with party as (
  update prm.parties p
     set (${UPDATED.join(', ')}) = (select ${UPDATED.map((name) => `n.${name}`).join(', ')} from jsonb_populate_record(p, $2) n),
         updated_at = statement_timestamp(), updated_by = $4
   where p.id = $1
),
gone as (delete from prm.party_documents d where d.party_id = $1),${DOCUMENTS}
select 1`,
    values: [id, JSON.stringify(change), JSON.stringify(documents), userId],
  }
}

/** Suspends the contracts that a party's employees have signed, because its name changed. */
export function suspendContractsOfParty(partyId: string, userId: string): Query {
  return {
    name: 'suspend contracts of party',
    text: `
update ops.contracts c set is_suspended = true, updated_at = statement_timestamp(), updated_by = $2
  from prm.employees e
 where e.party_id = $1 and c.contractor_owner_id = e.id and c.status = 'VERIFIED' and not c.is_suspended`,
    values: [partyId, userId],
  }
}

/** Links a user to a party. No row: the user is already linked, to this one or to another. */
export function linkPartyUser(userId: string, partyId: string): Query {
  return {
    name: 'link user to party',
    text: `insert into prm.party_users (user_id, party_id) values ($1, $2) on conflict (user_id) do nothing returning party_id`,
    values: [userId, partyId],
  }
}
