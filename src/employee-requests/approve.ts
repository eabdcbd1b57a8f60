/**
 * Approves an employee request (spec 5.3) in one transaction.
 *
 * Lock order (spec 1.8): the request; the legal entity, exclusively if its owner is replaced; the verification rows of the party and the
 * replaced owners, by id; then everything is read again and decided; then parties and the rest. A concurrent creation of the same party
 * makes this transaction fail with a unique violation; when it is retried, it finds the party.
 */
import { randomUUID } from 'node:crypto'
import { audit } from '../audit/audit.ts'
import { retryOnConflict } from '../database/conflicts.ts'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import type { Jobs } from '../jobs/jobs.ts'
import { approvalQueryOf, ConcurrentChange, lockApprovalFacts, refusalByFacts } from './approval-facts.ts'
import { type Written, writeApproval } from './approve-writing.ts'
import { type Answering, check, type Refused, refused } from './checks.ts'
import { holdLegalEntity } from './plans/approval-facts.ts'
import { approve } from './plans/approval-request.ts'
import { findKnownUsers } from './plans/preview.ts'
import type { KnownPartyRule } from './policy.ts'
import { KNOWN_PARTY_MAIL, REGISTRATION_MAIL } from './queues.ts'
import { lockRequestById, type ReadRequest } from './read.ts'
import { keepAnswer } from './sending.ts'

/** The approving user. */
export interface Approving extends Answering {
  /** The date in Kyiv, `YYYY-MM-DD`, for the age of patients; default: the database's. */
  readonly today?: string
}

/** The outcome. */
export type Approval = ({ readonly kind: 'approved'; readonly request: ReadRequest } & Written) | Refused

/** The services that approvals need. */
interface ApprovalServices {
  readonly database: Database
  readonly jobs: Jobs
  readonly knownParty: KnownPartyRule
}

/** Approves a request, with all its effects, the audit record and the queued mail. */
export async function approveRequest(services: ApprovalServices, id: string, by: Approving): Promise<Approval> {
  try {
    return await retryOnConflict(
      () => services.database.transaction((tx) => approveIn(tx, services, id, by)),
      DISTURBED,
    )
  } catch (error) {
    if (error instanceof RefusedError) return error.outcome
    throw error
  }
}

// Thrown to roll everything back.
class RefusedError extends Error {
  readonly outcome: Refused

  constructor(outcome: Refused) {
    super('refused')
    this.outcome = outcome
  }
}

/** Somebody else created the same party, or moved one of the locked ones. */
const DISTURBED = { attempts: 10, isConflict: (error: unknown) => error instanceof ConcurrentChange }

async function approveIn(
  tx: Executor,
  { jobs, knownParty }: ApprovalServices,
  id: string,
  by: Approving,
): Promise<Approval> {
  const { email, actor, operation, today, sending } = by
  const checked = check(await lockRequestById(tx, id), email)
  if (checked.kind === 'refused') throw new RefusedError(checked)
  const { request } = checked
  const { data } = request
  const isTrusted = knownParty === 'seed' || request.confirmed_at !== null
  const query = approvalQueryOf(data, actor.userId, isTrusted)
  const hold = holdLegalEntity(data.legal_entity_id, data.division_id ?? null, query.replacesOwners)
  const [legalEntity] = await tx.query<{ has_division: boolean }>(hold)
  const facts = await lockApprovalFacts(tx, query)
  const refusal = refusalByFacts(facts, query, legalEntity)
  if (refusal !== undefined) throw new RefusedError(refused(refusal))
  const { userId } = actor
  const newIds = { newPartyId: randomUUID(), newEmployeeId: randomUUID() }
  const written = await writeApproval(tx, { data, facts, userId, today, ...newIds })
  const [approved] = await tx.query<{ updated_at: Date }>(approve(id, written.employeeId, userId))
  const write = { action: 'write', operation } as const
  await audit(
    tx,
    actor,
    { ...write, subjectKind: 'employee_request', subjectIds: [id] },
    { ...write, subjectKind: 'party', subjectIds: [written.partyId] },
    { ...write, subjectKind: 'employee', subjectIds: [written.employeeId, ...written.replacedEmployeeIds] },
  )
  await jobs.enqueue(tx, REGISTRATION_MAIL, id)
  if (facts.party_has_users && (await tx.query(findKnownUsers(id))).length > 0)
    await jobs.enqueue(tx, KNOWN_PARTY_MAIL, id)
  const answered = { ...request, ...approved, status: 'APPROVED', employee_id: written.employeeId } as const
  await keepAnswer(tx, sending, answered)
  return { kind: 'approved', request: answered, ...written }
}
