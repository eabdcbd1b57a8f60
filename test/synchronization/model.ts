/**
 * What the engine is to do, as a plain program over plain objects: written from the specification, one subject after the
 * other, without a database, locks or sets. Tests let it and the engine do the same and compare everything.
 */
import { type CumulativeStatus, cumulativeStatus } from '../../src/verification/cumulative.ts'
import type { Verdict } from '../../src/verification/rules.ts'
import { STREAMS_OF } from '../../src/verification/status.ts'
import { dmsPassport } from '../../src/verification/streams/dms-passport.ts'
import {
  Clock,
  DAY,
  type Ending,
  type Found,
  type Held,
  type ModelChange,
  type ModelDms,
  type ModelRun,
  type ModelSubject,
  type Moment,
  mimirKey,
  waitingTime,
} from './model-parts.ts'
import type { TestDocument } from './people.ts'

export class Model {
  readonly subjects = new Map<string, ModelSubject>()
  readonly clock = new Clock()
  readonly mimir = new Set<string>()
  readonly events: { id: string; status: CumulativeStatus }[] = []
  readonly history: ModelChange[] = []

  add(subject: Omit<ModelSubject, 'cumulative' | 'claim'>): void {
    const added: ModelSubject = { ...subject, cumulative: 'VERIFIED', claim: null }
    added.cumulative = this.#computed(added)
    this.subjects.set(added.id, added)
  }

  get(id: string): ModelSubject {
    const subject = this.subjects.get(id)
    if (subject === undefined) throw new Error(`no subject ${id} in the model`)
    return subject
  }

  /** Who is due for a run, in the order of the line; those whose waiting was over when it began wait no longer. */
  line(run: ModelRun): ModelSubject[] {
    const persons = [...this.subjects.values()].filter(({ kind, isActive }) => kind === 'person' && isActive)
    const open = persons.filter(({ dms }) => this.#isDue(dms))
    const waits = ({ dms }: ModelSubject) => dms.failedAt !== null && !this.#isWaitingOver(dms, run)
    const isTriggered = ({ dms }: ModelSubject) =>
      dms.reason === 'ONLINE_TRIGGERED' && dms.status === 'VERIFICATION_NEEDED'
    const triggered = open
      .filter((subject) => isTriggered(subject) && !waits(subject))
      .filter(({ dms }) => !run.onlyTriggered || (dms.triggered ?? -1) < run.started)
    const due = open.filter((subject) => !isTriggered(subject) && !waits(subject))
    const waiting = open.filter((subject) => waits(subject) && (subject.dms.failedAt ?? 0) < run.started)
    return [
      ...this.#ordered(triggered, (dms) => dms.triggered),
      ...(run.onlyTriggered ? [] : this.#ordered(due, (dms) => dms.synced)),
      ...(run.onlyTriggered || !run.takesWaiting ? [] : this.#ordered(waiting, (dms) => dms.failedAt, true)),
    ]
  }

  /** Step 1: claims the first of the line. */
  claim(run: ModelRun, count: number, token: string): ModelSubject[] {
    this.endWaiting(run)
    const claimed = this.line(run).slice(0, count)
    for (const subject of claimed) {
      const { status, reason } = subject.dms
      subject.claim = { token, status, reason }
      subject.dms = { ...subject.dms, status: 'IN_REVIEW', reason: 'AUTO' }
    }
    run.counts.claimed += claimed.length
    return claimed
  }

  endWaiting(run: ModelRun): void {
    for (const subject of this.subjects.values()) {
      const { dms, isActive, kind } = subject
      if (kind !== 'person' || !isActive || dms.status === 'IN_REVIEW' || !this.#isOpen(dms)) continue
      if (this.#isWaitingOver(dms, run)) subject.dms = { ...dms, failedAt: null }
    }
  }

  /** Steps 1.1 and 3 to 6 for claims that end together. */
  settle(run: ModelRun, ended: readonly { held: Held; ending: Ending }[], now: Moment): void {
    const found = ended.flatMap(({ held, ending }) => this.#foundBy(held, ending))
    const reached = this.#reachedBy(found)
    for (const { held, ending } of ended) {
      if (ending.kind === 'pre_checked' && held.preCheck.kind === 'settled') {
        this.#settleOwn(run, held, held.preCheck.verdict, '1.1', null, now)
      } else if (ending.kind === 'found') this.#settleOwn(run, held, dmsPassport.found, '4', ending.messageId, now)
      else if (ending.kind === 'not_found') this.#settleOwn(run, held, dmsPassport.notFound, '5', ending.messageId, now)
    }
    for (const [subject, by] of reached) {
      const step = subject.kind === 'person' ? '4.1' : '4.2'
      this.#write(
        subject,
        dmsPassport.found,
        by.map(({ key }) => key),
        1,
        now,
      )
      this.#record(
        subject,
        step,
        by.map(({ messageId }) => messageId),
      )
      run.counts.propagated += 1
    }
    for (const { held, ending } of ended) {
      if (ending.kind === 'unasked') this.giveBack(run, held)
      else if (ending.kind === 'subject_error' || ending.kind === 'service_error') this.#fail(run, held, now)
    }
  }

  /** Step 6 without a call. */
  giveBack(run: ModelRun, held: Held): void {
    run.counts.given_back += 1
    this.#restore(held)
  }

  /** A trigger of spec 2.8 on the passport streams. */
  trigger(subject: ModelSubject, streams: readonly string[], now: Moment): void {
    const hasPassport = subject.documents.some(({ type }) => type === 'PASSPORT' || type === 'NATIONAL_ID')
    const status = hasPassport ? 'VERIFICATION_NEEDED' : 'VERIFICATION_NOT_NEEDED'
    const reason = hasPassport ? 'ONLINE_TRIGGERED' : 'AUTO_DATA_ABSENT'
    for (const stream of streams) {
      this.history.push({ id: subject.id, stream, status, reason, step: 'trigger', messageIds: [] })
      if (stream !== 'dms_passport') {
        subject.others.set(stream, status)
        continue
      }
      subject.claim = null
      const triggered = hasPassport ? now : null
      const { unverified } = subject.dms
      subject.dms = {
        status,
        reason,
        data: null,
        dataStatus: null,
        synced: null,
        unverified,
        triggered,
        failedAt: null,
        failures: 0,
      }
    }
    this.recalculate(subject)
  }

  /** Spec 1.5, with an event where the value changes. */
  recalculate(subject: ModelSubject): void {
    const status = this.#computed(subject)
    if (status === subject.cumulative) return
    subject.cumulative = status
    this.events.push({ id: subject.id, status })
  }

  #computed(subject: ModelSubject): CumulativeStatus {
    const streams = STREAMS_OF[subject.kind].map((stream) =>
      stream === 'dms_passport'
        ? { status: subject.dms.status, heldBefore: subject.claim?.status }
        : { status: subject.others.get(stream) ?? 'VERIFIED' },
    )
    return cumulativeStatus(subject.kind, streams, subject.cumulative)
  }

  #settleOwn(run: ModelRun, held: Held, verdict: Verdict, step: string, messageId: string | null, now: Moment): void {
    const subject = this.get(held.subjectId)
    if (subject.claim?.token !== held.token) {
      run.counts.dropped += 1
      return
    }
    subject.claim = null
    const key =
      held.preCheck.kind === 'ask' ? mimirKey(held.preCheck.question.pasSerial, held.preCheck.question.pasNumber) : ''
    const dataStatus = step === '1.1' ? null : step === '4' ? 1 : 0
    this.#write(subject, verdict, dataStatus === 1 ? [key] : null, dataStatus, now)
    this.#record(subject, step, messageId === null ? [] : [messageId])
    if (verdict.status === 'VERIFIED') run.counts.verified += 1
    else if (verdict.status === 'VERIFICATION_NOT_NEEDED') run.counts.not_needed += 1
    else if (verdict.reason === 'AUTO_INCORRECT_DATA') run.counts.incorrect += 1
    else run.counts.not_verified += 1
  }

  #write(
    subject: ModelSubject,
    { status, reason }: Verdict,
    data: readonly string[] | null,
    dataStatus: 0 | 1 | null,
    now: Moment,
  ): void {
    subject.dms = {
      status,
      reason,
      data,
      dataStatus,
      synced: dataStatus === null ? null : now,
      unverified: status === 'NOT_VERIFIED' ? now : null,
      triggered: null,
      failedAt: null,
      failures: 0,
    }
    this.recalculate(subject)
  }

  #record({ id, dms: { status, reason } }: ModelSubject, step: string, messageIds: readonly string[]): void {
    this.history.push({ id, stream: 'dms_passport', status, reason, step, messageIds })
  }

  #foundBy({ subjectId, preCheck }: Held, ending: Ending): Found[] {
    if (ending.kind !== 'found' || preCheck.kind !== 'ask') return []
    const { pasSerial, pasNumber, document } = preCheck.question
    const key = mimirKey(pasSerial, pasNumber)
    this.mimir.add(key)
    return [{ askedAbout: subjectId, document, key, messageId: ending.messageId }]
  }

  // Steps 4.1 and 4.2: who holds a found document now and is not in review.
  #reachedBy(found: readonly Found[]): [ModelSubject, Found[]][] {
    return [...this.subjects.values()]
      .filter(({ kind, isActive, dms }) => (kind === 'party' || isActive) && dms.status !== 'IN_REVIEW')
      .map((subject): [ModelSubject, Found[]] => [
        subject,
        found.filter(({ askedAbout, document }) => askedAbout !== subject.id && holds(subject, document)),
      ])
      .filter(([, by]) => by.length > 0)
  }

  #fail(run: ModelRun, held: Held, now: Moment): void {
    run.counts.technical_errors += 1
    const subject = this.#restore(held)
    if (subject !== undefined) subject.dms = { ...subject.dms, failedAt: now, failures: subject.dms.failures + 1 }
  }

  #restore({ subjectId, token }: Held): ModelSubject | undefined {
    const subject = this.get(subjectId)
    if (subject.claim?.token !== token) return undefined
    subject.dms = { ...subject.dms, status: subject.claim.status, reason: subject.claim.reason }
    subject.claim = null
    return subject
  }

  #isOpen({ status }: ModelDms): boolean {
    return status === 'VERIFICATION_NEEDED' || status === 'VERIFIED'
  }

  #isDue(dms: ModelDms): boolean {
    return this.#isOpen(dms) && (dms.synced === null || this.clock.at(dms.synced) < Date.now() - 271 * DAY)
  }

  #isWaitingOver(dms: ModelDms, run: ModelRun): boolean {
    return (
      dms.failedAt !== null && this.clock.at(dms.failedAt) + waitingTime(dms.failures) <= this.clock.at(run.started)
    )
  }

  #ordered(subjects: ModelSubject[], momentOf: (dms: ModelDms) => Moment | null, waits = false): ModelSubject[] {
    const time = ({ dms }: ModelSubject) => this.clock.at(momentOf(dms)) + (waits ? waitingTime(dms.failures) : 0)
    return subjects.sort(
      (a, b) => time(a) - time(b) || (momentOf(a.dms) ?? -1) - (momentOf(b.dms) ?? -1) || (a.id < b.id ? -1 : 1),
    )
  }
}

function holds({ documents }: ModelSubject, found: TestDocument): boolean {
  return documents.some(
    ({ type, number }) => type === found.type && number.toLowerCase() === found.number.toLowerCase(),
  )
}
