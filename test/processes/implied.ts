/**
 * The final state of each stream of each person and party, derived from the generator's files alone by spec 1.6, 2.2, 2.3 and 2.5, without
 * any rule of the program.
 */
import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

interface Document {
  readonly type: string
  readonly number: string
  readonly issued_at: string | null
  readonly expiration_date: string | null
}

interface Person {
  readonly id: string
  readonly last_name: string
  readonly first_name: string
  readonly second_name: string | null
  readonly birth_date: string
  readonly unzr: string | null
  readonly status: string
  readonly is_active: boolean
  readonly documents: readonly Document[]
}

interface Party {
  readonly id: string
  readonly documents: readonly Document[]
  readonly employees: readonly { readonly status: string; readonly is_active: boolean }[]
}

interface Listed {
  readonly pas_serial: string | null
  readonly pas_number: string
}

interface Entry {
  readonly unzr: string
  readonly family_name: string
  readonly given_name: string
  readonly patronymic_name: string | null
  readonly date_birth: string
}

type Kind = 'person' | 'party'

/** The possible `STATUS / REASON` of a stream; more than one if it depends on who is asked about first. */
export type Implied = ReadonlyMap<string, ReadonlySet<string>>

/** The records of one of the generator's files; none if it does not exist. */
export async function readLines<T>(folder: string, name: string): Promise<T[]> {
  const path = join(folder, name)
  if (!existsSync(path)) return []
  const text = await readFile(path, 'utf8')
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as T)
}

const today = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Kyiv' }).format(new Date())
const LETTERS = 'АБВГҐДЕЄЖЗИІЇЙКЛМНОПРСТУФХЦЧШЩЬЮЯ'

function isWellFormed({ type, number }: Document): boolean {
  const digits = type === 'PASSPORT' ? number.slice(2) : number
  const letters = type === 'PASSPORT' ? [...number.slice(0, 2)] : []
  const length = type === 'PASSPORT' ? 6 : 9
  return /^[0-9]*$/.test(digits) && digits.length === length && letters.every((letter) => LETTERS.includes(letter))
}

/** Valid ones before expired ones, then the latest issued; ties follow the order in the record, which is the import's. */
function chosen(documents: readonly Document[]): Document | undefined {
  const rank = (document: Document) => {
    const { expiration_date: until, issued_at: issued } = document
    return `${until === null || until >= today ? 1 : 0} ${issued ?? ''}`
  }
  const passports = documents.filter(({ type }) => type === 'PASSPORT' || type === 'NATIONAL_ID')
  return passports.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1))[0]
}

/** A passport register's name in the files, and its verdicts for found and not found. */
const REGISTERS = {
  mvs_passport: {
    name: 'stolen_passports.ndjson',
    found: 'NOT_VERIFIED / AUTO_LOST',
    notFound: 'VERIFIED / AUTO_NOT_LOST',
  },
  dms_passport: {
    name: 'invalid_passports.ndjson',
    found: 'NOT_VERIFIED / AUTO_NOT_VALID',
    notFound: 'VERIFIED / AUTO_VALID',
  },
} as const

const INITIAL = 'VERIFICATION_NEEDED / INITIAL'
const ABSENT = 'VERIFICATION_NOT_NEEDED / AUTO_DATA_ABSENT'
const INCORRECT = 'NOT_VERIFIED / AUTO_INCORRECT_DATA'
const keyOf = ({ type, number }: Document) => `${type} ${number.toLowerCase()}`

/** Somebody with documents, and what is known of the stream so far. */
interface Holder {
  readonly id: string
  readonly kind: Kind
  readonly isChecked: boolean
  /** Answers about others do not reach inactive persons; they reach every party (spec 1.7). */
  readonly isReachable: boolean
  readonly documents: readonly Document[]
  outcomes: Set<string>
}

function holders(persons: readonly Person[], parties: readonly Party[]): Holder[] {
  const outcomes = () => new Set([INITIAL])
  return [
    ...persons.map(({ id, documents, status, is_active }): Holder => {
      const isActive = status === 'active' && is_active
      return { id, kind: 'person', isChecked: isActive, isReachable: isActive, documents, outcomes: outcomes() }
    }),
    ...parties.map(({ id, documents, employees }): Holder => {
      const isAtWork = employees.some(({ status, is_active }) => status === 'APPROVED' && is_active)
      return { id, kind: 'party', isChecked: isAtWork, isReachable: true, documents, outcomes: outcomes() }
    }),
  ]
}

type Register = (typeof REGISTERS)[keyof typeof REGISTERS]

/** One run over all due subjects of a kind: steps 1.1 to 5. */
function run(all: readonly Holder[], kind: Kind, listed: ReadonlySet<string>, { found, notFound }: Register): void {
  const due = all.filter((one) => one.kind === kind && one.isChecked && one.outcomes.has(INITIAL))
  const isFoundBy = (document: Document | undefined) =>
    document !== undefined && isWellFormed(document) && listed.has(document.number)
  const askers = Map.groupBy(
    due.filter(({ documents }) => isFoundBy(chosen(documents))),
    ({ documents }) => keyOf(chosen(documents) as Document),
  )
  // Somebody's own question may be skipped if an answer about another's document came first: then nobody may ask about this document.
  const isReachedByOthers = (one: Holder) =>
    one.documents.some((each) =>
      askers
        .get(keyOf(each))
        ?.some((asker) => asker.id !== one.id && keyOf(each) !== keyOf(chosen(one.documents) as Document)),
    )
  const surely = new Set(
    [...askers]
      .filter(([, those]) => those.some((one) => one.outcomes.size === 1 && !isReachedByOthers(one)))
      .map(([key]) => key),
  )

  const isDue = new Set(due)
  for (const one of due) {
    const document = chosen(one.documents)
    const own =
      document === undefined ? ABSENT : !isWellFormed(document) ? INCORRECT : isFoundBy(document) ? found : notFound
    one.outcomes.delete(INITIAL)
    one.outcomes.add(own)
  }
  for (const one of all) {
    if (!one.isReachable) continue
    const reaching = one.documents.map(keyOf).filter((key) => askers.get(key)?.some(({ id }) => id !== one.id))
    if (reaching.length === 0) continue
    // Somebody IN_REVIEW at that moment is not reached, and keeps their own answer.
    if (!isDue.has(one) && reaching.some((key) => surely.has(key))) one.outcomes = new Set([found])
    else one.outcomes.add(found)
  }
}

/** Derives a passport stream of everybody in the folder after runs of these kinds in turn. */
export async function implyPassports(
  folder: string,
  stream: keyof typeof REGISTERS,
  runs: readonly Kind[],
): Promise<Record<Kind, Implied>> {
  const register = REGISTERS[stream]
  const listed = new Set(
    (await readLines<Listed>(folder, register.name)).map(
      ({ pas_serial, pas_number }) => `${pas_serial ?? ''}${pas_number}`,
    ),
  )
  const all = holders(await readLines(folder, 'persons.ndjson'), await readLines(folder, 'parties.ndjson'))
  for (const kind of runs) run(all, kind, listed, register)
  const of = (wanted: Kind) =>
    new Map(all.filter(({ kind }) => kind === wanted).map(({ id, outcomes }) => [id, outcomes]))
  return { person: of('person'), party: of('party') }
}

/** The stream dms_passport of persons if nobody else is checked. */
export async function readImplied(folder: string): Promise<Implied> {
  return (await implyPassports(folder, 'dms_passport', ['person'])).person
}

/** The final state of each person's UNZR, and who ends without one: an ill-formed one is removed. */
export async function implyUnzr(
  folder: string,
): Promise<{ readonly person: Implied; readonly without: ReadonlySet<string> }> {
  const entries = new Map((await readLines<Entry>(folder, 'unzr.ndjson')).map((entry) => [entry.unzr, entry]))
  const persons = await readLines<Person>(folder, 'persons.ndjson')
  const outcomes = new Map(
    persons.map((person) => [person.id, new Set([unzrOutcome(person, entries.get(person.unzr ?? ''))])]),
  )
  const without = persons.filter(({ id, unzr }) => unzr === null || outcomes.get(id)?.has(INCORRECT))
  return { person: outcomes, without: new Set(without.map(({ id }) => id)) }
}

function unzrOutcome(person: Person, entry: Entry | undefined): string {
  const { unzr, status, is_active } = person
  if (status !== 'active' || !is_active) return INITIAL
  if (unzr === null || unzr === '') return ABSENT
  if (!/^[0-9]{8}-[0-9]{5}$/.test(unzr)) return INCORRECT
  const isThePerson =
    entry !== undefined &&
    entry.family_name === person.last_name &&
    entry.given_name === person.first_name &&
    entry.patronymic_name === person.second_name &&
    entry.date_birth === person.birth_date
  return isThePerson ? 'VERIFIED / AUTO' : 'NOT_VERIFIED / AUTO'
}
