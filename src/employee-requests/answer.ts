/** Rejecting an employee request (spec 5.2), and confirming one about a party that has users when it invites somebody else. */
import { audit } from '../audit/audit.ts'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { type Answering, check, type Refused } from './checks.ts'
import { confirm, reject } from './plans/approval-request.ts'
import { lockRequestById, type ReadRequest } from './read.ts'
import { keepAnswer } from './sending.ts'

/** The confirming user, of the NHS. */
type Confirming = Omit<Answering, 'email'>

/** The outcome of a rejection. */
export type Rejection = { readonly kind: 'rejected'; readonly request: ReadRequest } | Refused

/** Rejects a request, in one transaction with its event and the audit. */
export function rejectRequest(database: Database, id: string, by: Answering): Promise<Rejection> {
  return answer(database, id, by, 'rejected', async (tx, request) => {
    const [answered] = await tx.query<{ updated_at: Date }>(reject(id, by.actor.userId))
    return { ...request, ...answered, status: 'REJECTED' }
  })
}

/** The NHS confirms a request that is NEW; a repeated confirmation changes nothing. */
export function confirmRequest(database: Database, id: string, by: Confirming) {
  return answer(database, id, by, 'confirmed', async (tx, request) => {
    await tx.query(confirm(id, by.actor.userId))
    return (await lockRequestById(tx, id)) ?? request
  })
}

// Without an e-mail, the user need not be the one who is asked.
function answer<Kind extends string>(
  database: Database,
  id: string,
  { actor, operation, sending, email }: Confirming & { readonly email?: string },
  kind: Kind,
  write: (tx: Executor, request: ReadRequest) => Promise<ReadRequest>,
): Promise<{ readonly kind: Kind; readonly request: ReadRequest } | Refused> {
  return database.transaction(async (tx) => {
    const request = await lockRequestById(tx, id)
    const checked = check(request, email ?? request?.data.party.email ?? '')
    if (checked.kind === 'refused') return checked
    const written = await write(tx, checked.request)
    await audit(tx, actor, { action: 'write', operation, subjectKind: 'employee_request', subjectIds: [id] })
    await keepAnswer(tx, sending, written)
    return { kind, request: written }
  })
}
