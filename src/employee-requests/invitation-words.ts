/** Texts for the values in a request: in mails and on the invitation's page. */
import type { EmployeeType } from '../dictionaries/people.ts'
import type { Language } from '../messages/message.ts'

/** A text in both languages. */
export type Words = Readonly<Record<Language, string>>

/** The name of each employee type. */
export const ROLE_WORDS: Readonly<Record<EmployeeType, Words>> = {
  OWNER: { uk: 'керівник закладу', en: 'head of the facility' },
  PHARMACY_OWNER: { uk: 'керівник аптеки', en: 'head of the pharmacy' },
  DOCTOR: { uk: 'лікар первинної ланки', en: 'primary care doctor' },
  SPECIALIST: { uk: 'лікар-спеціаліст', en: 'specialist doctor' },
  ASSISTANT: { uk: 'медичний асистент', en: 'medical assistant' },
  PHARMACIST: { uk: 'фармацевт', en: 'pharmacist' },
  HR: { uk: 'фахівець з кадрів', en: 'human resources officer' },
  ADMIN: { uk: 'адміністратор', en: 'administrator' },
  ACCOUNTANT: { uk: 'бухгалтер', en: 'accountant' },
  RECEPTIONIST: { uk: 'реєстратор', en: 'receptionist' },
  LABORANT: { uk: 'лаборант', en: 'laboratory assistant' },
  MED_ADMIN: { uk: 'медичний адміністратор', en: 'medical administrator' },
  MED_COORDINATOR: { uk: 'медичний координатор', en: 'medical coordinator' },
}

/** A date `YYYY-MM-DD` as text. */
export function dayWords(day: string, language: Language): string {
  const [year, month, date] = day.split('-').map(Number)
  if (year === undefined || month === undefined || date === undefined) return day
  const options = { day: 'numeric', month: 'long', year: 'numeric', timeZone: 'UTC' } as const
  return new Intl.DateTimeFormat(language === 'uk' ? 'uk-UA' : 'en-GB', options).format(Date.UTC(year, month - 1, date))
}

const PARTS = ['zip', 'area', 'region', 'settlement', 'street', 'building', 'apartment'] as const
const ORDER: readonly unknown[] = ['RESIDENCE', 'REGISTRATION']

/** The address of a legal entity in one line, of several the registered office; undefined if unknown. */
export function addressLine(addresses: unknown): string | undefined {
  if (typeof addresses === 'string') return addresses.trim() === '' ? undefined : addresses
  const list = (Array.isArray(addresses) ? addresses : [addresses]).map(
    (each) => Object(each) as Record<string, unknown>,
  )
  const [address] = list.toSorted((a, b) => place(a) - place(b))
  const parts = PARTS.flatMap((part) => {
    const value = address?.[part]
    return typeof value === 'string' && value.trim() !== '' ? [value.trim()] : []
  })
  return parts.length === 0 ? undefined : [...new Set(parts)].join(', ')
}

function place({ type }: Record<string, unknown>): number {
  const found = ORDER.indexOf(type)
  return found < 0 ? ORDER.length : found
}

/** Escapes a name or text for HTML. */
export function escapeHtml(text: string): string {
  return text.replaceAll(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
