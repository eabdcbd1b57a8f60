/** Finds the owners of values that parties' records claim. */
import type { Query } from '../../../database/query.ts'

/** Values that only one can have: a tax id with a birth date and an employee belong to a party, a division to a legal entity. */
export type Conflict = 'tax_id' | 'employee' | 'division'

/** A value that belongs to one party, and that party. Personal. */
export interface Claim {
  readonly what: Conflict
  readonly key: string
  readonly owner: string
}

/** The key of a tax id with a birth date; other values are claimed by their id. */
export function taxKey(taxId: string, birthDate: string): string {
  return `${birthDate} ${taxId}`
}

/** The stored ones of these keys. */
export function storedClaims(claims: readonly Claim[]): Query {
  const keys = (wanted: Conflict) => claims.filter(({ what }) => what === wanted).map(({ key }) => key)
  return {
    name: 'stored claims of parties',
    text: `
select 'tax_id' as what, i.key, p.id as owner
  from unnest($1::text[]) as i (key)
  join prm.parties p on p.tax_id = substr(i.key, 12) and p.birth_date = left(i.key, 10)::date
union all
select 'employee', e.id::text, e.party_id from prm.employees e where e.id = any ($2::uuid[])
union all
select 'division', d.id::text, d.legal_entity_id from prm.divisions d where d.id = any ($3::uuid[])`,
    values: [keys('tax_id'), keys('employee'), keys('division')],
  }
}
