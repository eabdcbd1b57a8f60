/**
 * The budget of look-ups by number for users who see numbers masked: with unlimited tries an exact filter would reveal a hidden number.
 * SECURITY.md says what it protects against. It is in the database, so that all API processes share it.
 */
import { hash } from 'node:crypto'
import type { Executor } from '../database/query.ts'
import {
  type AdmissionRow,
  deleteLookup,
  type LookupKey,
  type LookupLimits,
  setLookupFound,
  takeLookup,
} from './plans/number-lookups.ts'

export type { LookupLimits } from './plans/number-lookups.ts'

/** The kinds of numbers that can be searched for. */
export type NumberKind = 'taxId' | 'unzr' | 'documentNumber'

/** An allowed look-up. */
export interface AdmittedLookup extends LookupKey {
  /** Whether the number is new to this user. */
  readonly isFirst: boolean
}

/** An allowed look-up, or the seconds to wait. */
type Admission =
  | { readonly kind: 'admitted'; readonly lookup: AdmittedLookup }
  | { readonly kind: 'refused'; readonly seconds: number }

/** Takes a look-up from the user's budget before it is made. It counts as a miss until `lookupFound` or `lookupToldNothing` is called. */
export async function admitLookup(
  executor: Executor,
  limits: LookupLimits,
  userId: string,
  number: { readonly kind: NumberKind; readonly value: string },
): Promise<Admission> {
  const key = { userId, ...digestsOf(number.kind, number.value) }
  const [row] = await executor.query<AdmissionRow>(takeLookup(key, limits))
  const seconds = row?.seconds ?? null
  return seconds === null
    ? { kind: 'admitted', lookup: { ...key, isFirst: row?.is_first === true } }
    : { kind: 'refused', seconds }
}

/** Somebody was found, or may be later. */
export async function lookupFound(executor: Executor, key: LookupKey): Promise<void> {
  await executor.query(setLookupFound(key))
}

/** The user already knew the number, so nothing was guessed. */
export async function lookupToldNothing(executor: Executor, lookup: AdmittedLookup): Promise<void> {
  // An earlier look-up of the same number still counts.
  if (lookup.isFirst) await executor.query(deleteLookup(lookup))
}

// Spellings of the same number, such as a UNZR without its hyphen, count as one.
function digestsOf(kind: NumberKind, value: string): Pick<LookupKey, 'number' | 'likeness'> {
  const number = value
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  const digest = (text: string) => hash('sha256', `${kind} ${text}`, 'buffer')
  return { number: digest(number), likeness: digest(`${visibleStart(kind, number)}*${number.slice(-2)}`) }
}

/**
 * The part of a number that an acquaintance of the person can know, besides the last two characters, which masking shows: a UNZR begins with
 * the birth date, a tax id with its number of days, a passport with a series, an identity card with digits that depend on its issue date.
 */
function visibleStart(kind: NumberKind, number: string): string {
  switch (kind) {
    case 'unzr':
      return number.slice(0, 8)
    case 'taxId':
      return number.slice(0, 5)
    case 'documentNumber':
      return /^\p{L}+/u.exec(number)?.[0] ?? number.slice(0, -4)
  }
}
