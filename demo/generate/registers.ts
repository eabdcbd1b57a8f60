import { isWellFormedUnzr } from '../../src/verification/documents.ts'
import { type Birth, dateOfDay, dayOfDate } from './dates.ts'
import { type GeneratedDocument, isKnowable } from './documents.ts'
import type { Numbers } from './numbers.ts'
import { drawNames, type GeneratedPerson, type MadeUpNames } from './person.ts'
import type { Random } from './random.ts'
import { shares } from './shares.ts'

/** A line of invalid_passports.ndjson or stolen_passports.ndjson (spec 7.3): the document as the registry is asked about it. */
export interface PassportEntry {
  readonly pass_type: '0101'
  readonly pas_serial: string | null
  readonly pas_number: string
}

/** A line of unzr.ndjson (spec 7.3). */
export interface UnzrEntry {
  readonly unzr: string
  readonly family_name: string
  readonly given_name: string
  readonly patronymic_name: string | null
  readonly date_birth: string
  readonly rnokpp: string | null
  readonly gender: string
  readonly documents: readonly GeneratedDocument[]
}

/** A line of drfo.ndjson (spec 8.16). */
export interface DrfoEntry {
  readonly rnokpp: string
  readonly last_name: string
  readonly first_name: string
  readonly middle_name: string | null
  readonly date_birth: string
  /** Returned for every question; if absent: whether names and birth date match. */
  readonly result?: number
  readonly error_message?: string
}

/** Where the entries of each registry go. */
export interface Registers {
  invalid(entry: PassportEntry): void
  stolen(entry: PassportEntry): void
  unzr(entry: UnzrEntry): void
  drfo(entry: DrfoEntry): void
}

function entryOf({ type, number }: Pick<GeneratedDocument, 'type' | 'number'>): PassportEntry {
  return type === 'PASSPORT'
    ? { pass_type: '0101', pas_serial: number.slice(0, 2), pas_number: number.slice(2) }
    : { pass_type: '0101', pas_serial: null, pas_number: number }
}

/** Decides what the registries know about a person; `isShared`: the document was decided on with its other holder. */
export function registerPerson(random: Random, person: GeneratedPerson, isShared: boolean, registers: Registers): void {
  if (!isShared) registerDocuments(random, person.documents.filter(isKnowable), registers)
  if (person.unzr !== null && isWellFormedUnzr(person.unzr)) registerUnzr(random, person, person.unzr, registers)
}

/** Decides what the registries know about the documents of a party who is not a patient. */
export function registerParty(random: Random, documents: readonly GeneratedDocument[], registers: Registers): void {
  registerDocuments(random, documents.filter(isKnowable), registers)
}

/** Somebody who may be in the tax register. */
export type Taxpayer = MadeUpNames & Pick<GeneratedPerson, 'birth_date' | 'gender' | 'tax_id' | 'documents'>

/** Decides what the tax register knows about somebody: by the tax id, or by each document used instead of it. */
export function registerTaxpayer(random: Random, who: Taxpayer, registers: Registers): void {
  const numbers = who.tax_id === null ? who.documents.filter(isKnowable).map(({ number }) => number) : [who.tax_id]
  for (const rnokpp of numbers) registers.drfo(drfoEntry(random, rnokpp, who))
}

function drfoEntry(random: Random, rnokpp: string, who: Taxpayer): DrfoEntry {
  const names = { last_name: who.last_name, first_name: who.first_name, middle_name: who.second_name }
  const entry = { rnokpp, ...names, date_birth: who.birth_date }
  if (random.chance(shares.refusedTaxId)) return { ...entry, result: 1, error_message: 'Особу не знайдено' }
  if (random.chance(shares.closedTaxId)) return { ...entry, result: 2, error_message: 'Знято з обліку' }
  if (!random.chance(shares.otherTaxpayer)) return entry
  const other = drawNames(random, who.gender)
  return { ...entry, last_name: `${other.last_name}-${who.last_name}`, first_name: other.first_name }
}

function registerDocuments(random: Random, documents: readonly GeneratedDocument[], registers: Registers): void {
  for (const document of documents) {
    const isExchanged = document.type === 'PASSPORT' && documents.length > 1
    if (random.chance(isExchanged ? shares.invalidExchanged : shares.invalid)) registers.invalid(entryOf(document))
    if (random.chance(shares.stolen)) registers.stolen(entryOf(document))
  }
}

function registerUnzr(random: Random, person: GeneratedPerson, unzr: string, registers: Registers): void {
  if (random.chance(shares.unknownUnzr)) return
  const entry = unzrEntry(unzr, person, person.gender, person.birth_date, person.tax_id, person.documents)
  registers.unzr(random.chance(shares.otherUnzr) ? ofAnother(random, entry, person) : entry)
}

/** The entry as if the UNZR belonged to somebody else: with another birth date or name. */
function ofAnother(random: Random, entry: UnzrEntry, { gender, last_name }: GeneratedPerson): UnzrEntry {
  if (random.chance(0.5)) return { ...entry, date_birth: nobodysBirth(random).date }
  const other = drawNames(random, gender)
  return { ...entry, family_name: `${other.last_name}-${last_name}`, given_name: other.first_name }
}

function unzrEntry(
  unzr: string,
  names: MadeUpNames,
  gender: Birth['gender'],
  date: string,
  taxId: string | null,
  documents: readonly GeneratedDocument[],
): UnzrEntry {
  return {
    unzr,
    family_name: names.last_name,
    given_name: names.first_name,
    patronymic_name: names.second_name,
    date_birth: date,
    rnokpp: taxId,
    gender,
    documents: documents.filter(isKnowable),
  }
}

/** Adds an entry to each registry about a document or UNZR that no generated person has. `numbers` must count beyond those of people. */
export function registerNobody(random: Random, numbers: Numbers, registers: Registers): void {
  const passport = () =>
    random.chance(0.6)
      ? entryOf({ type: 'PASSPORT', number: numbers.passport() })
      : entryOf({ type: 'NATIONAL_ID', number: numbers.nationalId() })
  registers.invalid(passport())
  registers.stolen(passport())
  const birth = nobodysBirth(random)
  registers.unzr(unzrEntry(numbers.unzr(birth), drawNames(random, birth.gender), birth.gender, birth.date, null, []))
}

/** Adds an entry to the tax register about a tax id that no generated person has: nobody here was born in the years that it encodes. */
export function registerOtherTaxpayer(random: Random, numbers: Numbers, registers: Registers): void {
  const birth = nobodysBirth(random)
  const { last_name, first_name, second_name: middle_name } = drawNames(random, birth.gender)
  // Tax ids count days from 1899-12-31, and nobody here is over 100.
  const date_birth = dateOfDay(birth.day)
  registers.drfo({ rnokpp: numbers.taxId(birth), last_name, first_name, middle_name, date_birth })
}

/** A birth before 1900: no generated person has one, so the UNZR cannot be a person's. */
function nobodysBirth(random: Random): Birth {
  const day = random.int(3650)
  return { gender: random.chance(0.5) ? 'MALE' : 'FEMALE', day, date: dateOfDay(dayOfDate('1890-01-01') + day), age: 0 }
}
