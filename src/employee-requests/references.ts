/** The references of a new request: its legal entity, division and employee (spec 5.5). Decided from one row that was read before. */
import { employeeTypesOf } from '../dictionaries/employee-types.ts'
import type { EmployeeType } from '../dictionaries/people.ts'
import { type Refused, refused } from './checks.ts'
import type { EmployeeRequestData } from './data.ts'
import type { ReferenceIds } from './plans/creation.ts'
import { type Issue, issue } from './rules.ts'

/** The referenced records. Null: does not exist. Personal: the party's tax id and birth date. */
export interface References {
  readonly legal_entity_type: string | null
  readonly legal_entity_is_active: boolean | null
  readonly division_is_active: boolean | null
  readonly division_legal_entity_id: string | null
  readonly employee_is_active: boolean | null
  readonly employee_status: string | null
  readonly employee_legal_entity_id: string | null
  readonly employee_type: string | null
  readonly start_date: string | null
  readonly tax_id: string | null
  readonly birth_date: string | null
}

/** Errors of the value at a path. Missing properties are not checked here. */
export function referenceIssues(
  ids: ReferenceIds & { readonly employeeType: EmployeeType | undefined },
  found: References,
): Issue[] {
  const at = (name: string, text: string | undefined) =>
    text === undefined ? [] : [issue(['employee_request', name], text)]
  return [
    ...(ids.legalEntityId === undefined
      ? []
      : at('legal_entity_id', found.legal_entity_is_active === null ? 'Legal entity not found' : undefined)),
    ...(ids.divisionId === undefined ? [] : at('division_id', ofDivisionItself(found.division_is_active))),
    // Another legal entity's employee counts as missing: an approval would change them, and grant a role there.
    ...(ids.employeeId === undefined || ids.legalEntityId === found.employee_legal_entity_id
      ? []
      : at('employee_id', 'Employee not found')),
    ...ofType(ids.employeeType, found),
  ]
}

// Reported at the platform's path.
function ofType(type: EmployeeType | undefined, { legal_entity_type }: References): Issue[] {
  const allowed = employeeTypesOf(legal_entity_type)
  if (type === undefined || allowed === undefined || allowed.includes(type)) return []
  return [{ code: 'invalid_value', values: [...allowed], path: ['employee_type'], message: '', input: type }]
}

function ofDivisionItself(isActive: boolean | null): string | undefined {
  if (isActive === null) return 'Division not found'
  return isActive ? undefined : 'Division is not active'
}

/** Why a valid request with existing references cannot be accepted. */
export function referenceRefusal(data: EmployeeRequestData, found: References): Refused | undefined {
  // Whatever its status: a suspended or reorganized one may request.
  if (found.legal_entity_is_active === false) return conflict('Legal entity is not active')
  return ofDivision(data, found) ?? (data.employee_id == null ? undefined : ofEmployee(data, found))
}

/** The error for a tax id that is not the employee's. */
export const TAX_ID_DIFFERS = "tax_id doesn't match"

function ofDivision({ employee_type, division_id, legal_entity_id }: EmployeeRequestData, found: References) {
  if (division_id == null) return employee_type === 'DOCTOR' ? unprocessable('Division does not exist') : undefined
  if (found.division_legal_entity_id === legal_entity_id) return undefined
  return unprocessable('Division is not within current legal entity')
}

function ofEmployee(data: EmployeeRequestData, found: References): Refused | undefined {
  if (found.employee_is_active !== true) return refused({ kind: 'not_found', message: 'Employee not found' })
  if (found.employee_status !== 'APPROVED') return conflict('employee is dismissed')
  if (found.tax_id !== data.party.tax_id) return conflict(TAX_ID_DIFFERS)
  if (found.employee_type !== data.employee_type) return conflict("employee_type doesn't match")
  if (found.birth_date !== data.party.birth_date) return conflict("birth_date doesn't match")
  return found.start_date === data.start_date ? undefined : conflict("start_date doesn't match")
}

function unprocessable(message: string): Refused {
  return refused({ kind: 'unprocessable', message })
}

function conflict(message: string): Refused {
  return refused({ kind: 'conflict', message })
}
