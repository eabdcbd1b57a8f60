/**
 * Patients of the demo's doctors, minors and adults, with their declarations: every effect of a change of speciality occurs for each
 * doctor.
 */
import { addYears } from '../dates.ts'
import { FACILITIES } from './facilities.ts'
import { castId } from './ids.ts'
import { STAFF } from './staff.ts'

const PEOPLE = [
  { names: ['Гнатюк', 'Матвій', 'Андрійович'], gender: 'MALE', birth_date: '2019-05-14', status: 'active' },
  {
    names: ['Гнатюк', 'Злата', 'Андріївна'],
    gender: 'FEMALE',
    birth_date: '2012-02-29',
    status: 'pending_verification',
  },
  { names: ['Гнатюк', 'Андрій', 'Львович'], gender: 'MALE', birth_date: '1985-08-01', status: 'active' },
  {
    names: ['Гнатюк', 'Віра', 'Захарівна'],
    gender: 'FEMALE',
    birth_date: '1958-10-23',
    status: 'pending_verification',
  },
  { names: ['Гнатюк', 'Лев', 'Данилович'], gender: 'MALE', birth_date: '1955-01-19', status: 'closed' },
] as const

const DECLARED = '2024-03-01'
const ADULT_AGE = 18
const TERM = 40

const PRACTICES = STAFF.filter(({ type, ended }) => type === 'DOCTOR' && ended === undefined).flatMap(
  (doctor, practice) =>
    PEOPLE.map((person, place) => ({ doctor, person, number: practice * PEOPLE.length + place + 1 })),
)

/** The patients as lines of persons.ndjson (spec 7.3): adults have a passport, children a birth certificate. */
export const PATIENTS = PRACTICES.map(({ person: { names, gender, birth_date }, number }) => {
  const [last_name, first_name, second_name] = names
  const isMinor = birth_date > '2010'
  return {
    ...{ id: castId('person', number), last_name, first_name, second_name, birth_date, gender },
    ...{ tax_id: null, no_tax_id: false, unzr: null, status: 'active', is_active: true },
    documents: [
      isMinor
        ? { type: 'BIRTH_CERTIFICATE', number: `І-ДЕ ${String(number).padStart(6, '0')}`, issued_at: birth_date }
        : { type: 'PASSPORT', number: `ДЗ${String(900_000 + number)}`, issued_at: addYears(birth_date, 16) },
    ],
  }
})

/** A declaration of a patient with a doctor. */
export const DECLARATIONS = PRACTICES.map(({ doctor, person, number }) => ({
  id: castId('declaration', number),
  employee_id: castId('employee', doctor.number),
  person_id: castId('person', number),
  legal_entity_id: FACILITIES[doctor.at].id,
  start_date: DECLARED,
  // A pediatrician's patients have declarations until they come of age.
  end_date: dayBefore(
    doctor.speciality === 'PEDIATRICIAN' && person.birth_date > '2010'
      ? addYears(person.birth_date, ADULT_AGE)
      : addYears(DECLARED, TERM),
  ),
  status: person.status,
}))

function dayBefore(date: string): string {
  return new Date(Date.parse(date) - 86_400_000).toISOString().slice(0, 10)
}
