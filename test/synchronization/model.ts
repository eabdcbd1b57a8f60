/**
 * The engine's expected behaviour, as a plain program over plain objects: written from the specification, one subject at a time, without a
 * database, locks or sets. Tests run both and compare everything.
 */
import { type CumulativeStatus, cumulativeStatus } from '../../src/verification/cumulative.ts'
import type { Verdict } from '../../src/verification/rules.ts'
import { type OwnStream, STREAMS_OF } from '../../src/verification/status.ts'
import type { PassportQuestion } from '../../src/verification/streams/passport.ts'
import { linedUp, waitIsOver } from './model-line.ts'
import {
  Clock,
  type Ending,
  type Found,
  type Held,
  isChecked,
  keyOf,
  type ModelChange,
  type ModelRun,
  type ModelStream,
  type ModelSubject,
  type Moment,
  rowOf,
  streamOf,
  VERDICTS,
} from './model-parts.ts'
import type { TestDocument } from './people.ts'

const NOTHING_FAILED = { triggered: null, failedAt: null, failures: 0 }

export class Model {
  readonly subjects = new Map<string, ModelSubject>()
  readonly clock = new Clock()
  /** The `mimir` rows of each stream, by key. */
  readonly mimir: Readonly<Record<OwnStream, Map<string, object>>> = {
    unzr: new Map(),
    mvs_passport: new Map(),
    dms_passport: new Map(),
    drfo: new Map(),
    dracs_death: new Map(),
  }
  readonly events: { id: string; status: CumulativeStatus }[] = []
  readonly history: ModelChange[] = []

  add(subject: Omit<ModelSubject, 'cumulative' | 'claims'>): void {
    const added: ModelSubject = { ...subject, cumulative: 'VERIFIED', claims: new Map() }
    added.cumulative = this.#computed(added)
    this.subjects.set(added.id, added)
  }

  get(id: string): ModelSubject {
    const subject = this.subjects.get(id)
    if (subject === undefined) throw new Error(`no subject ${id} in the model`)
    return subject
  }

  /** Who is due for a run, in queue order; subjects whose wait was over when it began wait no longer. */
  line(run: ModelRun): ModelSubject[] {
    return linedUp([...this.subjects.values()], this.clock, run)
  }

  /** Step 1: claims the head of the queue. */
  claim(run: ModelRun, count: number, token: string): ModelSubject[] {
    this.endWaiting(run)
    const claimed = this.line(run).slice(0, count)
    for (const subject of claimed) {
      const { status, reason } = streamOf(subject, run.process.stream)
      subject.claims.set(run.process.stream, { token, status, reason })
      this.#set(subject, run.process.stream, { status: 'IN_REVIEW', reason: 'AUTO' })
    }
    run.counts.claimed += claimed.length
    return claimed
  }

  endWaiting(run: ModelRun): void {
    const { kind, stream } = run.process
    for (const subject of this.subjects.values()) {
      if (subject.kind !== kind || !isChecked(subject)) continue
      const state = streamOf(subject, stream)
      if (isOpen(state) && waitIsOver(state, this.clock, run)) this.#set(subject, stream, { failedAt: null })
    }
  }

  /** Steps 1.1 and 3 to 6 for claims that end together. */
  settle(run: ModelRun, ended: readonly { held: Held; ending: Ending }[], now: Moment): void {
    const { stream } = run.process
    const { found: foundVerdict, notFound } = VERDICTS[stream]
    const found = ended.flatMap(({ held, ending }) => this.#foundBy(stream, held, ending))
    const reached = stream === 'unzr' ? [] : this.#reachedBy(stream, found)
    for (const { held, ending } of ended) {
      if (ending.kind === 'pre_checked' && held.preCheck.kind === 'settled') {
        this.#settleOwn(run, held, held.preCheck.verdict, '1.1', null, now)
      } else if (ending.kind === 'found') this.#settleOwn(run, held, foundVerdict, '4', ending.messageId, now)
      else if (ending.kind === 'not_found') this.#settleOwn(run, held, notFound, '5', ending.messageId, now)
    }
    for (const [subject, by] of reached) {
      const keys = by.map(({ key }) => key)
      const step = subject.kind === run.process.kind ? '4.1' : '4.2'
      this.#write(subject, stream, foundVerdict, { data: keys, dataStatus: 1 }, now)
      const messageIds = by.map(({ messageId }) => messageId)
      this.#record(subject, stream, step, messageIds)
      run.counts.propagated += 1
    }
    for (const { held, ending } of ended) {
      if (ending.kind === 'unasked') {
        run.counts.given_back += 1
        this.restore(stream, held)
      } else if (ending.kind === 'subject_error' || ending.kind === 'service_error') this.#fail(run, held, now)
    }
  }

  /** A trigger of spec 2.8. */
  trigger(subject: ModelSubject, streams: readonly OwnStream[], now: Moment): void {
    for (const stream of streams) {
      const hasData = stream === 'unzr' ? (subject.identity.unzr ?? '') !== '' : hasPassport(subject)
      const status = hasData ? 'VERIFICATION_NEEDED' : 'VERIFICATION_NOT_NEEDED'
      const reason = hasData ? 'ONLINE_TRIGGERED' : 'AUTO_DATA_ABSENT'
      subject.claims.delete(stream)
      const nothing = { data: null, dataStatus: null, synced: null, ...NOTHING_FAILED }
      this.#set(subject, stream, { status, reason, ...nothing, triggered: hasData ? now : null })
      this.#record(subject, stream, 'trigger', [])
    }
    this.recalculate(subject)
  }

  /** A manual change, or another process, writes a stream's status. */
  setStream(subject: ModelSubject, stream: string, state: Pick<ModelStream, 'status' | 'reason'>): void {
    const own = [...subject.own.keys()].find((each) => each === stream)
    if (own === undefined) subject.others.set(stream, state.status)
    else {
      subject.claims.delete(own)
      this.#set(subject, own, state)
    }
    this.recalculate(subject)
  }

  /** Spec 1.5, with an event if the value changes. */
  recalculate(subject: ModelSubject): void {
    const status = this.#computed(subject)
    if (status === subject.cumulative) return
    subject.cumulative = status
    this.events.push({ id: subject.id, status })
  }

  /** Step 6: restores the state before the claim if it still holds. Returns whether it did. */
  restore(stream: OwnStream, { subjectId, token }: Pick<Held, 'subjectId' | 'token'>): boolean {
    const subject = this.get(subjectId)
    const claim = this.#release(subject, stream, token)
    if (claim === undefined) return false
    this.#set(subject, stream, { status: claim.status, reason: claim.reason })
    return true
  }

  // The claim ends in any case; it counts if the stream is still IN_REVIEW.
  #release(subject: ModelSubject, stream: OwnStream, token: string) {
    const claim = subject.claims.get(stream)
    if (claim?.token !== token) return undefined
    subject.claims.delete(stream)
    return streamOf(subject, stream).status === 'IN_REVIEW' ? claim : undefined
  }

  #set(subject: ModelSubject, stream: OwnStream, changed: Partial<ModelStream>): void {
    subject.own.set(stream, { ...streamOf(subject, stream), ...changed })
  }

  #computed(subject: ModelSubject): CumulativeStatus {
    const streams = STREAMS_OF[subject.kind].map((stream) => {
      const own = [...subject.own.entries()].find(([each]) => each === stream)
      if (own === undefined) return { status: subject.others.get(stream) ?? 'VERIFIED' }
      return { status: own[1].status, heldBefore: subject.claims.get(own[0])?.status }
    })
    return cumulativeStatus(subject.kind, streams, subject.cumulative)
  }

  #settleOwn(run: ModelRun, held: Held, verdict: Verdict, step: string, messageId: string | null, now: Moment): void {
    const { stream } = run.process
    const subject = this.get(held.subjectId)
    if (this.#release(subject, stream, held.token) === undefined) {
      run.counts.dropped += 1
      return
    }
    if (held.preCheck.kind === 'settled') this.#clearUnzr(subject, held.preCheck.clearsUnzr)
    const dataStatus = step === '1.1' ? null : step === '4' ? 1 : 0
    const isFound = dataStatus === 1 && held.preCheck.kind === 'ask'
    this.#write(subject, stream, verdict, { data: isFound ? [keyOfHeld(stream, held)] : null, dataStatus }, now)
    this.#record(subject, stream, step, messageId === null ? [] : [messageId])
    if (verdict.status === 'VERIFIED') run.counts.verified += 1
    else if (verdict.status === 'VERIFICATION_NOT_NEEDED') run.counts.not_needed += 1
    else if (verdict.reason === 'AUTO_INCORRECT_DATA') run.counts.incorrect += 1
    else run.counts.not_verified += 1
  }

  #clearUnzr(subject: ModelSubject, illFormed: string | undefined): void {
    if (illFormed === undefined || subject.identity.unzr !== illFormed) return
    subject.identity = { ...subject.identity, unzr: null }
  }

  #write(
    subject: ModelSubject,
    stream: OwnStream,
    { status, reason }: Verdict,
    { data, dataStatus }: Pick<ModelStream, 'data' | 'dataStatus'>,
    now: Moment,
  ): void {
    const synced = dataStatus === null ? null : now
    const unverified = status === 'NOT_VERIFIED' ? now : null
    this.#set(subject, stream, { status, reason, data, dataStatus, synced, unverified, ...NOTHING_FAILED })
    this.recalculate(subject)
  }

  #record(subject: ModelSubject, stream: OwnStream, step: string, messageIds: readonly string[]): void {
    const { status, reason } = streamOf(subject, stream)
    this.history.push({ id: subject.id, stream, status, reason, step, messageIds })
  }

  #foundBy(stream: OwnStream, { subjectId, preCheck }: Held, ending: Ending): Found[] {
    if (ending.kind !== 'found' || preCheck.kind !== 'ask') return []
    const key = keyOf(stream, preCheck.question)
    this.mimir[stream].set(key, rowOf(stream, preCheck.question, ending.description))
    if (stream === 'unzr') return []
    const { document } = preCheck.question as PassportQuestion
    return [{ askedAbout: subjectId, document, key, messageId: ending.messageId }]
  }

  // Steps 4.1 and 4.2: who holds a found document now and is not in review. Parties with or without employees.
  #reachedBy(stream: OwnStream, found: readonly Found[]): [ModelSubject, Found[]][] {
    return [...this.subjects.values()]
      .filter(({ kind, isActive }) => kind === 'party' || isActive)
      .filter((subject) => streamOf(subject, stream).status !== 'IN_REVIEW')
      .map((subject): [ModelSubject, Found[]] => [
        subject,
        found.filter(({ askedAbout, document }) => askedAbout !== subject.id && holds(subject, document)),
      ])
      .filter(([, by]) => by.length > 0)
  }

  #fail(run: ModelRun, held: Held, now: Moment): void {
    run.counts.technical_errors += 1
    const { stream } = run.process
    if (!this.restore(stream, held)) return
    const subject = this.get(held.subjectId)
    this.#set(subject, stream, { failedAt: now, failures: streamOf(subject, stream).failures + 1 })
  }
}

function keyOfHeld(stream: OwnStream, { preCheck }: Held): string {
  return preCheck.kind === 'ask' ? keyOf(stream, preCheck.question) : ''
}

function isOpen({ status }: ModelStream): boolean {
  return status === 'VERIFICATION_NEEDED' || status === 'VERIFIED'
}

function hasPassport({ documents }: ModelSubject): boolean {
  return documents.some(({ type }) => type === 'PASSPORT' || type === 'NATIONAL_ID')
}

function holds({ documents }: ModelSubject, found: TestDocument): boolean {
  return documents.some(
    ({ type, number }) => type === found.type && number.toLowerCase() === found.number.toLowerCase(),
  )
}
