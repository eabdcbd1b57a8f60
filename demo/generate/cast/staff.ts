/** Who works there: an employee of every type, and doctors of each main speciality, who have declarations with patients. */

import { dayOfDate } from '../dates.ts'
import { createNumbers } from '../numbers.ts'
import { DIVISIONS, type DivisionName, FACILITIES, type FacilityName } from './facilities.ts'
import { castId } from './ids.ts'

/** One of the staff. */
export interface Member {
  readonly number: number
  /** The part of the e-mail before the `@`. */
  readonly login: string
  readonly type: string
  readonly at: FacilityName
  readonly division: DivisionName | null
  readonly position: string
  /** The main speciality, if the type has one. */
  readonly speciality: string | null
  readonly names: readonly [last: string, first: string, second: string]
  readonly gender: 'MALE' | 'FEMALE'
  readonly birthDate: string
  /** The final status of a former employee. */
  readonly ended?: 'DISMISSED' | 'STOPPED'
}

type Told = Omit<Member, 'number' | 'login' | 'type' | 'at' | 'division' | 'position' | 'speciality' | 'names'>

function member(
  number: number,
  login: string,
  work: Pick<Member, 'type' | 'at' | 'division' | 'position' | 'speciality'>,
  names: string,
  told: Told,
): Member {
  const [last = '', first = '', second = ''] = names.split(' ')
  return { number, login, ...work, names: [last, first, second], ...told }
}

const woman = (birthDate: string): Told => ({ gender: 'FEMALE', birthDate })
const man = (birthDate: string): Told => ({ gender: 'MALE', birthDate })
const office = (type: string, at: FacilityName, position: string) =>
  ({ type, at, division: null, position, speciality: null }) as const
const doctor = (speciality: string, division: DivisionName = 'clinic') =>
  ({ type: 'DOCTOR', at: 'clinic', division, position: 'P7', speciality }) as const
const inHospital = (type: string, position: string, speciality: string) =>
  ({ type, at: 'hospital', division: 'hospital', position, speciality }) as const

/** The staff. Everybody except former employees has a user. */
export const STAFF: readonly Member[] = [
  member(1, 'owner', office('OWNER', 'clinic', 'P1'), 'Бондаренко Ірина Василівна', woman('1975-03-12')),
  member(2, 'hr', office('HR', 'clinic', 'P15'), 'Коваль Наталія Петрівна', woman('1983-11-02')),
  member(3, 'therapist', doctor('THERAPIST'), 'Мельник Андрій Олегович', man('1979-06-21')),
  member(4, 'pediatrician', doctor('PEDIATRICIAN', 'clinicOfChildren'), 'Шевчук Оксана Іванівна', woman('1986-01-30')),
  member(5, 'family', doctor('FAMILY_DOCTOR'), 'Ткаченко Марія Степанівна', woman('1990-09-09')),
  member(
    6,
    'pediatrician2',
    doctor('PEDIATRICIAN', 'clinicOfChildren'),
    'Кравчук Петро Миколайович',
    man('1971-12-05'),
  ),
  member(7, 'family2', doctor('FAMILY_DOCTOR'), 'Олійник Тарас Богданович', man('1988-04-17')),
  member(
    8,
    'assistant',
    { type: 'ASSISTANT', at: 'clinic', division: 'clinic', position: 'P75', speciality: 'NURSING' },
    'Лисенко Галина Романівна',
    woman('1994-07-24'),
  ),
  member(9, 'receptionist', office('RECEPTIONIST', 'clinic', 'P92'), 'Поліщук Юлія Андріївна', woman('1999-02-14')),
  member(10, 'admin', office('ADMIN', 'clinic', 'P2'), 'Савченко Віктор Павлович', man('1981-10-10')),
  member(11, 'accountant', office('ACCOUNTANT', 'clinic', 'P20'), 'Руденко Світлана Юріївна', woman('1977-08-08')),
  member(12, 'hospital.owner', office('OWNER', 'hospital', 'P1'), 'Мороз Богдан Ігорович', man('1968-05-19')),
  member(
    13,
    'specialist',
    inHospital('SPECIALIST', 'P14', 'CARDIOLOGY'),
    'Павленко Ольга Вікторівна',
    woman('1984-12-28'),
  ),
  member(
    14,
    'laborant',
    inHospital('LABORANT', 'P81', 'CLINICAL_LABORATORY'),
    'Гончар Денис Сергійович',
    man('1996-03-03'),
  ),
  member(
    15,
    'med.admin',
    inHospital('MED_ADMIN', 'P5', 'PUBLIC_HEALTH_ORGANIZATION'),
    'Клименко Лариса Львівна',
    woman('1973-06-06'),
  ),
  member(
    16,
    'med.coordinator',
    inHospital('MED_COORDINATOR', 'P6', 'PUBLIC_HEALTH_ORGANIZATION'),
    'Зінченко Роман Євгенович',
    man('1987-09-27'),
  ),
  member(
    17,
    'pharmacy.owner',
    office('PHARMACY_OWNER', 'pharmacy', 'P1'),
    'Яременко Софія Тарасівна',
    woman('1980-01-07'),
  ),
  member(
    18,
    'pharmacist',
    { type: 'PHARMACIST', at: 'pharmacy', division: 'pharmacy', position: 'P16', speciality: 'PHARMACIST' },
    'Дорошенко Максим Остапович',
    man('1992-11-11'),
  ),
  member(19, '', doctor('THERAPIST'), 'Кузьменко Ганна Макарівна', { ...woman('1960-02-02'), ended: 'DISMISSED' }),
  member(20, '', doctor('FAMILY_DOCTOR'), 'Гаврилюк Остап Назарович', { ...man('1982-05-25'), ended: 'STOPPED' }),
]

/** The e-mail of one of the staff. */
export function emailOf({ login }: Pick<Member, 'login'>): string {
  return `${login}@demo.zvirka.example`
}

const numbers = createNumbers(2026, 800_000_000, 4800)
const EMPLOYED_SINCE = '2019-04-01'

/** The name of the type-specific object in an employee request, if any. */
export const OBJECT_OF: Readonly<Record<string, string>> = {
  DOCTOR: 'doctor',
  SPECIALIST: 'specialist',
  ASSISTANT: 'assistant',
  PHARMACIST: 'pharmacist',
  LABORANT: 'laborant',
  MED_ADMIN: 'med_admin',
  MED_COORDINATOR: 'med_coordinator',
}

/** The type-specific object of somebody with this main speciality. */
export function learned(speciality: string) {
  const place = {
    country: 'UA',
    city: 'Київ',
    institution_name: 'Національний медичний університет імені О. О. Богомольця',
  }
  return {
    educations: [
      {
        ...place,
        diploma_number: 'ДС 012345',
        degree: 'MASTER',
        speciality: 'Лікувальна справа',
        issued_date: '2012-06-30',
      },
    ],
    specialities: [
      {
        ...{ speciality, speciality_officio: true, level: 'FIRST', qualification_type: 'AWARDING' },
        ...{ attestation_name: 'Департамент охорони здоров’я', attestation_date: '2018-05-15' },
        certificate_number: 'АБ/12345',
      },
    ],
    qualifications: [
      {
        type: 'SPECIALIZATION',
        institution_name: 'Національний університет охорони здоров’я України імені П. Л. Шупика',
        ...{ speciality, issued_date: '2018-04-30', certificate_number: '54321' },
      },
    ],
  }
}

/** Staff with an act of death, or with a namesake who has one: DRACS has not been asked about them yet. */
export const WITH_ACTS = [18, 16, 14, 9] as const

/** The staff as lines of parties.ndjson (spec 7.3): DRFO and DRACS have answered, the passports are not checked yet. */
export const CAST_PARTIES = STAFF.map((who) => {
  const { number, type, names, gender, birthDate: birth_date, speciality, at, division, position } = who
  const [last_name, first_name, second_name] = names
  const additional_info = speciality === null ? null : learned(speciality)
  const day = dayOfDate(birth_date)
  return {
    ...{ id: castId('party', number), last_name, first_name, second_name, birth_date, gender },
    tax_id: numbers.taxId({ day, gender, date: birth_date, age: 30 }),
    no_tax_id: false,
    phones: [{ type: 'MOBILE', number: `+38050${1_000_000 + number}` }],
    ...(additional_info ?? {}),
    working_experience: 10,
    declaration_limit: type === 'DOCTOR' ? 1800 : null,
    documents: [
      {
        type: 'NATIONAL_ID',
        number: numbers.nationalId(),
        issued_at: '2020-02-20',
        expiration_date: '2030-02-20',
        issued_by: '8000',
      },
    ],
    employees: [
      {
        ...{ id: castId('employee', number), legal_entity_id: FACILITIES[at].id },
        division_id: division === null ? null : DIVISIONS[division].id,
        ...{ employee_type: type, position, start_date: EMPLOYED_SINCE },
        ...(who.ended === undefined
          ? { status: 'APPROVED', is_active: true }
          : { status: who.ended, status_reason: 'MANUAL', is_active: true, end_date: '2024-01-31' }),
        speciality: additional_info?.specialities[0] ?? null,
        additional_info,
      },
    ],
    verification: {
      drfo: { status: 'VERIFIED', reason: 'AUTO_ONLINE' },
      ...(WITH_ACTS.some((each) => each === number)
        ? {}
        : { dracs_death: { status: 'VERIFIED', reason: 'AUTO_ONLINE' } }),
    },
  }
})
