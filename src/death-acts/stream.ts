/**
 * What the stream dracs_death is, by the candidates that nobody has decided on and by whether the register has answered (spec 8.10). One
 * function, whatever has caused it. It confirms no death: a person does.
 */
import type { Verdict } from '../verification/rules.ts'
import type { StreamReason } from '../verification/status.ts'
import type { OpenRow } from './plans/candidates.ts'

const BY_HAND: ReadonlySet<string> = new Set<StreamReason>([
  ...(['MANUAL', 'MANUAL_CONFIRMED', 'MANUAL_NOT_CONFIRMED', 'MANUAL_DECEASED', 'MANUAL_NO_DEATH_RECORD'] as const),
])

/** The stream as it is. */
export interface DeathStream extends Verdict {
  /** The act that counts as the person's. */
  readonly actId: string | null
}

/** What has become of it. */
export interface DeathFacts {
  /** Whether the register was asked since the last trigger: the online status is COMPLETED. */
  readonly isAnswered: boolean
  /** Those that are NEW, the best first. */
  readonly candidates: readonly Pick<OpenRow, 'act_id' | 'zone' | 'way' | 'updated_at'>[]
  /** Whether one of them came just now. */
  readonly hasCome: boolean
}

/** What the stream is to be. One that is triggered by it is to be asked about anew. */
export function streamByCandidates(held: DeathStream, { isAnswered, candidates, hasCome }: DeathFacts): DeathStream {
  // What a person has decided is kept until a candidate comes.
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

// By which way the newest came.
function reasonOf(candidates: DeathFacts['candidates']): Verdict['reason'] {
  const newest = candidates.toSorted((one, other) => other.updated_at.getTime() - one.updated_at.getTime())[0]
  return newest?.way === 'offline' ? 'AUTO_OFFLINE' : 'AUTO_ONLINE'
}
