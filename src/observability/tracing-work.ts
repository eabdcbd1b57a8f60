/**
 * The spans of one worker's part in one run: its batches, each with the claim, the pre-check, the questions and the writing of outcomes.
 */
import { NO_SPAN, type Span, spanTime, type Tracing } from './tracing.ts'
import { factsOf, placeOf, type TracedRun } from './tracing-runs.ts'

/** A claimed batch, with the times of its steps. */
export interface TracedClaim {
  /** The batch's token, shared by all its subjects. */
  readonly token: string
  readonly since: number
  /** When the pre-check started and ended. */
  readonly preCheck: readonly [from: number, to: number]
  /** For each subject, whether it must be asked about (`ask`) or was settled, with its new reason. */
  readonly preChecks: readonly PreChecked[]
}

type PreChecked = { readonly kind: 'ask' } | { readonly kind: 'settled'; readonly verdict: { readonly reason: string } }

/** The guard's finding: a code and its figures. */
interface HeldFor {
  readonly code: string
  readonly params: Readonly<Record<string, number>>
}

/** How a question ended. */
type TracedAnswer =
  | { readonly kind: 'answer'; readonly messageId: string }
  | { readonly kind: 'technical_error'; readonly code: string; readonly whose: 'subject' | 'service' }
  | { readonly kind: 'aborted' }

/** A write of outcomes, possibly with several attempts. */
interface FlushTrace {
  retried(): void
  written(counts: Readonly<Record<string, number>> | undefined): void
  leaseLost(): void
}

interface Batch {
  readonly span: Span
  readonly claimedAt: number
  left: number
}

const NO_FLUSH: FlushTrace = { retried: () => undefined, written: () => undefined, leaseLost: () => undefined }

/** Nothing is stored for a batch that the sampler skipped, so it costs only the look-up of its token. */
export class WorkTrace {
  readonly #tracing: Tracing
  readonly #run: TracedRun
  readonly #worker: string
  readonly #work: Span
  readonly #batches = new Map<string, Batch>()
  #counts = { batches: 0, subjects: 0 }
  #breakerOpen = NO_SPAN

  constructor(tracing: Tracing, run: TracedRun, worker: string) {
    this.#tracing = tracing
    this.#run = run
    this.#worker = worker
    this.#work = tracing.begin({ name: 'work', under: placeOf(run.id), facts: { ...factsOf(run), worker } })
  }

  /** A batch was claimed: its span lasts from the start of the claim until all its outcomes are written. */
  claimed({ token, since, preCheck: [from, to], preChecks }: TracedClaim): void {
    this.#counts.batches += 1
    this.#counts.subjects += preChecks.length
    const facts = { ...factsOf(this.#run), worker: this.#worker, counts: { claimed: preChecks.length } }
    const linked = [placeOf(this.#run.id)]
    const span = this.#tracing.begin({ name: 'batch', at: placeOf(token), linked, facts, since, isSampled: true })
    if (!span.isRecorded) return
    const claim = span.begin({ name: 'claim', since, facts: { counts: { claimed: preChecks.length } } })
    claim.begin({ name: 'pre-check', since: from, facts: { counts: countPreChecks(preChecks) } }).end(to)
    claim.end()
    this.#batches.set(token, { span, claimedAt: spanTime(), left: preChecks.length })
  }

  /** A subject is asked about. */
  ask(token: string, subjectId: string, probe: boolean): Span {
    const batch = this.#batches.get(token)
    if (batch === undefined) return NO_SPAN
    const queueMilliseconds = Math.round(spanTime() - batch.claimedAt)
    return batch.span.begin({ name: 'ask', facts: { subjectId, queueMilliseconds, ...(probe ? { probe } : {}) } })
  }

  /** Outcomes are about to be written, possibly of several batches: recorded in the first batch's trace, and linked to the others. */
  flush(outcomes: readonly { readonly token: string }[]): FlushTrace {
    if (this.#batches.size === 0) return NO_FLUSH
    const counts = new Map<Batch, number>()
    for (const { token } of outcomes) {
      const batch = this.#batches.get(token)
      if (batch !== undefined) counts.set(batch, (counts.get(batch) ?? 0) + 1)
    }
    const [first, ...others] = counts.keys()
    if (first === undefined) return NO_FLUSH
    const linked = others.flatMap(({ span }) => span.place ?? [])
    const span = first.span.begin({ name: 'flush', linked, facts: { counts: { subjects: outcomes.length } } })
    let retries = 0
    return {
      retried: () => {
        retries += 1
        span.event('tried again')
      },
      written: (written) => {
        span.add({ retries, ...(written === undefined ? {} : { counts: written }) })
        span.end()
        for (const [batch, count] of counts) this.#settled(batch, count)
      },
      leaseLost: () => {
        span.add({ retries })
        span.fail('lease_lost')
        span.end()
      },
    }
  }

  /** The state of the service's breaker; reported repeatedly. */
  breaker(isOpen: boolean): void {
    if (!this.#work.isRecorded || isOpen === (this.#breakerOpen !== NO_SPAN)) return
    if (isOpen) this.#breakerOpen = this.#work.begin({ name: 'breaker open', facts: this.#facts() })
    else this.#closeBreaker()
  }

  /** The guard paused or stopped the run. */
  held(state: string, finding: HeldFor): void {
    const facts = { ...this.#facts(), state, reason: finding.code, counts: finding.params }
    this.#work.begin({ name: 'guard', facts }).end()
  }

  /** The worker's part ended; its open claims no longer belong to it. */
  left(end: string): void {
    for (const { span } of this.#batches.values()) {
      span.add({ state: end })
      if (end === 'lease_lost') span.fail('lease_lost')
      span.end()
    }
    this.#batches.clear()
    this.#closeBreaker()
    this.#work.add({ state: end, counts: this.#counts })
    if (end === 'lease_lost') this.#work.fail('lease_lost')
    this.#work.end()
  }

  #closeBreaker(): void {
    this.#breakerOpen.end()
    this.#breakerOpen = NO_SPAN
  }

  #settled(batch: Batch, count: number): void {
    batch.left -= count
    if (batch.left > 0) return
    batch.span.end()
    for (const [token, each] of this.#batches) if (each === batch) this.#batches.delete(token)
  }

  #facts() {
    return { ...factsOf(this.#run), worker: this.#worker }
  }
}

/** A question ended. */
export function endAsk(span: Span, answer: TracedAnswer): void {
  if (!span.isRecorded) return
  if (answer.kind === 'answer') span.add({ outcome: answer.kind, messageId: answer.messageId })
  else span.add({ outcome: answer.kind })
  if (answer.kind === 'technical_error') {
    span.add({ whose: answer.whose })
    span.fail(answer.code)
  }
  span.end()
}

function countPreChecks(preChecks: readonly PreChecked[]): Record<string, number> {
  const counts: Record<string, number> = { to_ask: 0 }
  for (const each of preChecks) {
    const name = each.kind === 'ask' ? 'to_ask' : each.verdict.reason.toLowerCase()
    counts[name] = (counts[name] ?? 0) + 1
  }
  return counts
}
