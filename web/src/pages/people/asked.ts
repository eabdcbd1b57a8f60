/**
 * Searches by numbers and names. They are personal: never in an address, and not on the disk either. The browser's history holds a key,
 * by which going back finds the search again as long as the tab lives and the same person is signed in.
 */
import { session } from '../../session/token.ts'

declare module '@tanstack/react-router' {
  interface HistoryState {
    /** The key of a search. */
    asked?: string | undefined
  }
}

/** What somebody is searched by, as it was typed. */
export interface Asked {
  readonly number: string
  readonly as: NumberKind | ''
  readonly lastName: string
  readonly birthDate: string
}

/** What a number can be. */
export const NUMBER_KINDS = ['taxId', 'unzr', 'documentNumber', 'databaseId'] as const

/** What a number is. */
export type NumberKind = (typeof NUMBER_KINDS)[number]

/** An empty search. */
export const NOTHING_ASKED: Asked = { number: '', as: '', lastName: '', birthDate: '' }

const kept = new Map<string, Asked>()
session.watch(() => kept.clear())

/** Keeps a search; its key tells nothing of it. */
export function keepAsked(asked: Asked): string {
  const key = crypto.randomUUID()
  kept.set(key, asked)
  return key
}

/** The search of a key; undefined where it is kept no more. */
export function askedOf(key: string | undefined): Asked | undefined {
  return key === undefined ? undefined : kept.get(key)
}

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** What a number is by its looks. */
export function looksLike(number: string): NumberKind {
  if (UUID.test(number)) return 'databaseId'
  if (/^\d{8}-\d{5}$/.test(number)) return 'unzr'
  return /^\d{10}$/.test(number) ? 'taxId' : 'documentNumber'
}

/** Whether a text is an id of this system. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/** What is searched by, as the API's filter has it. */
export function askedFilter({ number, as, lastName, birthDate }: Asked): Readonly<Record<string, string>> {
  const trimmed = number.trim()
  return {
    ...(trimmed === '' ? {} : { [as === '' ? looksLike(trimmed) : as]: trimmed }),
    ...(lastName.trim() === '' ? {} : { lastName: lastName.trim() }),
    ...(birthDate === '' ? {} : { birthDate }),
  }
}
