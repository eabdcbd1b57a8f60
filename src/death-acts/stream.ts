/**
 * The state of the stream dracs_death, derived from open candidates and from whether the register has answered (spec 8.10). The only
 * function that decides this. It never confirms a death: a person does.
 */
import type { Verdict } from '../verification/rules.ts'
import type { StreamReason } from '../verification/status.ts'
import type { OpenRow } from './plans/candidates.ts'

const BY_HAND: ReadonlySet<string> = new Set<StreamReason>([
  ...(['MANUAL', 'MANUAL_CONFIRMED', 'MANUAL_NOT_CONFIRMED', 'MANUAL_DECEASED', 'MANUAL_NO_DEATH_RECORD'] as const),
])

/** The current state of the stream. */
export interface DeathStream extends Verdict {
  /** The act that is taken to be the person's. */
  readonly actId: string | null
}

/** What the new state depends on. */
export interface DeathFacts {
  /** Whether the register has answered since the last trigger (online status COMPLETED). */
  readonly isAnswered: boolean
  /** The NEW candidates, best first. */
  readonly candidates: readonly Pick<OpenRow, 'act_id' | 'zone' | 'way' | 'updated_at'>[]
  /** Whether a candidate was added just now. */
  readonly hasCome: boolean
}

/** The new state of the stream. The reason of a trigger queues the subject again. */
export function streamByCandidates(held: DeathStream, { isAnswered, candidates, hasCome }: DeathFacts): DeathStream {
  // A manual decision stays until a new candidate is added.
  if (BY_HAND.has(held.reason) && !hasCome) return held
  const [best] = candidates
  if (best !== undefined) {
    const reason = reasonOf(candidates)
    if (best.zone === 'white') return { status: 'NOT_VERIFIED', reason, actId: best.act_id }
    return { status: 'VERIFICATION_NEEDED', reason, actId: null }
  }
  if (isAnswered) return { status: 'VERIFIED', reason: 'AUTO_ONLINE', actId: null }
  if (held.reason !== 'AUTO_ONLINE' && held.reason !== 'AUTO_OFFLINE') return held
  return { status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED', actId: null }
}

// The reason follows the newest candidate.
function reasonOf(candidates: DeathFacts['candidates']): Verdict['reason'] {
  const newest = candidates.toSorted((one, other) => other.updated_at.getTime() - one.updated_at.getTime())[0]
  return newest?.way === 'offline' ? 'AUTO_OFFLINE' : 'AUTO_ONLINE'
}
