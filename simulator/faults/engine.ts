import type { SimulatedServiceName } from '../services/service.ts'
import { ActiveRule, type CallRule } from './rule.ts'
import type { CheckedFaults } from './schema.ts'

/** What happens to a call: a delay, then the fault, or the true answer if there is none. */
export interface Fate {
  readonly delay: number
  readonly rule: CallRule | undefined
}

/** A period in which the port is closed, in milliseconds since the faults were set; without an end it lasts until they change. */
export interface FaultRefusal {
  readonly from: number
  readonly until: number | undefined
}

/** A rule and its number of hits. Shows how many documents it matches, never which. */
export interface RuleState {
  readonly name: string | undefined
  readonly kind: string
  readonly hits: number
  readonly matches: number | undefined
}

const untouched: Fate = { delay: 0, rule: undefined }

/**
 * Decides which fault each call gets. Rules are tried in order: the delays of matching `latency` rules add up until the first match of
 * another kind, which decides. The same seed and the same calls in the same order give the same faults; with `share_of: subjects` the order
 * does not matter.
 */
export class FaultEngine {
  readonly refusals: readonly FaultRefusal[]
  readonly #rules: readonly ActiveRule[]
  readonly #now: () => number
  readonly #startedAt: number

  constructor(faults: CheckedFaults, defaultSeed: number, now: () => number) {
    const seed = faults.seed ?? defaultSeed
    this.#now = now
    this.#startedAt = now()
    this.#rules = faults.faults.flatMap((rule, index) =>
      rule.kind === 'refuse' ? [] : [new ActiveRule(rule, seed, index)],
    )
    this.refusals = faults.faults.flatMap((rule) => {
      if (rule.kind !== 'refuse') return []
      const from = (rule.after_s ?? 0) * 1000
      return [{ from, until: rule.duration_s === undefined ? undefined : from + rule.duration_s * 1000 }]
    })
  }

  /** Decides about one call; `key` is the document or UNZR asked about. */
  decide(service: SimulatedServiceName, key: string): Fate {
    if (this.#rules.length === 0) return untouched
    const elapsed = this.#now() - this.#startedAt
    let delay = 0
    for (const active of this.#rules) {
      if (!active.holds(service, key, elapsed)) continue
      if (active.rule.kind !== 'latency') return { delay, rule: active.rule }
      delay += active.delay()
    }
    return { delay, rule: undefined }
  }

  /** The rules with their hits. */
  state(): RuleState[] {
    return this.#rules.map(({ rule, hits }) => ({
      name: rule.name,
      kind: rule.kind,
      hits,
      matches:
        rule.match &&
        [rule.match.documents, rule.match.unzr, rule.match.rnokpp, rule.match.people].flat().filter(Boolean).length,
    }))
  }
}
