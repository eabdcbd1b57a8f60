/** What an approval makes of the party (spec 5.3.1): what is written as a value, before anything is. */
import { type EmployeeRequestData, type RequestedParty, specificsOf } from './data.ts'

/** Columns of `prm.parties` to write; others stay unchanged. */
export type PartyChange = Readonly<Record<string, unknown>>

/** A party's name. Personal. */
export interface Name {
  readonly first_name: string
  readonly last_name: string
  readonly second_name: string | null
}

/** What of a party that is there is written. tax_id and birth_date never change. */
export function partyUpdate(data: EmployeeRequestData): PartyChange {
  const { last_name, first_name, second_name, gender, no_tax_id, phones } = data.party
  return {
    ...{ last_name, first_name, gender, phones, no_tax_id: no_tax_id ?? false },
    // Null clears it, absent leaves it.
    ...(second_name === undefined ? {} : { second_name: storedName(second_name) }),
    ...learned(data),
    ...told(data.party),
  }
}

/** What a new party is. */
export function newParty(data: EmployeeRequestData): PartyChange {
  const { tax_id, birth_date, second_name } = data.party
  return { ...partyUpdate(data), tax_id, birth_date, second_name: storedName(second_name) }
}

// What the type-specific object replaces as a whole; without one all of it stays.
function learned(data: EmployeeRequestData): PartyChange {
  const specifics = specificsOf(data)
  if (specifics === null || specifics === undefined) return {}
  const { educations, qualifications = null, specialities, science_degree = null } = specifics
  return { educations, qualifications, specialities, science_degree }
}

// What is null, '' or not there leaves what is known.
function told({ about_myself, working_experience }: RequestedParty): PartyChange {
  return Object.fromEntries(
    Object.entries({ about_myself, working_experience } as Record<string, unknown>).filter(
      ([, value]) => value !== null && value !== undefined && value !== '',
    ),
  )
}

function storedName(name: string | null | undefined): string | null {
  return name === undefined || name === '' ? null : name
}

/** Whether the party is called otherwise from now on: its contracts are suspended then (spec 5.3.1). */
export function isRenamed(known: Name, change: PartyChange): boolean {
  const after = { ...known, ...change }
  return (
    after.first_name !== known.first_name ||
    after.last_name !== known.last_name ||
    (after.second_name ?? '') !== (known.second_name ?? '')
  )
}
