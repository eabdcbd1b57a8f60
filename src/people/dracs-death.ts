/** Confirming by hand what DRACS, the register of civil status, says about somebody's death (spec 4.3, 6.3, 8.11, 8.15). */
import type { Executor } from '../database/query.ts'
import type { StreamReason, StreamStatus, SubjectKind } from '../verification/status.ts'
import { lockSubject } from './lock.ts'
import { confirmDracsDeath, findDracsDeath, findNhsEmployees, registerDeath } from './plans/dracs-death.ts'

/** Reasons by which a person says that somebody is dead: of the platform's pages, and of its live schema (spec 8.11). */
const DEAD = ['MANUAL_CONFIRMED', 'MANUAL_DECEASED'] as const satisfies readonly StreamReason[]

/** Reasons that a person may give; the others say that the act is somebody else's. */
export const DRACS_DEATH_REASONS = [
  ...DEAD,
  'MANUAL_NOT_CONFIRMED',
  'MANUAL_NO_DEATH_RECORD',
] as const satisfies readonly StreamReason[]

/** Whether a reason says that somebody is dead. */
export function saysDead(reason: string): boolean {
  return (DEAD as readonly string[]).includes(reason)
}

/** What is to be written, and by whom. */
export interface DracsDeathRequest {
  readonly kind: SubjectKind
  readonly subjectId: string
  /** Only VERIFIED may be. */
  readonly status: string
  readonly reason: string
  readonly comment: string | null
  /** Of a person who is dead, `YYYY-MM-DD`, where it is known. */
  readonly deathDate?: string | null | undefined
  readonly userId: string
}

/** What came of it. */
export type DracsDeathResult =
  | { readonly kind: 'updated' }
  | { readonly kind: 'missing' }
  | { readonly kind: 'status_not_allowed'; readonly current: StreamStatus }
  | { readonly kind: 'reason_not_allowed' }
  /** Only NOT_VERIFIED may be changed. */
  | { readonly kind: 'not_updatable'; readonly current: StreamStatus }

/**
 * Sets DRACS death from NOT_VERIFIED to VERIFIED inside the transaction `tx`, with the cumulative status, its event and the history; the
 * checks are made in the order in which the results stand. A person who is dead becomes inactive, and their declarations end. Whoever may
 * do so is the caller's to know.
 */
export async function updateDracsDeath(tx: Executor, request: DracsDeathRequest): Promise<DracsDeathResult> {
  const { kind, subjectId, status, reason, deathDate = null, userId } = request
  if (!(await lockSubject(tx, kind, subjectId, userId))) return { kind: 'missing' }
  // After the lock: what was committed meanwhile counts.
  const [found] = await tx.query<{ status: StreamStatus }>(findDracsDeath(kind, subjectId))
  if (found === undefined) return { kind: 'missing' }
  const current = found.status
  if (status !== 'VERIFIED') return { kind: 'status_not_allowed', current }
  if (!(DRACS_DEATH_REASONS as readonly string[]).includes(reason)) return { kind: 'reason_not_allowed' }
  if (current !== 'NOT_VERIFIED') return { kind: 'not_updatable', current }
  await tx.query(confirmDracsDeath(request))
  if (kind === 'person' && saysDead(reason)) await tx.query(registerDeath(subjectId, userId, deathDate))
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
