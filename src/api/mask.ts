/**
 * Masking (spec 4.3): tokens without the right see only the last two characters of tax ids, UNZR, RNOKPP, document numbers and phones, in
 * every answer of GraphQL and REST.
 */
import type { Principal } from '../access/principal.ts'
import type { SubjectKind } from '../verification/status.ts'

const SHOWN = 2
const MASK = '*'

/** What decides whether a principal sees numbers. */
export type Seeing = Pick<Principal, 'isMasked' | 'isMaskedByScope' | 'clientType' | 'scopes'>

/**
 * Whether a principal sees numbers of persons, or of parties, masked: if the token says so, and for NHS users without the scope to reveal
 * them. Other clients see only their own requested employees, whose numbers they supplied.
 */
export function masksNumbersOf(principal: Seeing, kind: SubjectKind): boolean {
  const { isMasked, isMaskedByScope, clientType, scopes } = principal
  return isMasked || (isMaskedByScope && clientType === 'NHS' && !scopes.has(`${kind}:personal_data`))
}

/** Whether this principal must not find out numbers of persons, or of parties, by trying either (SECURITY.md). */
export function isKeptFromNumbersOf(principal: Seeing, kind: SubjectKind): boolean {
  return principal.isMasked || !principal.scopes.has(`${kind}:personal_data`)
}

/** Hides all but the last two characters; texts of up to two characters are hidden completely. Null stays null. */
export function mask<T extends string | null>(value: T): T {
  if (value === null) return value
  const characters = [...(value as string)]
  const shown = characters.length > SHOWN ? characters.slice(-SHOWN) : []
  return (MASK.repeat(characters.length - shown.length) + shown.join('')) as T
}

// Under the names that records, requests and registries use, ignoring case and underscores.
const MASKED_KEYS = new Set(['taxid', 'unzr', 'rnokpp', 'phone', 'phones'])
// For documents and phones, and for proofs of education (spec 5.5): `diploma_number`, `certificate_number`.
const NUMBER_ENDING = 'number'

/**
 * A number or a JSON value as this principal may see it. In JSON, everything under `tax_id`, `unzr`, `rnokpp`, `phone`, `phones`, or a name
 * that ends in `number` is masked, at any depth. In unforeseen data the name may not be known, so any text or number that could be personal
 * is masked too.
 */
export function shownTo<T>(principal: Seeing, of: SubjectKind, value: T, isForeseen = true): T {
  if (!masksNumbersOf(principal, of)) return value
  return maskJson(value, typeof value === 'string', isForeseen ? () => false : couldBeNumber) as T
}

const FEWEST_DIGITS = 6
const MOMENT = /^(\d{4}-\d{2}-\d{2}([T ][\d:.]+(Z|[+-]\d{2}:?\d{2})?)?|\d{2}\.\d{2}\.\d{4})$/

function couldBeNumber(text: string): boolean {
  return text.replaceAll(/\D/g, '').length >= FEWEST_DIGITS && !MOMENT.test(text)
}

function maskJson(value: unknown, isHidden: boolean, isSuspect: (text: string) => boolean): unknown {
  if (Array.isArray(value)) return value.map((each) => maskJson(each, isHidden, isSuspect))
  if (typeof value === 'object' && value !== null) {
    const entries = Object.entries(value)
    return Object.fromEntries(entries.map(([key, each]) => [key, maskJson(each, isMaskedKey(key), isSuspect)]))
  }
  if (typeof value !== 'string' && typeof value !== 'number') return value
  const text = String(value)
  return isHidden || isSuspect(text) ? mask(text) : value
}

function isMaskedKey(key: string): boolean {
  const name = key.replaceAll('_', '').toLowerCase()
  return MASKED_KEYS.has(name) || name.endsWith(NUMBER_ENDING)
}
