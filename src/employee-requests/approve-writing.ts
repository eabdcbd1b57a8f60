/** Writes an approval step by step in the order of spec 5.3, after all checks and locks. */

import type { Executor } from '../database/query.ts'
import { OWN_STREAMS } from '../verification/status.ts'
import { provideVerifications } from '../verification-store/provide.ts'
import { triggerStreams } from '../verification-store/trigger.ts'
import { ConcurrentChange } from './approval-facts.ts'
import type { EmployeeRequestData, RequestedDocument } from './data.ts'
import { employeeUpdate, mainSpeciality, newEmployee, replacesOwners } from './employee.ts'
import { isRenamed, newParty, partyUpdate } from './party.ts'
import { retrainDeclarations } from './plans/approval-declarations.ts'
import { giveRole, insertEmployee, replaceOwners, updateEmployee } from './plans/approval-employee.ts'
import type { ApprovalFacts } from './plans/approval-facts.ts'
import { insertParty, linkPartyUser, suspendContractsOfParty, updateParty } from './plans/approval-party.ts'
import { retrainingOf } from './retraining.ts'

/** The request, the approving user, and the existing records. */
interface ApprovalWriting {
  readonly data: EmployeeRequestData
  readonly facts: ApprovalFacts
  readonly userId: string
  /** The ids for a new party and a new employee. */
  readonly newPartyId: string
  readonly newEmployeeId: string
  readonly today?: string | undefined
}

/** What was written. */
export interface Written {
  readonly partyId: string
  readonly employeeId: string
  /** The replaced owners. */
  readonly replacedEmployeeIds: readonly string[]
}

/** Writes everything but the request itself. */
export async function writeApproval(tx: Executor, writing: ApprovalWriting): Promise<Written> {
  const { data, facts, userId } = writing
  const partyId = await writeParty(tx, writing)
  await linkUserTo(tx, partyId, writing)
  const replacedEmployeeIds = await writeOwners(tx, writing)
  const employeeId = await writeEmployee(tx, partyId, writing)
  await tx.query(giveRole(partyId, facts.role, data.legal_entity_id))
  // After the employee: the trigger that creates a verification row then finds it, and writes the row once.
  if (facts.party_id === null) await tx.query(provideVerifications('party', [partyId], userId))
  await submitParty(tx, partyId, data.party.documents, userId)
  return { partyId, employeeId, replacedEmployeeIds }
}

async function writeParty(tx: Executor, { data, facts, userId, newPartyId }: ApprovalWriting): Promise<string> {
  const { documents } = data.party
  const { party_id } = facts
  if (party_id === null) {
    await tx.query(insertParty(newPartyId, newParty(data), documents, userId))
    return newPartyId
  }
  const change = partyUpdate(data)
  await tx.query(updateParty(party_id, change, documents, userId))
  if (isRenamed(facts, change)) await tx.query(suspendContractsOfParty(party_id, userId))
  return party_id
}

async function linkUserTo(tx: Executor, partyId: string, { facts, userId }: ApprovalWriting): Promise<void> {
  if (facts.party_of_user !== null) return
  const linked = await tx.query(linkPartyUser(userId, partyId))
  // The same user is approving another request concurrently.
  if (linked.length === 0) throw new ConcurrentChange()
}

async function writeOwners(tx: Executor, { data, facts, userId }: ApprovalWriting): Promise<readonly string[]> {
  const { replaced_party_ids } = facts
  if (!replacesOwners(data) || replaced_party_ids.length === 0) return []
  const rows = await tx.query<{ id: string }>(replaceOwners(data.legal_entity_id, replaced_party_ids, userId))
  return rows.map(({ id }) => id)
}

async function writeEmployee(tx: Executor, partyId: string, writing: ApprovalWriting): Promise<string> {
  const { data, facts, userId, newEmployeeId, today } = writing
  const { employee_id, main_speciality } = facts
  if (employee_id === null) {
    await tx.query(insertEmployee(newEmployeeId, partyId, newEmployee(data), userId))
    return newEmployeeId
  }
  await tx.query(updateEmployee(employee_id, employeeUpdate(data), userId))
  const retraining = retrainingOf(main_speciality, mainSpeciality(data)?.speciality)
  if (retraining !== undefined) {
    await tx.query(retrainDeclarations({ employeeId: employee_id, retraining, userId, today }))
  }
  return employee_id
}

/**
 * Queues a party for all four registries, with the history, the cumulative status and its event. This transaction has locked or created the
 * verification row. A pending answer of one of our own jobs will be dropped.
 */
async function submitParty(
  tx: Executor,
  partyId: string,
  documents: readonly RequestedDocument[],
  userId: string,
): Promise<void> {
  // Also for disabled registries: the platform's own approval does so.
  const all = new Set(OWN_STREAMS)
  await tx.query(triggerStreams('party', [{ subjectId: partyId, data: { documents } }], userId, all))
}
