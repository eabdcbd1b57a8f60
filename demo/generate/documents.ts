import { hasWellFormedNumber, isPassportType } from '../../src/verification/documents.ts'
import { addYears, type Birth, dateBetween, today } from './dates.ts'
import type { Numbers } from './numbers.ts'
import type { Random } from './random.ts'
import { shares } from './shares.ts'
import { mangle } from './slips.ts'

/** A document in the record of a person (spec 7.3). */
export interface GeneratedDocument {
  readonly type: string
  readonly number: string
  readonly issued_at: string | null
  readonly expiration_date: string | null
  readonly issued_by: string | null
}

// Identity cards have been issued since 2016; people who came of age later get no booklet.
const cardsSince = '2016-01-11'
const bookletsUntil = '2016-10-31'
const bookletsSince = '1994-01-01'
const lastIssue = '2025-12-20'

const offices = [
  'Шевченківським РВ ГУ ДМС України в м. Києві',
  'Галицьким РВ ГУ ДМС України у Львівській області',
  'Приморським РВ ГУ ДМС України в Одеській області',
  'Немишлянським РВ ГУ ДМС України в Харківській області',
  'Соборним РВ ГУ ДМС України в Дніпропетровській області',
  'Полтавським МВ УДМС України в Полтавській області',
]
const roman = ['І', 'ІІ', 'ІІІ']
const birthOffices = ['АБ', 'БК', 'ЖС', 'МИ', 'ОД', 'ФП']
const otherTypes = ['PERMANENT_RESIDENCE_PERMIT', 'TEMPORARY_CERTIFICATE', 'REFUGEE_CERTIFICATE']

/** The documents of somebody born then: by age a birth certificate, booklet or card, both, another one, or none. */
export function drawDocuments(random: Random, birth: Birth, numbers: Numbers): readonly GeneratedDocument[] {
  const { age } = birth
  if (age < 14) return random.chance(shares.childWithoutDocument) ? [] : [birthCertificate(random, birth)]
  if (age < 18) {
    const certificate = birthCertificate(random, birth)
    return random.chance(shares.teenagerWithCard) ? [certificate, card(random, birth, numbers)] : [certificate]
  }
  if (random.chance(shares.adultWithoutDocument)) return []
  if (random.chance(shares.adultWithOtherDocument)) return [otherDocument(random)]
  const couldHaveBooklet = addYears(birth.date, 16) < bookletsUntil
  if (!couldHaveBooklet || random.chance(cardOnlyShare(age))) return [card(random, birth, numbers)]
  const old = booklet(random, birth, numbers)
  return random.chance(shares.bookletHolderWithCard) ? [old, card(random, birth, numbers)] : [old]
}

/** Whether a registry can know the document: a booklet or card with a well-formed number. */
export function isKnowable({ type, number }: GeneratedDocument): boolean {
  return isPassportType(type) && hasWellFormedNumber({ type, number })
}

/** The older somebody is, the more likely they have kept the old booklet. */
function cardOnlyShare(age: number): number {
  if (age < 35) return 0.6
  return age < 60 ? 0.4 : 0.2
}

function booklet(random: Random, { date }: Birth, numbers: Numbers): GeneratedDocument {
  const sixteen = addYears(date, 16)
  const number = numbers.passport()
  return {
    type: 'PASSPORT',
    number: random.chance(shares.wrongNumber) ? mangle(random, 'PASSPORT', number) : number,
    issued_at: dateBetween(random, sixteen < bookletsSince ? bookletsSince : sixteen, bookletsUntil),
    expiration_date: null,
    issued_by: random.pick(offices),
  }
}

function card(random: Random, { date, age }: Birth, numbers: Numbers): GeneratedDocument {
  const number = numbers.nationalId()
  const hasExpired = age >= 22 && random.chance(shares.expiredCard)
  // A card is valid for ten years, or four if issued to a minor; an adult then gets another.
  const isOfMinor = hasExpired || age < 18
  const comesOfAge = addYears(date, isOfMinor ? 14 : 18)
  const from = comesOfAge < cardsSince ? cardsSince : comesOfAge
  const issued = dateBetween(random, from, hasExpired ? '2021-12-20' : lastIssue)
  return {
    type: 'NATIONAL_ID',
    number: random.chance(shares.wrongNumber) ? mangle(random, 'NATIONAL_ID', number) : number,
    issued_at: issued,
    expiration_date: addYears(issued, isOfMinor ? 4 : 10),
    issued_by: `${1000 + random.int(9000)}`,
  }
}

function birthCertificate(random: Random, { date }: Birth): GeneratedDocument {
  const number = `${1 + random.int(999_999)}`.padStart(6, '0')
  return {
    type: 'BIRTH_CERTIFICATE',
    number: `${random.pick(roman)}-${random.pick(birthOffices)} ${number}`,
    issued_at: date,
    expiration_date: null,
    issued_by: null,
  }
}

function otherDocument(random: Random): GeneratedDocument {
  return {
    type: random.pick(otherTypes),
    number: `${100_000_000 + random.int(900_000_000)}`,
    issued_at: dateBetween(random, cardsSince, lastIssue),
    expiration_date: random.chance(0.5) ? addYears(today, 1 + random.int(9)) : null,
    issued_by: null,
  }
}
