/** Words for the codes in a request (spec 5.5). A code without words is shown as it is. */
import type { Words } from '../../../employee-requests/invitation-words.ts'
import type { Language } from '../../../messages/message.ts'

const WORDS: Readonly<Record<string, Words>> = {
  MALE: { uk: 'чоловіча', en: 'male' },
  FEMALE: { uk: 'жіноча', en: 'female' },
  MOBILE: { uk: 'мобільний', en: 'mobile' },
  LAND_LINE: { uk: 'стаціонарний', en: 'land line' },
  PASSPORT: { uk: 'паспорт громадянина України', en: 'passport of a citizen of Ukraine' },
  NATIONAL_ID: { uk: 'ID-картка', en: 'identity card' },
  BIRTH_CERTIFICATE: { uk: 'свідоцтво про народження', en: 'birth certificate' },
  TEMPORARY_PASSPORT: { uk: 'посвідка на тимчасове проживання', en: 'temporary residence permit' },
  TEMPORARY_CERTIFICATE: { uk: 'тимчасове посвідчення громадянина', en: 'temporary certificate of a citizen' },
  PERMANENT_RESIDENCE_PERMIT: { uk: 'посвідка на постійне проживання', en: 'permanent residence permit' },
  REFUGEE_CERTIFICATE: { uk: 'посвідчення біженця', en: 'refugee certificate' },
  COMPLEMENTARY_PROTECTION_CERTIFICATE: {
    uk: 'посвідчення особи, яка потребує додаткового захисту',
    en: 'certificate of complementary protection',
  },
  THERAPIST: { uk: 'терапія', en: 'therapy' },
  PEDIATRICIAN: { uk: 'педіатрія', en: 'pediatrics' },
  FAMILY_DOCTOR: { uk: 'загальна практика — сімейна медицина', en: 'family medicine' },
  EXPERT: { uk: 'спеціаліст', en: 'expert' },
  MASTER: { uk: 'магістр', en: 'master' },
  BACHELOR: { uk: 'бакалавр', en: 'bachelor' },
  JUNIOR_EXPERT: { uk: 'молодший спеціаліст', en: 'junior expert' },
}

/** A code in words. */
export function wordsOf(code: unknown, language: Language): string {
  return WORDS[String(code)]?.[language] ?? String(code ?? '')
}
