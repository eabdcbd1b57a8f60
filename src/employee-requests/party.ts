/** The party columns that an approval writes (spec 5.3.1), computed as a value before writing. */
import { type EmployeeRequestData, type RequestedParty, specificsOf } from './data.ts'

/** Columns of `prm.parties` to write; others stay unchanged. */
export type PartyChange = Readonly<Record<string, unknown>>

/** A party's name. Personal. */
export interface Name {
  readonly first_name: string
  readonly last_name: string
  readonly second_name: string | null
}

/** The written columns of an existing party. tax_id and birth_date never change. */
export function partyUpdate(data: EmployeeRequestData): PartyChange {
  const { last_name, first_name, second_name, gender, no_tax_id, phones } = data.party
  return {
    ...{ last_name, first_name, gender, phones, no_tax_id: no_tax_id ?? false },
    // Null clears it, absent keeps it.
    ...(second_name === undefined ? {} : { second_name: storedName(second_name) }),
    ...learned(data),
    ...told(data.party),
  }
}

/** The columns of a new party. */
export function newParty(data: EmployeeRequestData): PartyChange {
  const { tax_id, birth_date, second_name } = data.party
  return { ...partyUpdate(data), tax_id, birth_date, second_name: storedName(second_name) }
}

// Education and qualifications, which the type-specific object replaces as a whole; without one they stay.
function learned(data: EmployeeRequestData): PartyChange {
  const specifics = specificsOf(data)
  if (specifics === null || specifics === undefined) return {}
  const { educations, qualifications = null, specialities, science_degree = null } = specifics
  return { educations, qualifications, specialities, science_degree }
}

// Null, '' and absent values keep the existing data.
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

/** Whether the party's name changes: then its contracts are suspended (spec 5.3.1). */
export function isRenamed(known: Name, change: PartyChange): boolean {
  const after = { ...known, ...change }
  return (
    after.first_name !== known.first_name ||
    after.last_name !== known.last_name ||
    (after.second_name ?? '') !== (known.second_name ?? '')
  )
}
