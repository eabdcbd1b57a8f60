/** Finding employee requests. What they hold of a person is personal, all of it. */
import type { Executor } from '../database/query.ts'
import type { EmployeeRequestRow } from './data.ts'
import { findRequest, findUserOf, lockRequest } from './plans/requests.ts'

/** A request as it is read, with what is shown of its legal entity. */
export interface ReadRequest extends EmployeeRequestRow {
  readonly edrpou: string | null
  readonly legal_entity_name: string | null
  /** `inserted_at` to the microsecond: its place in lists. */
  readonly place: string
}

/** A request; undefined: there is none. */
export async function findRequestById(executor: Executor, id: string): Promise<ReadRequest | undefined> {
  const [row] = await executor.query<ReadRequest>(findRequest(id))
  return row
}

/** A request, locked until the transaction ends; undefined: there is none. */
export async function lockRequestById(tx: Executor, id: string): Promise<ReadRequest | undefined> {
  const [row] = await tx.query<ReadRequest>(lockRequest(id))
  return row
}

/** The id of the user who has the e-mail of a request; undefined: nobody has. */
export async function findInvitedUser(executor: Executor, { data }: EmployeeRequestRow): Promise<string | undefined> {
  const [row] = await executor.query<{ id: string }>(findUserOf(data.party.email))
  return row?.id
}
