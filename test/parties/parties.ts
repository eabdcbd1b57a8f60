/** Records of parties for tests, and access to the stored result. */
import { randomUUID } from 'node:crypto'
import type { Executor } from '../../src/database/query.ts'
import { importParties } from '../../src/imports/parties/parties.ts'
import { document, eventsAbout, importsBy, type Line, storedSubject, verifySubject } from '../imports/people.ts'

export { document, historyOf, INITIAL, type Line, NOT_NEEDED, OTHER, TRIGGERED } from '../imports/people.ts'
export const { importText, importLines } = importsBy(importParties)

let taxIds = 0

/** A complete record, with the fields that a test sets. */
export function party(given: Line = {}): Line & { readonly id: string; readonly employees: readonly Line[] } {
  taxIds += 1
  return {
    id: randomUUID(),
    last_name: 'Коваленко',
    first_name: 'Олена',
    second_name: 'Іванівна',
    birth_date: '1980-01-31',
    gender: 'FEMALE',
    tax_id: String(2_924_500_000 + taxIds),
    no_tax_id: false,
    phones: [{ type: 'MOBILE', number: '+380971112233' }],
    educations: [{ degree: 'MASTER', speciality: 'Лікувальна справа', country: 'UA' }],
    qualifications: null,
    specialities: [{ speciality: 'THERAPIST', speciality_officio: true, level: 'FIRST' }],
    science_degree: { degree: 'PHD', country: 'UA' },
    about_myself: 'Лікарка',
    working_experience: 12,
    declaration_limit: 1800,
    documents: [document('000000001')],
    employees: [employee()],
    ...given,
  }
}

/** The default legal entity of employees. */
export const CLINIC = '11111111-0000-4000-8000-000000000001'

/** An approved employee, with fields in the order of storage. */
export function employee(given: Line = {}): Line & { readonly id: string } {
  return {
    id: randomUUID(),
    legal_entity_id: CLINIC,
    division_id: null,
    employee_type: 'DOCTOR',
    position: 'P2',
    status: 'APPROVED',
    status_reason: null,
    is_active: true,
    start_date: '2020-01-01',
    end_date: null,
    speciality: { speciality: 'THERAPIST' },
    additional_info: null,
    ...given,
  }
}

/** The stored party with its employees by id; undefined if there is none. */
export async function stored(database: Executor, id: string) {
  const found = await storedSubject(database, 'party', id)
  if (found === undefined) return undefined
  const employees = await database.query<{ employee: Line }>({
    text: `select to_jsonb(e) - array['party_id', 'inserted_at', 'inserted_by', 'updated_at', 'updated_by'] as employee
             from prm.employees e where e.party_id = $1 order by e.id`,
    values: [id],
  })
  return { ...found, party: found.subject, employees: employees.map((row) => row.employee) }
}

/** The events about a party, oldest first. */
export function eventsOf(database: Executor, id: string): Promise<string[]> {
  return eventsAbout(database, 'party', id)
}

/** Marks everything about a party verified. */
export function verifyAll(database: Executor, id: string): Promise<void> {
  return verifySubject(database, 'party', id)
}
