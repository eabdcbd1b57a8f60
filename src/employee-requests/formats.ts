/** Formats of names, numbers and days in a request (spec 5.5, 1.6). They are checked exactly as received. */
import type { RequestDocumentType } from '../dictionaries/people.ts'
import { isDay } from '../verification/calendar.ts'
import { NUMBER_FORMATS } from '../verification/documents.ts'

export const NAME = /^(?!.*[ЫЪЭЁыъэё@%&$^#])[А-ЯҐЇІЄа-яґїіє’'\- ]+$/u
/** A tax id, or a passport number instead. The class also contains the Latin I, as on the platform. */
export const TAX_ID = /^([0-9]{9,10}|[А-ЯЁЇІIЄҐ]{2}[0-9]{6})$/u
export const PHONE = /^\+38[0-9]{10}$/u

/** Document numbers by type; types that are not listed accept any non-empty number. */
export const DOCUMENT_FORMATS: Readonly<Partial<Record<RequestDocumentType, RegExp>>> = {
  ...NUMBER_FORMATS,
  REFUGEE_CERTIFICATE: NUMBER_FORMATS.PASSPORT,
  COMPLEMENTARY_PROTECTION_CERTIFICATE: NUMBER_FORMATS.PASSPORT,
  TEMPORARY_CERTIFICATE:
    /^(((?![ЫЪЭЁ])([А-ЯҐЇІЄ])){2}[0-9]{4,6}|[0-9]{9}|((?![ЫЪЭЁ])([А-ЯҐЇІЄ])){2}[0-9]{5}\/[0-9]{5})$/u,
  TEMPORARY_PASSPORT: /^((?![ЫЪЭЁыъэё@%&$^#`~:,.*|}{?!])[A-ZА-ЯҐЇІЄ0-9№/()-]){2,25}$/u,
}

/** A pattern in documents' notation: `/` needs no backslash there. */
export function patternText({ source }: RegExp): string {
  return source.replaceAll('\\/', '/')
}

/** A person without a tax id gives a passport number instead. */
const PASSPORT_FOR_TAX_ID = /^([0-9]{9}|[А-ЯЁЇІIЄҐ]{2}[0-9]{6})$/u
const DIGITS = /^[0-9]{10}$/
const WEIGHTS = [-1, 5, 7, 9, 4, 6, 10, 5, 7] as const

/** Whether a tax id is valid, for a person with or without one (`no_tax_id`). */
export function isTaxId(value: string, hasNone: boolean): boolean {
  return hasNone ? PASSPORT_FOR_TAX_ID.test(value) : hasCheckDigit(value)
}

function hasCheckDigit(value: string): boolean {
  if (!DIGITS.test(value) || /^0+$/.test(value)) return false
  const sum = WEIGHTS.reduce<number>((total, weight, index) => total + weight * Number(value[index]), 0)
  // The first weight is negative, so the sum may be too.
  const remainder = ((sum % 11) + 11) % 11
  return remainder % 10 === Number(value[9])
}

const FIRST_BIRTH_DATE = '1900-01-02'

/** Whether a date is a possible birth date: up to yesterday (`today` is the date in Kyiv). */
export function isBirthDate(value: string, today: string): boolean {
  return isDay(value) && FIRST_BIRTH_DATE <= value && value < today
}
