/** Normalises names, documents and numbers before they are compared (spec 8.10). */
import { NUMBER_FORMATS } from '../verification/documents.ts'

// Apostrophes, hyphens and spaces: clerks type them differently.
const LEFT_OUT_OF_NAMES = /[\s\p{Pd}\u00ad'’‘ʼʹ′`´"“”＇]/gu
const LETTERS: Readonly<Record<string, string>> = { Є: 'Е', Ё: 'Е', Э: 'Е', И: 'І', Ы: 'І' }

/** A name in capitals without spaces, apostrophes and hyphens. Ukrainian and Russian variants of a letter become one. */
export function normaliseName(name: string | null): string {
  return (name ?? '')
    .normalize('NFC')
    .toUpperCase()
    .replaceAll(LEFT_OUT_OF_NAMES, '')
    .replaceAll(/[ЄЁЭИЫ]/g, (letter) => LETTERS[letter] ?? letter)
}

const LEFT_OUT_OF_DOCUMENTS = /[\s/%#№_-]/g
const LATIN = 'ABCIETOPHKXM'
const CYRILLIC = 'АВСІЕТОРНКХМ'

/** A document number in capitals without separators. Latin letters that look Cyrillic become Cyrillic. */
export function normaliseDocument(number: string): string {
  return number
    .toUpperCase()
    .replaceAll(LEFT_OUT_OF_DOCUMENTS, '')
    .replaceAll(/[ABCIETOPHKXM]/g, (letter) => CYRILLIC[LATIN.indexOf(letter)] ?? letter)
}

/** Whether a normalised number has the format of a passport or an identity card; other numbers do not identify a person. */
export function isOfPassport(number: string): boolean {
  return Object.values(NUMBER_FORMATS).some((format) => format.test(number))
}

/** A tax id, if the text has ten digits. */
export function readTaxId(text: string | null): string | null {
  const digits = (text ?? '').trim()
  return /^\d{10}$/.test(digits) ? digits : null
}

/** The platform's gender for the value of an act (1, 2) or a subject; null if unknown. */
export function readGender(text: string | null): 'MALE' | 'FEMALE' | null {
  switch ((text ?? '').trim().toUpperCase()) {
    case '1':
    case 'MALE':
      return 'MALE'
    case '2':
    case 'FEMALE':
      return 'FEMALE'
    default:
      return null
  }
}
