/** What somebody is searched by, and what a number is by its looks. */

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
