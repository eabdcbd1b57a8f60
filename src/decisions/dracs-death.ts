/** Manual decisions about a death according to DRACS, the register of civil status (spec 4.3, 6.3, 8.11, 8.14, 8.15). */
import type { Executor } from '../database/query.ts'
import { decideCandidates, findOpen, type OpenRow } from '../death-acts/plans/candidates.ts'
import { operationOf, readDay } from '../verification/death-act.ts'
import { DEAD_REASONS, type StreamReason, type StreamStatus, type SubjectKind } from '../verification/status.ts'
import { lockSubject } from '../verification-store/lock.ts'
import {
  type DeathEffects,
  findDracsDeath,
  findNhsEmployees,
  registerDeath,
  writeDracsDeath,
} from './plans/dracs-death.ts'

/** All manual reasons; the others mean that the act belongs to somebody else. */
export const DRACS_DEATH_REASONS = [
  ...DEAD_REASONS,
  'MANUAL_NOT_CONFIRMED',
  'MANUAL_NO_DEATH_RECORD',
] as const satisfies readonly StreamReason[]

/** Whether a reason means that the subject is dead. */
export function saysDead(reason: string): boolean {
  return (DEAD_REASONS as readonly string[]).includes(reason)
}

/** The decision and its user. */
export interface DracsDeathRequest {
  readonly kind: SubjectKind
  readonly subjectId: string
  /** VERIFIED; for a person by the NHS also NOT_VERIFIED: the act is theirs, and their doctor must confirm the death. */
  readonly status: string
  readonly reason: string
  readonly comment: string | null
  /** For a person who is dead, `YYYY-MM-DD`, if known; default: the act's. */
  readonly deathDate?: string | null | undefined
  /** The act of one of the subject's candidates; default: the best one's. */
  readonly actId?: string | null | undefined
  /** Whether an open candidate may be decided; otherwise only a NOT_VERIFIED stream. */
  readonly mayDecideCandidates?: boolean
  readonly userId: string
}

/** The outcome. */
export type DracsDeathResult =
  | DracsDeathWritten
  | { readonly kind: 'missing' }
  | { readonly kind: 'status_not_allowed'; readonly current: StreamStatus }
  | { readonly kind: 'reason_not_allowed' }
  /** Neither NOT_VERIFIED, nor with a candidate that may be decided. */
  | { readonly kind: 'not_updatable'; readonly current: StreamStatus }
  /** The act belongs to none of the subject's candidates. */
  | { readonly kind: 'act_not_allowed' }
  /** The register has annulled the act: it confirms no death. */
  | { readonly kind: 'act_annulled' }

/** A decision that was written. */
export interface DracsDeathWritten extends DeathEffects {
  readonly kind: 'updated'
  readonly actId: string | null
}

/**
 * Writes a decision in the transaction `tx`, with the cumulative status, its event, the history and the candidates; checks are made in the
 * order of the results. A person who is dead becomes inactive, and their declarations end. The caller checks permissions.
 */
export async function updateDracsDeath(tx: Executor, request: DracsDeathRequest): Promise<DracsDeathResult> {
  const { kind, subjectId, reason, userId } = request
  if (!(await lockSubject(tx, kind, subjectId, userId))) return { kind: 'missing' }
  // After the lock, so that it sees what was committed meanwhile, including another decision.
  const [found] = await tx.query<{ status: StreamStatus }>(findDracsDeath(kind, subjectId))
  if (found === undefined) return { kind: 'missing' }
  const candidates = await tx.query<OpenRow>(findOpen(kind, [subjectId]))
  const refusal = refusalOf(request, found.status, candidates)
  if (refusal !== undefined) return refusal

  const act = chosenAct(request, candidates)
  const isDead = saysDead(reason)
  await tx.query(writeDracsDeath({ ...request, isDead, actId: act?.act_id ?? null }))
  const written = { kind: 'updated', actId: act?.act_id ?? null, deactivated: false, declarations: 0 } as const
  // The doctor will decide about the same candidate.
  if (request.status === 'NOT_VERIFIED') return written
  await tx.query(decideCandidates(kind, subjectId, { isDead, actId: written.actId }))
  if (kind !== 'person' || !isDead) return written
  const deathDate = request.deathDate ?? readDay(act?.date_death ?? null)
  const [died] = await tx.query<DeathEffects>(registerDeath(subjectId, userId, deathDate))
  return { ...written, ...died }
}

function refusalOf(
  request: DracsDeathRequest,
  current: StreamStatus,
  candidates: readonly OpenRow[],
): Exclude<DracsDeathResult, DracsDeathWritten> | undefined {
  const { kind, status, reason, mayDecideCandidates = false, actId = null } = request
  const isForDoctor = status === 'NOT_VERIFIED' && kind === 'person' && mayDecideCandidates
  if (status !== 'VERIFIED' && !isForDoctor) return { kind: 'status_not_allowed', current }
  const allowed: readonly string[] = isForDoctor ? DEAD_REASONS : DRACS_DEATH_REASONS
  if (!allowed.includes(reason)) return { kind: 'reason_not_allowed' }
  const hasCandidate = mayDecideCandidates && current === 'VERIFICATION_NEEDED' && candidates.length > 0
  if (!hasCandidate && (isForDoctor || current !== 'NOT_VERIFIED')) return { kind: 'not_updatable', current }
  const act = chosenAct(request, candidates)
  if (actId === null ? isForDoctor : act === undefined) return { kind: 'act_not_allowed' }
  const isLive = act === undefined || operationOf(act) === 'live'
  return saysDead(reason) && !isLive ? { kind: 'act_annulled' } : undefined
}

// Candidates are sorted, best first.
function chosenAct({ actId = null }: DracsDeathRequest, candidates: readonly OpenRow[]): OpenRow | undefined {
  return actId === null ? candidates[0] : candidates.find((each) => each.act_id === actId)
}

/** Why the NHS mutation does not apply to a party (spec 4.3); undefined: it does. */
export type NhsEmployeeRefusal = 'party_missing' | 'no_employee' | 'none_in_nhs' | 'not_active'

/** Whether a party has an active employee in the NHS. */
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
