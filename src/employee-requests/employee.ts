/** The employee columns that an approval writes (spec 5.3.3). */
import { type EmployeeRequestData, type Speciality, specificsOf } from './data.ts'

/** Columns of `prm.employees` to write; others stay unchanged. */
export type EmployeeChange = Readonly<Record<string, unknown>>

/** Types of which a legal entity has one at a time: a new one replaces the others. */
const OWNER_TYPES: readonly string[] = ['OWNER', 'PHARMACY_OWNER']

/** Whether an approval replaces the legal entity's owners: if it creates an owner, not if it changes one. */
export function replacesOwners({ employee_type, employee_id }: EmployeeRequestData): boolean {
  return OWNER_TYPES.includes(employee_type) && isMade(employee_id)
}

function isMade(employeeId: string | null | undefined): boolean {
  return employeeId === null || employeeId === undefined
}

/** The main speciality of the request, the one with `speciality_officio`; undefined if it has none. */
export function mainSpeciality(data: EmployeeRequestData): Speciality | undefined {
  return specificsOf(data)?.specialities.find(({ speciality_officio }) => speciality_officio)
}

/** The written columns of an existing employee. employee_type, legal_entity_id and start_date never change. */
export function employeeUpdate(data: EmployeeRequestData): EmployeeChange {
  const { position, division_id = null, end_date = null } = data
  return { position, division_id, end_date, ...specific(data) }
}

/** The columns of a new employee. */
export function newEmployee(data: EmployeeRequestData): EmployeeChange {
  const { employee_type, legal_entity_id, start_date } = data
  return { ...employeeUpdate(data), employee_type, legal_entity_id, start_date, status: 'APPROVED', is_active: true }
}

function specific(data: EmployeeRequestData): EmployeeChange {
  const specifics = specificsOf(data)
  if (specifics === null || specifics === undefined) return {}
  return { additional_info: specifics, speciality: mainSpeciality(data) ?? null }
}
