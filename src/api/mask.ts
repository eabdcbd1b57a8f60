/**
 * Masking (spec 4.3): for whoever may not see them tax ids, UNZR, RNOKPP, numbers of documents and phones show their last two characters, in every
 * answer of GraphQL and REST.
 */
import type { Principal } from '../access/principal.ts'
import type { SubjectKind } from '../verification/status.ts'

const SHOWN = 2
const MASK = '*'

/** What decides whether a principal sees numbers. */
export type Seeing = Pick<Principal, 'isMasked' | 'isMaskedByScope' | 'clientType' | 'scopes'>

/**
 * Whether a principal sees numbers of persons, or of parties, masked: where the token says so, and of the NHS whoever has not the scope of
 * revealing them. Other clients are shown nobody but whom they asked for as employees themselves, by numbers that they gave.
 */
export function masksNumbersOf(principal: Seeing, kind: SubjectKind): boolean {
  const { isMasked, isMaskedByScope, clientType, scopes } = principal
  return isMasked || (isMaskedByScope && clientType === 'NHS' && !scopes.has(`${kind}:personal_data`))
}

/** Whether this principal may not learn numbers of persons, or of parties, by trying them either (SECURITY.md). */
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

// By the names that records, requests and registries have for them, whatever their case and underscores.
const MASKED_KEYS = new Set(['taxid', 'unzr', 'rnokpp', 'phone', 'phones'])
// Of a document or a phone; and of what proves an education (spec 5.5): `diploma_number`, `certificate_number`.
const NUMBER_ENDING = 'number'

/**
 * A number, or a JSON value, as this principal may see it: of JSON whatever stands under `tax_id`, `unzr`, `rnokpp`, `phone`, `phones`, or a
 * name that ends in `number`, is masked, however deep. Where that was not foreseen, its name may not tell: then any text or number that
 * could be a number of somebody is masked as well.
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
