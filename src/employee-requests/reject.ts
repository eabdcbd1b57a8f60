/** Rejecting an employee request (spec 5.2). */
import { audit } from '../audit/audit.ts'
import type { Database } from '../database/database.ts'
import { type Answering, check, type Refused } from './checks.ts'
import { reject } from './plans/approval-request.ts'
import { lockRequestById, type ReadRequest } from './read.ts'
import { keepAnswer } from './sending.ts'

/** The outcome. */
export type Rejection = { readonly kind: 'rejected'; readonly request: ReadRequest } | Refused

/** Rejects a request, in one transaction with its event and the audit. */
export function rejectRequest(database: Database, id: string, by: Answering): Promise<Rejection> {
  const { actor, email, operation, sending } = by
  return database.transaction(async (tx): Promise<Rejection> => {
    const request = await lockRequestById(tx, id)
    const checked = check(request, email)
    if (checked.kind === 'refused') return checked
    const [answered] = await tx.query<{ updated_at: Date }>(reject(id, actor.userId))
    await audit(tx, actor, { action: 'write', operation, subjectKind: 'employee_request', subjectIds: [id] })
    const rejected = { ...checked.request, ...answered, status: 'REJECTED' } as const
    await keepAnswer(tx, sending, rejected)
    return { kind: 'rejected', request: rejected }
  })
}
