/** The preconditions of an approval: reads and locks what exists, in the order of spec 1.8, and decides whether it is allowed. */

import type { Executor } from '../database/query.ts'
import { lockProvided } from '../verification-store/lock.ts'
import { REFUSALS, type RequestRefusal } from './checks.ts'
import type { EmployeeRequestData } from './data.ts'
import { replacesOwners } from './employee.ts'
import { type ApprovalFacts, type ApprovalQuery, findApprovalFacts } from './plans/approval-facts.ts'

/** Somebody else changed what this transaction relied on between two statements: it must be retried as a whole. */
export class ConcurrentChange extends Error {
  override readonly name = 'ConcurrentChange'
}

/** What the approval of a request looks for. */
export function approvalQueryOf(data: EmployeeRequestData, userId: string, isTrusted: boolean): ApprovalQuery {
  const { employee_id, legal_entity_id, employee_type, party } = data
  return {
    ...{ userId, employeeId: employee_id ?? null, taxId: party.tax_id, birthDate: party.birth_date },
    ...{ legalEntityId: legal_entity_id, role: employee_type, replacesOwners: replacesOwners(data) },
    isTrusted,
  }
}

/**
 * Finds what exists and locks the verification rows of every party to be written, in one order; then reads again, in a statement that sees
 * what was committed while it waited for the locks.
 */
export async function lockApprovalFacts(tx: Executor, query: ApprovalQuery): Promise<ApprovalFacts> {
  const seen = await find(tx, query)
  const ids = partiesOf(seen)
  // Nothing to lock. A concurrent creation makes this transaction fail with a unique violation.
  if (ids.length === 0) return seen
  await lockProvided(tx, 'party', ids, query.userId)
  const facts = await find(tx, query)
  if (partiesOf(facts).some((id) => !ids.includes(id))) throw new ConcurrentChange()
  return facts
}

async function find(tx: Executor, query: ApprovalQuery): Promise<ApprovalFacts> {
  const [row] = await tx.query<ApprovalFacts>(findApprovalFacts(query))
  if (row === undefined) throw new Error('what there is was not told')
  return row
}

function partiesOf({ party_id, replaced_party_ids }: ApprovalFacts): string[] {
  return [...new Set([...(party_id === null ? [] : [party_id]), ...replaced_party_ids])]
}

/** Why an approval is not allowed, in the order of its steps (spec 5.1.5, 5.3); undefined: it is. */
export function refusalByFacts(
  facts: ApprovalFacts,
  { employeeId, isTrusted }: ApprovalQuery,
  legalEntity: { readonly has_division: boolean } | undefined,
): RequestRefusal | undefined {
  const { party_of_user, party_id, employee_id, employee_is_active, employee_status } = facts
  if (employeeId !== null && employee_id === null) return REFUSALS.noEmployee
  if (party_of_user !== null && party_of_user !== party_id) return REFUSALS.emailTaken
  // A user who is linked to the party is already one of its users.
  if (facts.party_has_users && party_of_user === null && !isTrusted) return REFUSALS.notConfirmed
  const isAtWork = employee_is_active === true && employee_status === 'APPROVED'
  if (employeeId !== null && !isAtWork) return REFUSALS.dismissed
  if (!facts.has_role) return REFUSALS.noRole
  if (legalEntity === undefined) return REFUSALS.noLegalEntity
  return legalEntity.has_division ? undefined : REFUSALS.noDivision
}
