/** Search criteria, and guessing what a number is from its format. */

/** The search criteria as typed. */
export interface Asked {
  readonly number: string
  readonly as: NumberKind | ''
  readonly lastName: string
  readonly birthDate: string
}

/** The kinds of numbers. */
export const NUMBER_KINDS = ['taxId', 'unzr', 'documentNumber', 'databaseId'] as const

/** The kind of a number. */
export type NumberKind = (typeof NUMBER_KINDS)[number]

/** An empty search. */
export const NOTHING_ASKED: Asked = { number: '', as: '', lastName: '', birthDate: '' }

const UUID = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Guesses the kind of a number from its format. */
export function looksLike(number: string): NumberKind {
  if (UUID.test(number)) return 'databaseId'
  if (/^\d{8}-\d{5}$/.test(number)) return 'unzr'
  return /^\d{10}$/.test(number) ? 'taxId' : 'documentNumber'
}

/** Whether a text has the format of an id. */
export function isUuid(text: string): boolean {
  return UUID.test(text)
}

/** The search criteria as the API's filter. */
export function askedFilter({ number, as, lastName, birthDate }: Asked): Readonly<Record<string, string>> {
  const trimmed = number.trim()
  return {
    ...(trimmed === '' ? {} : { [as === '' ? looksLike(trimmed) : as]: trimmed }),
    ...(lastName.trim() === '' ? {} : { lastName: lastName.trim() }),
    ...(birthDate === '' ? {} : { birthDate }),
  }
}
