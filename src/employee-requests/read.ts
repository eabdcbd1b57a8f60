/** Finds employee requests. All their content about a person is personal. */
import type { Executor } from '../database/query.ts'
import type { EmployeeRequestRow } from './data.ts'
import { findEmployeesOf, findRequest, findUsersOf, lockRequest } from './plans/requests.ts'

/** A request as read, with the shown fields of its legal entity. */
export interface ReadRequest extends EmployeeRequestRow {
  readonly edrpou: string | null
  readonly legal_entity_name: string | null
  readonly inserted_by: string
  readonly updated_by: string
  /** When the NHS confirmed it, and who; null: not confirmed. */
  readonly confirmed_at: Date | null
  readonly confirmed_by: string | null
  /** `inserted_at` in microseconds: its position in lists. */
  readonly place: string
}

/** A request; undefined if there is none. */
export async function findRequestById(executor: Executor, id: string): Promise<ReadRequest | undefined> {
  const [row] = await executor.query<ReadRequest>(findRequest(id))
  return row
}

/** A request, locked until the transaction ends; undefined if there is none. */
export async function lockRequestById(tx: Executor, id: string): Promise<ReadRequest | undefined> {
  const [row] = await tx.query<ReadRequest>(lockRequest(id))
  return row
}

/** The ids of the users with these e-mails, by e-mail. */
export async function findInvitedUsers(
  executor: Executor,
  emails: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await executor.query<{ id: string; email: string }>(findUsersOf(emails))
  return new Map(rows.map(({ id, email }) => [email, id]))
}

/** The id of the user with a request's e-mail; undefined if there is none. */
export async function findInvitedUser(
  executor: Executor,
  { data }: Pick<EmployeeRequestRow, 'data'>,
): Promise<string | undefined> {
  const { email } = data.party
  return (await findInvitedUsers(executor, [email])).get(email)
}

/** An employee that an approval created or changed. */
export interface ApprovedEmployee {
  readonly id: string
  readonly party_id: string
  readonly employee_type: string
  readonly position: string
  readonly status: string
  readonly is_active: boolean
  readonly start_date: string
  readonly end_date: string | null
}

/** Employees that approvals created or changed, by id. */
export async function findApprovedEmployees(
  executor: Executor,
  ids: readonly string[],
): Promise<ReadonlyMap<string, ApprovedEmployee>> {
  const rows = await executor.query<ApprovedEmployee>(findEmployeesOf(ids))
  return new Map(rows.map((row) => [row.id, row]))
}
