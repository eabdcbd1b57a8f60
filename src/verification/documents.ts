/**
 * Identity documents: their formats, and which of a subject's documents is checked (spec 1.6).
 *
 * Numbers are compared exactly as stored: no trimming, no case conversion, no look-alike letters.
 */

/** Document types that the passport registries know. */
export const PASSPORT_TYPES = ['PASSPORT', 'NATIONAL_ID'] as const
export type PassportType = (typeof PASSPORT_TYPES)[number]

/** A document as the rules see it. Dates are `YYYY-MM-DD`; `inserted_at` is an instant, as epoch microseconds or any ordered number. */
export interface IdentityDocument {
  readonly id: string
  readonly type: string
  readonly number: string
  readonly issued_at: string | null
  readonly expiration_date: string | null
  readonly inserted_at: number
}

/** A document of a type that is checked. */
export type PassportDocument = IdentityDocument & { readonly type: PassportType }

/** The number formats of these types (spec 1.6). */
export const NUMBER_FORMATS: Readonly<Record<PassportType, RegExp>> = {
  PASSPORT: /^((?![ЫЪЭЁ])([А-ЯҐЇІЄ])){2}[0-9]{6}$/u,
  NATIONAL_ID: /^[0-9]{9}$/,
}

const UNZR_FORMAT = /^[0-9]{8}-[0-9]{5}$/

/** Whether documents of this type are checked at all. */
export function isPassportType(type: string): type is PassportType {
  return type === 'PASSPORT' || type === 'NATIONAL_ID'
}

/** Whether a document's number matches its type's format (spec 1.6). An empty number does not. */
export function hasWellFormedNumber(document: Pick<PassportDocument, 'type' | 'number'>): boolean {
  return NUMBER_FORMATS[document.type].test(document.number)
}

/** Whether the whole text matches the UNZR format (spec 1.6, 1.7). */
export function isWellFormedUnzr(unzr: string): boolean {
  return UNZR_FORMAT.test(unzr)
}

/**
 * The document to check (spec 1.6). Among PASSPORT and NATIONAL_ID, valid ones come before expired ones; then the latest `issued_at`,
 * `inserted_at` and `id`, nulls last. The number plays no role.
 *
 * @param today the date in Kyiv, `YYYY-MM-DD`
 */
export function chooseDocument(documents: readonly IdentityDocument[], today: string): PassportDocument | undefined {
  return documents
    .filter((document): document is PassportDocument => isPassportType(document.type))
    .sort((left, right) => compareDocuments(left, right, today))[0]
}

function compareDocuments(left: IdentityDocument, right: IdentityDocument, today: string): number {
  return Number(hasExpired(left, today)) - Number(hasExpired(right, today)) || newestFirst(left, right)
}

/** Sorts documents by the latest `issued_at`, `inserted_at` and `id`, nulls last. */
export function newestFirst(left: IdentityDocument, right: IdentityDocument): number {
  return (
    descending(left.issued_at ?? '', right.issued_at ?? '') ||
    descending(left.inserted_at, right.inserted_at) ||
    descending(left.id, right.id)
  )
}

function hasExpired(document: IdentityDocument, today: string): boolean {
  return document.expiration_date !== null && document.expiration_date < today
}

function descending<T extends string | number>(left: T, right: T): number {
  return left === right ? 0 : left > right ? -1 : 1
}
