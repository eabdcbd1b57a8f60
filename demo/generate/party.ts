import { type Birth, drawBirth, today } from './dates.ts'
import { drawDocuments, type GeneratedDocument, isKnowable } from './documents.ts'
import { drawEmployee, type GeneratedEmployee, type SpecialityRecord } from './employees.ts'
import type { Numbers } from './numbers.ts'
import { drawNames, type GeneratedPerson, type MadeUpNames } from './person.ts'
import type { Random } from './random.ts'
import { shares } from './shares.ts'
import type { Workplace } from './workplaces.ts'

/** A party as a line of parties.ndjson (spec 7.3). */
export interface GeneratedParty extends MadeUpNames {
  readonly id: string
  readonly birth_date: string
  readonly gender: 'MALE' | 'FEMALE'
  /** The number of the document where `no_tax_id` is true. */
  readonly tax_id: string | null
  readonly no_tax_id: boolean
  readonly phones: readonly { readonly type: string; readonly number: string }[]
  readonly specialities: readonly SpecialityRecord[]
  readonly working_experience: number
  readonly declaration_limit: number | null
  readonly documents: readonly GeneratedDocument[]
  readonly employees: readonly GeneratedEmployee[]
}

/** A possible party: the identity is known, but not the job. */
type Somebody = Omit<
  GeneratedParty,
  'id' | 'phones' | 'specialities' | 'working_experience' | 'declaration_limit' | 'employees'
>

const youngest = 20
const oldest = 72
/** The share of men drawn again, since most health workers are women. */
const redrawnMen = 0.7

/** Whether a person is of an age to be a party as well. */
export function couldBeParty({ birth_date, status }: GeneratedPerson): boolean {
  const years = yearsSince(birth_date)
  return status === 'active' && years > youngest && years < oldest
}

function yearsSince(birthDate: string): number {
  return Number(today.slice(0, 4)) - Number(birthDate.slice(0, 4))
}

/** A party, and whether it is a person's as well, so that its documents are known to the registries as that person's. */
interface MadeParty {
  readonly party: GeneratedParty
  readonly isPatient: boolean
}

/** Draws one party after another; `patient` is a person who is no party yet, if there is one. */
export function createParties(
  random: Random,
  numbers: Numbers,
  workplaceOf: (random: Random) => Workplace,
): (patient: GeneratedPerson | undefined) => MadeParty {
  return (patient) => {
    const isPatient = random.chance(shares.partyIsPatient) && patient !== undefined
    const somebody = isPatient ? asParty(random, patient) : drawSomebody(random, numbers)
    return { party: employ(random, somebody, workplaceOf), isPatient }
  }
}

function asParty(random: Random, person: GeneratedPerson): Somebody {
  const { last_name, first_name, second_name, birth_date, gender, tax_id, no_tax_id } = person
  const documents = random.chance(shares.partyWithOldBooklet) ? withoutCard(person.documents) : person.documents
  const names = { last_name, first_name, second_name }
  return { ...names, birth_date, gender, ...taxIdOf(tax_id, no_tax_id, documents), documents }
}

// For parties registered before their booklet was exchanged for a card.
function withoutCard(documents: readonly GeneratedDocument[]): readonly GeneratedDocument[] {
  const booklets = documents.filter(({ type }) => type === 'PASSPORT')
  return booklets.length > 0 ? booklets : documents
}

function drawSomebody(random: Random, numbers: Numbers): Somebody {
  const birth = drawWorkingBirth(random)
  const names = drawNames(random, birth.gender)
  const documents = drawDocuments(random, birth, numbers)
  const no_tax_id = random.chance(shares.noTaxId)
  const tax_id = no_tax_id ? null : numbers.taxId(birth)
  return { ...names, birth_date: birth.date, gender: birth.gender, ...taxIdOf(tax_id, no_tax_id, documents), documents }
}

function drawWorkingBirth(random: Random): Birth {
  for (;;) {
    const birth = drawBirth(random)
    const isRedrawn = birth.gender === 'MALE' && random.chance(redrawnMen)
    if (birth.age >= youngest && birth.age < oldest && !isRedrawn) return birth
  }
}

function taxIdOf(tax_id: string | null, no_tax_id: boolean, documents: readonly GeneratedDocument[]) {
  return { tax_id: no_tax_id ? (documents.find(isKnowable)?.number ?? null) : tax_id, no_tax_id }
}

function employ(random: Random, somebody: Somebody, workplaceOf: (random: Random) => Workplace): GeneratedParty {
  const { documents, ...who } = somebody
  const id = random.uuid()
  const employees = Array.from({ length: jobsOf(random) }, () =>
    drawEmployee(random, who.birth_date, workplaceOf(random)),
  )
  return {
    id,
    ...who,
    phones: [
      { type: 'MOBILE', number: `+380${random.pick(['50', '63', '67', '97'])}${1_000_000 + random.int(9_000_000)}` },
    ],
    specialities: employees.flatMap(({ speciality }) => speciality ?? []).slice(0, 1),
    working_experience: random.int(yearsSince(who.birth_date) - youngest + 1),
    declaration_limit: employees.some(({ employee_type }) => employee_type === 'DOCTOR') ? 1800 : null,
    documents,
    employees,
  }
}

function jobsOf(random: Random): number {
  if (random.chance(shares.withoutEmployee)) return 0
  return random.chance(shares.twoEmployees) ? 2 : 1
}
