import { type Birth, drawBirth } from './dates.ts'
import { drawDocuments, type GeneratedDocument, isKnowable } from './documents.ts'
import { fathers, womensNames } from './first-names.ts'
import { mensLastNames, womensLastNames } from './last-names.ts'
import type { Numbers } from './numbers.ts'
import type { Random } from './random.ts'
import { shares } from './shares.ts'
import { mangleUnzr } from './slips.ts'

/** The names of somebody, as records of 7.3 have them. */
export interface MadeUpNames {
  readonly last_name: string
  readonly first_name: string
  readonly second_name: string | null
}

/** A person as a line of persons.ndjson (spec 7.3). */
export interface GeneratedPerson extends MadeUpNames {
  readonly id: string
  readonly birth_date: string
  readonly gender: 'MALE' | 'FEMALE'
  readonly tax_id: string | null
  readonly no_tax_id: boolean
  readonly unzr: string | null
  readonly status: 'active' | 'inactive'
  readonly is_active: boolean
  readonly documents: readonly GeneratedDocument[]
}

/** Draws names for a gender; half of all apostrophes are typographic ones. */
export function drawNames(random: Random, gender: Birth['gender']): MadeUpNames {
  const isMale = gender === 'MALE'
  const father = random.pick(fathers)
  const lastNames = isMale ? mensLastNames : womensLastNames
  const last = random.pick(lastNames)
  const isDouble = random.chance(shares.doubleLastName)
  const names = {
    last_name: isDouble ? `${last}-${random.pick(lastNames)}` : last,
    first_name: isMale ? random.pick(fathers).name : random.pick(womensNames),
    second_name: random.chance(shares.withoutSecondName) ? null : isMale ? father.son : father.daughter,
  }
  return random.chance(0.5) ? names : withTypographicApostrophes(names)
}

function withTypographicApostrophes({ last_name, first_name, second_name }: MadeUpNames): MadeUpNames {
  const replaced = (text: string) => text.replaceAll("'", '’')
  return {
    last_name: replaced(last_name),
    first_name: replaced(first_name),
    second_name: second_name === null ? null : replaced(second_name),
  }
}

/** A person, and whether their only document is that of an earlier one. */
export interface Made {
  readonly person: GeneratedPerson
  readonly isShared: boolean
}

/** Draws one person after another. */
export function createPeople(random: Random, numbers: Numbers): () => Made {
  let lent: GeneratedDocument | undefined
  return () => {
    const birth = drawBirth(random)
    const names = drawNames(random, birth.gender)
    const own = drawDocuments(random, birth, numbers)
    const borrowed = birth.age >= 18 && wasIssuedAfter(birth, lent) ? lent : undefined
    const documents = borrowed ? [borrowed] : own
    lent = borrowed ? undefined : (lent ?? toLend(random, own))
    const person: GeneratedPerson = {
      id: random.uuid(),
      ...names,
      birth_date: birth.date,
      gender: birth.gender,
      ...drawTaxId(random, birth, numbers),
      unzr: drawUnzr(random, birth, documents, numbers),
      ...drawActivity(random),
      documents,
    }
    return { person, isShared: borrowed !== undefined }
  }
}

/**
 * The document that the next adult's record will contain as well. Only if it is its holder's only document, and becomes the other's only
 * one: then both are asked about the same document, and the result does not depend on who is asked first.
 */
function toLend(random: Random, documents: readonly GeneratedDocument[]): GeneratedDocument | undefined {
  const [only, ...others] = documents
  if (only === undefined || others.length > 0 || !isKnowable(only)) return undefined
  return random.chance(shares.sharedDocument) ? only : undefined
}

/** Whether the document was issued after somebody's birth; otherwise it is kept for the next adult. */
function wasIssuedAfter({ date }: Birth, document: GeneratedDocument | undefined): boolean {
  return document !== undefined && (document.issued_at === null || document.issued_at >= date)
}

function drawTaxId(random: Random, birth: Birth, numbers: Numbers): Pick<GeneratedPerson, 'tax_id' | 'no_tax_id'> {
  if (birth.age >= 14 && random.chance(shares.noTaxId)) return { tax_id: null, no_tax_id: true }
  const isWithout = birth.age < 14 && !random.chance(shares.childWithTaxId)
  return { tax_id: isWithout ? null : numbers.taxId(birth), no_tax_id: false }
}

function drawUnzr(
  random: Random,
  birth: Birth,
  documents: readonly GeneratedDocument[],
  numbers: Numbers,
): string | null {
  const hasCard = documents.some(({ type }) => type === 'NATIONAL_ID')
  const share = hasCard ? shares.unzrWithCard : birth.age < 18 ? shares.unzrOfChild : shares.unzrOfAdult
  if (!random.chance(share)) return null
  const unzr = numbers.unzr(birth)
  return random.chance(shares.wrongUnzr) ? mangleUnzr(random, unzr) : unzr
}

function drawActivity(random: Random): Pick<GeneratedPerson, 'status' | 'is_active'> {
  if (random.chance(shares.inactive)) return { status: 'inactive', is_active: false }
  return { status: 'active', is_active: !random.chance(shares.switchedOff) }
}
