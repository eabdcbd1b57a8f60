import type { EmployeeRequestData, EmployeeRequestStatus } from './data.ts'
import type { ReadRequest } from './read.ts'

/** A request in an API answer (spec 5.3). */
type ShownRequest = EmployeeRequestData & {
  readonly id: string
  readonly status: EmployeeRequestStatus
  /** The employee that the approval created or changed; before it, the employee that the request is to change. */
  readonly employee_id: string | null
  /** ISO 8601. */
  readonly inserted_at: string
  readonly updated_at: string
  readonly edrpou: string | null
  readonly legal_entity_name: string | null
  readonly first_name: string
  readonly second_name: string | null
  readonly last_name: string
  readonly no_tax_id: boolean
}

/** A request in a list: short, with no personal data except the name. */
type ListedRequest = Pick<
  ShownRequest,
  | 'id'
  | 'status'
  | 'employee_type'
  | 'legal_entity_id'
  | 'inserted_at'
  | 'updated_at'
  | 'edrpou'
  | 'legal_entity_name'
  | 'first_name'
  | 'second_name'
  | 'last_name'
  | 'no_tax_id'
>

/** A request as shown in lists. */
export function listedRequest(request: ReadRequest): ListedRequest {
  const { id, status, employee_type, legal_entity_id, inserted_at, updated_at, ...shown } = showRequest(request)
  const { edrpou, legal_entity_name, first_name, second_name, last_name, no_tax_id } = shown
  return {
    ...{ id, status, employee_type, legal_entity_id, edrpou, legal_entity_name },
    ...{ first_name, second_name, last_name, no_tax_id, inserted_at, updated_at },
  }
}

/** The request's data with the additional fields of answers (spec 5.3). Numbers are not masked: the caller masks them. */
export function showRequest({ id, data, status, employee_id, ...row }: ReadRequest): ShownRequest {
  const { first_name, second_name, last_name, no_tax_id } = data.party
  return {
    ...data,
    ...{ id, status, employee_id: employee_id ?? data.employee_id ?? null },
    ...{ inserted_at: row.inserted_at.toISOString(), updated_at: row.updated_at.toISOString() },
    ...{ edrpou: row.edrpou, legal_entity_name: row.legal_entity_name },
    ...{ first_name, second_name: second_name ?? null, last_name, no_tax_id: no_tax_id ?? false },
  }
}
