/**
 * What the generator's files imply for each person, worked out from the files alone by the words of spec 1.6, 2.3 and 2.5: none of the
 * program's own rules are used here.
 */
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
  readonly status: string
  readonly is_active: boolean
  readonly documents: readonly Document[]
}

interface Invalid {
  readonly pas_serial: string | null
  readonly pas_number: string
}

/** `STATUS / REASON` that a person may end with; more than one where it depends on who is asked about first. */
export type Implied = ReadonlyMap<string, ReadonlySet<string>>

async function readLines<T>(folder: string, name: string): Promise<T[]> {
  const text = await readFile(join(folder, name), 'utf8')
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

/** Good ones before those that have passed, then the one issued last; the place in the record settles the rest (its order is the import's). */
function chosen(documents: readonly Document[]): Document | undefined {
  const rank = (document: Document) => {
    const { expiration_date: until, issued_at: issued } = document
    return `${until === null || until >= today ? 1 : 0} ${issued ?? ''}`
  }
  const passports = documents.filter(({ type }) => type === 'PASSPORT' || type === 'NATIONAL_ID')
  return passports.toSorted((a, b) => (rank(a) < rank(b) ? 1 : -1))[0]
}

const VALID = 'VERIFIED / AUTO_VALID'
const NOT_VALID = 'NOT_VERIFIED / AUTO_NOT_VALID'
const keyOf = ({ type, number }: Document) => `${type} ${number.toLowerCase()}`

/** Works it out for everybody in the folder. */
export async function readImplied(folder: string): Promise<Implied> {
  const persons = await readLines<Person>(folder, 'persons.ndjson')
  const invalid = new Set(
    (await readLines<Invalid>(folder, 'invalid_passports.ndjson')).map(
      ({ pas_serial, pas_number }) => `${pas_serial ?? ''}${pas_number}`,
    ),
  )
  const flagged = new Map<string, string[]>()
  const implied = new Map<string, Set<string>>()
  for (const { id, status, is_active, documents } of persons) {
    const document = chosen(documents)
    const isAsked = status === 'active' && is_active && document !== undefined && isWellFormed(document)
    const isFound = isAsked && invalid.has(document.number)
    if (isFound) flagged.set(keyOf(document), [...(flagged.get(keyOf(document)) ?? []), id])
    implied.set(id, new Set([ownOutcome(status === 'active' && is_active, document, isFound)]))
  }
  // Step 4.1: whoever else holds a document that was asked about and found. It does not reach one who is in review at that moment, so
  // that somebody whose own answer is another may keep it.
  for (const { id, status, is_active, documents } of persons) {
    if (status !== 'active' || !is_active) continue
    const reaches = documents.some((document) => flagged.get(keyOf(document))?.some((other) => other !== id))
    if (reaches) implied.get(id)?.add(NOT_VALID)
  }
  return implied
}

function ownOutcome(isActive: boolean, document: Document | undefined, isFound: boolean): string {
  if (!isActive) return 'VERIFICATION_NEEDED / INITIAL'
  if (document === undefined) return 'VERIFICATION_NOT_NEEDED / AUTO_DATA_ABSENT'
  if (!isWellFormed(document)) return 'NOT_VERIFIED / AUTO_INCORRECT_DATA'
  return isFound ? NOT_VALID : VALID
}
