import type { SimulatedServiceName } from '../services/service.ts'
import { faultDelay } from './delay.ts'
import { draw, drawFor } from './random.ts'
import type { FaultRule } from './schema.ts'

/** A rule that applies to calls: all kinds except `refuse`, which applies to the port. */
export type CallRule = Exclude<FaultRule, { kind: 'refuse' }>

/** A rule with counters of the calls that it saw and those that it hit. */
export class ActiveRule {
  readonly rule: CallRule
  readonly #seed: number
  readonly #index: number
  readonly #services: ReadonlySet<string> | undefined
  readonly #passports: Matcher | undefined
  readonly #holders: Matcher | undefined
  readonly #taxpayers: Matcher | undefined
  readonly #people: Matcher | undefined
  readonly #bucket: TokenBucket | undefined
  #seen = 0
  #hits = 0

  constructor(rule: CallRule, seed: number, index: number) {
    this.rule = rule
    this.#seed = seed
    this.#index = index
    this.#services = rule.services === undefined ? undefined : new Set(rule.services)
    this.#passports = matcher(rule.match?.documents, rule.match?.document_prefix)
    this.#holders = matcher(rule.match?.unzr, rule.match?.unzr_prefix)
    this.#taxpayers = matcher(rule.match?.rnokpp, rule.match?.rnokpp_prefix)
    this.#people = matcher(rule.match?.people, rule.match?.people_prefix)
    this.#bucket =
      rule.beyond_calls_per_second === undefined ? undefined : new TokenBucket(rule.beyond_calls_per_second)
  }

  get hits(): number {
    return this.#hits
  }

  /** Whether this call gets the fault; `elapsed` is the time since the faults were set. */
  holds(service: SimulatedServiceName, key: string, elapsed: number): boolean {
    const { rule } = this
    if (this.#services !== undefined && !this.#services.has(service)) return false
    // Only answers with acts have ResultData.
    if (rule.kind === 'result_data' && service !== 'GetDeathArByFullNameAndBirthDate') return false
    if (rule.match !== undefined && !this.#matches(service, key)) return false
    const after = (rule.after_s ?? 0) * 1000
    if (elapsed < after || (rule.duration_s !== undefined && elapsed >= after + rule.duration_s * 1000)) return false
    if (rule.count !== undefined && this.#hits >= rule.count) return false
    if (this.#bucket?.take(elapsed) === true) return false
    this.#seen += 1
    if (rule.share !== undefined && this.#chance(key) >= rule.share) return false
    this.#hits += 1
    return true
  }

  /** The delay in milliseconds for a call that matched; 0 if the rule is of another kind. */
  delay(): number {
    if (this.rule.kind !== 'latency') return 0
    const nth = this.#seen * 2
    return faultDelay(this.rule.delay, draw(~this.#seed, this.#index, nth), draw(~this.#seed, this.#index, nth + 1))
  }

  #matches(service: SimulatedServiceName, key: string): boolean {
    return this.#matcherOf(service)?.(key) ?? false
  }

  #matcherOf(service: SimulatedServiceName): Matcher | undefined {
    switch (service) {
      case 'checkunzr':
      case 'unzr':
        return this.#holders
      case 'CheckPassportStatus':
      case 'CheckPassportDMSStatus':
        return this.#passports
      case 'InfoRNOKPPDRFO':
        return this.#taxpayers
      case 'GetDeathArByFullNameAndBirthDate':
        return this.#people
    }
  }

  #chance(key: string): number {
    if (this.rule.share_of === 'subjects') return drawFor(this.#seed, this.#index, key)
    return draw(this.#seed, this.#index, this.#seen)
  }
}

type Matcher = (key: string) => boolean

function matcher(keys: readonly string[] | undefined, prefix: string | undefined): Matcher | undefined {
  if (keys === undefined && prefix === undefined) return undefined
  const set = new Set(keys)
  return (key) => set.has(key) || (prefix !== undefined && key.startsWith(prefix))
}

/** Allows a burst of one second's calls, then the given rate. */
class TokenBucket {
  readonly #rate: number
  #tokens: number
  #at = 0

  constructor(rate: number) {
    this.#rate = rate
    this.#tokens = Math.max(1, rate)
  }

  take(elapsed: number): boolean {
    this.#tokens = Math.min(Math.max(1, this.#rate), this.#tokens + ((elapsed - this.#at) / 1000) * this.#rate)
    this.#at = elapsed
    if (this.#tokens < 1) return false
    this.#tokens -= 1
    return true
  }
}
