/**
 * What acts of death do to people, one step at a time, by the text of spec 8.8 to 8.12: an independent implementation, scores included, to
 * compare with the engine. The register and our copy are separate: an act changed there stays old here until the next question.
 */
export interface Somebody {
  readonly kind: 'person' | 'party'
  readonly id: string
  last_name: string
  first_name: string
  birth_date: string
  tax_id: string
}

/** An act in the register. Each operation on it raises `at`. */
export interface ModelAct {
  readonly key: string
  readonly surname: string
  readonly name: string
  readonly date_birth: string
  readonly numident: string | null
  readonly operation: '1' | '2' | '4' | '77'
  readonly at: number
}

interface Candidate {
  readonly key: string
  fate: string
  score: number
  /** When it was written or ended, and when its act was last stored by then. */
  at: number
  actAt: number
}

export interface Held {
  status: string
  reason: string
  /** Of a person: the deciding act. */
  act: string | null
  isAnswered: boolean
}

interface State extends Held {
  cumulative: string
  isDead: boolean
  readonly candidates: Candidate[]
  /** The run whose answer the stream still holds. */
  byRun: string | null
}

const FULL = 0.9
const PARTIAL = 0.7

export class DeathModel {
  readonly states = new Map<string, State>()
  readonly register = new Map<string, ModelAct>()
  readonly kept = new Map<string, ModelAct>()
  readonly history: string[] = []
  readonly events: string[] = []
  #clock = 0

  constructor(people: readonly Somebody[]) {
    for (const { id } of people)
      this.states.set(id, {
        ...{ status: 'VERIFICATION_NEEDED', reason: 'INITIAL', act: null, isAnswered: false, isDead: false },
        ...{ cumulative: 'VERIFICATION_NEEDED', candidates: [], byRun: null },
      })
  }

  of({ id }: Pick<Somebody, 'id'>): State {
    const state = this.states.get(id)
    if (state === undefined) throw new Error('nobody')
    return state
  }

  isDue(who: Somebody): boolean {
    const { status, isAnswered, isDead } = this.of(who)
    return status === 'VERIFICATION_NEEDED' && !isAnswered && !isDead
  }

  /** The register's answer about somebody with their current data. */
  answer({ last_name, first_name, birth_date }: Somebody): ModelAct[] {
    return [...this.register.values()].filter(
      ({ surname, name, date_birth }) => surname === last_name && name === first_name && date_birth === birth_date,
    )
  }

  /** Acts are stored whatever happens to the question. */
  keep(acts: readonly ModelAct[]): void {
    for (const act of acts) {
      const known = this.kept.get(act.key)
      if (known === undefined || act.at > known.at) this.kept.set(act.key, act)
    }
  }

  /** The answer is accepted: somebody is compared with its acts, those with their tax id, and the open candidates. */
  conclude(who: Somebody, acts: readonly ModelAct[], run: string): void {
    this.#clock += 1
    const state = this.of(who)
    const keys = [
      ...acts.map(({ key }) => key),
      ...[...this.kept.values()].flatMap(({ key, numident }) => (numident === who.tax_id ? [key] : [])),
      ...state.candidates.flatMap(({ key, fate }) => (fate === 'NEW' ? [key] : [])),
    ]
    for (const key of new Set(keys)) {
      const act = this.kept.get(key)
      if (act !== undefined) this.#compare(who, act)
    }
    const [best] = this.#open(who)
    const verdict = best === undefined ? 'VERIFIED' : best.score >= FULL ? 'NOT_VERIFIED' : 'VERIFICATION_NEEDED'
    state.isAnswered = true
    state.byRun = run
    state.act = verdict === 'NOT_VERIFIED' && who.kind === 'person' ? (best?.key ?? null) : null
    this.#write(who, verdict, 'AUTO_ONLINE', best === undefined ? '5' : '4')
  }

  #compare(who: Somebody, act: ModelAct): void {
    const { candidates } = this.of(who)
    const ofAct = candidates.filter(({ key }) => key === act.key)
    const open = ofAct.find(({ fate }) => fate === 'NEW')
    const isLive = act.operation === '1' || act.operation === '4'
    const score = scoreOf(who, act)
    if (!isLive || score < PARTIAL) {
      if (open !== undefined) open.fate = isLive ? 'DEACTIVATED ACT_CHANGED' : 'DEACTIVATED ACT_ANNULLED'
      return
    }
    if (open !== undefined) {
      Object.assign(open, { score, actAt: act.at })
      return
    }
    const refused = ofAct.findLast(({ fate }) => fate === 'REJECTED')
    if (refused !== undefined && refused.actAt === act.at && score <= refused.score) return
    candidates.push({ key: act.key, fate: 'NEW', score, at: this.#clock, actAt: act.at })
  }

  /** The open candidates, best first. */
  #open(who: Somebody): Candidate[] {
    const at = ({ key }: Candidate) => this.kept.get(key)?.at ?? 0
    return this.of(who)
      .candidates.filter(({ fate }) => fate === 'NEW')
      .toSorted((one, other) => other.score - one.score || at(other) - at(one))
  }

  /** Somebody was changed: everything about them is asked anew. */
  edited(who: Somebody): void {
    this.#end(who, who.kind === 'person' ? 'PERSON_UPDATED' : 'PARTY_UPDATED')
    this.#trigger(who, 'trigger')
  }

  /** Sent again manually: open candidates can still be decided. */
  sent(who: Somebody): void {
    this.#trigger(who, 'trigger')
  }

  /** A run is reverted for everybody who still holds its result. */
  recheck(people: readonly Somebody[], run: string): void {
    for (const who of people) {
      if (this.of(who).byRun !== run) continue
      this.#end(who, 'RECHECKED')
      this.#trigger(who, 'recheck')
    }
  }

  /** A person decides; returns whether they could. */
  decide(who: Somebody, said: 'dead' | 'not dead' | 'doctor'): boolean {
    const state = this.of(who)
    const [best] = this.#open(who)
    const waits = state.status === 'VERIFICATION_NEEDED' && best !== undefined
    if (said === 'doctor' ? who.kind === 'party' || !waits : state.status !== 'NOT_VERIFIED' && !waits) return false
    const operation = best === undefined ? '1' : this.kept.get(best.key)?.operation
    if (said !== 'not dead' && operation !== '1' && operation !== '4') return false
    const act = best?.key ?? state.act
    state.act = who.kind === 'person' && said !== 'not dead' ? act : null
    state.byRun = null
    const reason = said === 'not dead' ? 'MANUAL_NOT_CONFIRMED' : 'MANUAL_CONFIRMED'
    this.#write(who, said === 'doctor' ? 'NOT_VERIFIED' : 'VERIFIED', reason, 'manual')
    if (said === 'doctor') return true
    for (const candidate of this.#open(who)) {
      if (said === 'not dead') candidate.fate = 'REJECTED'
      else candidate.fate = candidate === best ? 'CONFIRMED' : 'DEACTIVATED OTHER_CONFIRMED'
      candidate.actAt = this.kept.get(candidate.key)?.at ?? 0
    }
    if (said === 'dead' && who.kind === 'person') state.isDead = true
    return true
  }

  #end(who: Somebody, why: string): void {
    for (const candidate of this.#open(who)) candidate.fate = `DEACTIVATED ${why}`
  }

  #trigger(who: Somebody, step: string): void {
    Object.assign(this.of(who), { act: null, isAnswered: false, byRun: null })
    this.#write(who, 'VERIFICATION_NEEDED', 'ONLINE_TRIGGERED', step)
  }

  #write(who: Somebody, status: string, reason: string, step: string): void {
    const state = this.of(who)
    Object.assign(state, { status, reason })
    this.history.push(`${who.id} ${step} ${status} ${reason}`)
    const cumulative = status === 'NOT_VERIFIED' && who.kind === 'person' ? 'CHANGES_NEEDED' : status
    if (cumulative !== state.cumulative) this.events.push(`${who.id} ${cumulative}`)
    state.cumulative = cumulative
  }
}

// The names here are far apart, and nobody has a patronymic, document or gender.
function scoreOf(who: Somebody, act: ModelAct): number {
  const lastName = who.last_name === act.surname ? 15 : 0
  const isSameTaxId = act.numident === who.tax_id
  const taxId = act.numident === null ? 0 : isSameTaxId ? 25 : -20
  const isSameName = who.first_name === act.name
  const firstName = isSameName ? 20 : isSameTaxId ? -10 : -30
  const isSameDay = who.birth_date === act.date_birth
  const sum = lastName + firstName + 10 + (isSameDay ? 30 : -40) + taxId
  return Math.max(0, Math.min(isSameName && isSameDay ? 100 : 89, sum)) / 100
}
