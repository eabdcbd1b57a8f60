/** The NHS confirms an employee request about a party that already has users, when it invites somebody else. */
import { type Actor, audit } from '../audit/audit.ts'
import type { Database } from '../database/database.ts'
import { check, type Refused } from './checks.ts'
import { confirm } from './plans/approval-request.ts'
import { lockRequestById, type ReadRequest } from './read.ts'
import { keepAnswer, type Sending } from './sending.ts'

/** The confirming user. */
export interface Confirming {
  readonly actor: Actor
  /** For the audit. */
  readonly operation: string
  /** Present if the request has an idempotency key. */
  readonly sending?: Sending | undefined
}

/** The outcome. */
type RequestConfirmed = { readonly kind: 'confirmed'; readonly request: ReadRequest } | Refused

/** Confirms a request that is NEW; a repeated confirmation changes nothing. */
export function confirmRequest(
  database: Database,
  id: string,
  { actor, operation, sending }: Confirming,
): Promise<RequestConfirmed> {
  return database.transaction(async (tx): Promise<RequestConfirmed> => {
    const request = await lockRequestById(tx, id)
    const checked = check(request, request?.data.party.email ?? '')
    if (checked.kind === 'refused') return checked
    await tx.query(confirm(id, actor.userId))
    await audit(tx, actor, { action: 'write', operation, subjectKind: 'employee_request', subjectIds: [id] })
    const confirmed = (await lockRequestById(tx, id)) ?? checked.request
    await keepAnswer(tx, sending, confirmed)
    return { kind: 'confirmed', request: confirmed }
  })
}
