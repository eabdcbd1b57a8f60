/** Confirming by hand what DRACS, the register of civil status, says about a party's death (spec 4.3, 6.3). */
import type { Executor } from '../database/query.ts'
import type { StreamReason, StreamStatus } from '../verification/status.ts'
import { lockSubject } from './lock.ts'
import { confirmDracsDeath, findDracsDeath, findNhsEmployees } from './plans/dracs-death.ts'

/** Reasons that a person may give (spec 6.3). */
export const DRACS_DEATH_REASONS = [
  'MANUAL_CONFIRMED',
  'MANUAL_NOT_CONFIRMED',
] as const satisfies readonly StreamReason[]

/** What is to be written, and by whom. */
export interface DracsDeathRequest {
  readonly partyId: string
  /** Only VERIFIED may be. */
  readonly status: string
  readonly reason: string
  readonly comment: string | null
  readonly userId: string
}

/** What came of it. */
export type DracsDeathResult =
  | { readonly kind: 'updated' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'status_not_allowed' }
  | { readonly kind: 'reason_not_allowed' }
  /** Only NOT_VERIFIED may be changed. */
  | { readonly kind: 'not_updatable'; readonly current: StreamStatus }

/**
 * Sets DRACS death of a party from NOT_VERIFIED to VERIFIED inside the transaction `tx`, with the cumulative status, its event and the
 * history; the checks are made in the order in which the results stand. Whoever may do so is the caller's to know.
 */
export async function updateDracsDeath(tx: Executor, request: DracsDeathRequest): Promise<DracsDeathResult> {
  const { partyId, status, reason, comment, userId } = request
  if (!(await lockSubject(tx, 'party', partyId, userId))) return { kind: 'missing' }
  if (status !== 'VERIFIED') return { kind: 'status_not_allowed' }
  if (!(DRACS_DEATH_REASONS as readonly string[]).includes(reason)) return { kind: 'reason_not_allowed' }
  // After the lock: what was committed meanwhile counts.
  const [current] = await tx.query<{ status: StreamStatus }>(findDracsDeath(partyId))
  if (current === undefined) return { kind: 'missing' }
  if (current.status !== 'NOT_VERIFIED') return { kind: 'not_updatable', current: current.status }
  await tx.query(confirmDracsDeath(partyId, userId, reason, comment))
  return { kind: 'updated' }
}

/** Why the mutation of the NHS does not concern a party (spec 4.3); undefined: it does. */
export type NhsEmployeeRefusal = 'party_missing' | 'no_employee' | 'none_in_nhs' | 'not_active'

/** Finds whether a party has an employee at work in the NHS. */
export async function findNhsEmployeeRefusal(
  executor: Executor,
  partyId: string,
): Promise<NhsEmployeeRefusal | undefined> {
  const [found] = await executor.query<{ employees: number; in_nhs: number; at_work: number }>(
    findNhsEmployees(partyId),
  )
  if (found === undefined) return 'party_missing'
  if (found.employees === 0) return 'no_employee'
  if (found.in_nhs === 0) return 'none_in_nhs'
  return found.at_work === 0 ? 'not_active' : undefined
}
