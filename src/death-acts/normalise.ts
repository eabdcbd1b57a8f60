/** What is made of names, documents and numbers before they are compared (spec 8.10). */
import { NUMBER_FORMATS } from '../verification/documents.ts'

// Any apostrophe, hyphen and space. What is typed for them differs from clerk to clerk.
const LEFT_OUT_OF_NAMES = /[\s\p{Pd}\u00ad'’‘ʼʹ′`´"“”＇]/gu
const LETTERS: Readonly<Record<string, string>> = { Є: 'Е', Ё: 'Е', Э: 'Е', И: 'І', Ы: 'І' }

/** A name without spaces, apostrophes and hyphens, in capitals; letters that Russian spelling has otherwise are one. */
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

/** A document's number without separators, in capitals, Latin letters that look like Cyrillic ones replaced by them. */
export function normaliseDocument(number: string): string {
  return number
    .toUpperCase()
    .replaceAll(LEFT_OUT_OF_DOCUMENTS, '')
    .replaceAll(/[ABCIETOPHKXM]/g, (letter) => CYRILLIC[LATIN.indexOf(letter)] ?? letter)
}

/** Whether a normalised number is one of a passport or an identity card; others tell nobody from others. */
export function isOfPassport(number: string): boolean {
  return Object.values(NUMBER_FORMATS).some((format) => format.test(number))
}

/** A tax id, if it has ten digits. */
export function readTaxId(text: string | null): string | null {
  const digits = (text ?? '').trim()
  return /^\d{10}$/.test(digits) ? digits : null
}

/** The gender in the platform's words, of an act (1, 2) or a subject; null where it is unknown. */
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
