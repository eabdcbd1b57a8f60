/**
 * The budget of look-ups by number, for users who see numbers masked: whoever may try any number learns a hidden one, since an exact filter
 * tells right from wrong. What is promised is in SECURITY.md. Kept in the database, so that all processes of the API share it.
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

/** The sorts of numbers that can be looked for. */
export type NumberKind = 'taxId' | 'unzr' | 'documentNumber'

/** A look-up that may be made. */
export interface AdmittedLookup extends LookupKey {
  /** Not one of a number that the user has looked for before. */
  readonly isFirst: boolean
}

/** A look-up that may be made, or in how many seconds one may. */
export type Admission =
  | { readonly kind: 'admitted'; readonly lookup: AdmittedLookup }
  | { readonly kind: 'refused'; readonly seconds: number }

/** Takes a look-up from the user's budget, before it is made. It counts as one that found nothing until it is told otherwise. */
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

/** The user knew the number already: nothing was tried. */
export async function lookupToldNothing(executor: Executor, lookup: AdmittedLookup): Promise<void> {
  // What an earlier one told stays told.
  if (lookup.isFirst) await executor.query(deleteLookup(lookup))
}

// Other ways to write a number, as a UNZR without its hyphen, are the same number.
function digestsOf(kind: NumberKind, value: string): Pick<LookupKey, 'number' | 'likeness'> {
  const number = value
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll(/[^\p{L}\p{N}]/gu, '')
  const digest = (text: string) => hash('sha256', `${kind} ${text}`, 'buffer')
  return { number: digest(number), likeness: digest(`${visibleStart(kind, number)}*${number.slice(-2)}`) }
}

/**
 * What somebody who knows the person knows of the start of a number, besides the two last characters, which masking shows: a UNZR begins with
 * the birth date, a tax id with its number of days; a passport with a series; an identity card by when it was issued.
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
