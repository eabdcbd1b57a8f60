/** A small history without faults, for tests to break. */
import { randomUUID } from 'node:crypto'
import type { Entry, Histories, RegistryCall, RunPart, StreamState, SubjectState } from '../histories.ts'

type Mutable<T> = { -readonly [Key in keyof T]: T[Key] extends readonly (infer One)[] ? Mutable<One>[] : T[Key] }

/** Histories that a test may change. */
export type Breakable = Mutable<Omit<Histories, 'journal'>> & { journal: Mutable<Histories['journal']> }

const T0 = Date.UTC(2026, 2, 1)

const state = (verdict: string, more: Partial<StreamState> = {}): StreamState => {
  const [status = '', reason = ''] = verdict.split(' / ')
  return { status, reason, dataId: null, dataStatus: null, syncedAt: null, waitsUntil: null, failures: 0, ...more }
}

const part: RunPart = {
  ...{ workerId: 'w1', claimed: 0, givenBack: 0, verified: 0, notVerified: 0, notNeeded: 0, incorrect: 0 },
  ...{ dropped: 0, technicalErrors: 0, propagated: 0 },
}

/**
 * Persons a and b and party c hold the same invalid booklet, and a was asked about; d holds a valid card. They were inserted, then checked
 * by one run of one worker; d was edited afterwards and checked by a second run.
 */
export function goodHistories(): Breakable {
  const document = { type: 'PASSPORT', number: 'АБ000001' }
  const card = { type: 'NATIONAL_ID', number: '000000002' }
  const messages = { a: randomUUID(), d: randomUUID(), again: randomUUID() }
  let id = 0
  const entry = (at: number, subjectId: string, verdict: string, step: string, more: Partial<Entry> = {}): Entry => {
    const [status = '', reason = ''] = verdict.split(' / ')
    id += 1
    const kind = subjectId === 'c' ? 'party' : 'person'
    return {
      ...{
        id,
        at: T0 + at,
        subjectId,
        kind,
        stream: 'dms_passport',
        status,
        reason,
        step,
        runId: null,
        messageId: null,
      },
      ...more,
    }
  }
  const call = (at: number, messageId: string, question: string, outcome: string, userId = 'u1'): RegistryCall => ({
    ...{ time: T0 + at, service: 'CheckPassportDMSStatus', messageId, userId, question, outcome },
  })
  const invalid = 'NOT_VERIFIED / AUTO_NOT_VALID'
  const valid = 'VERIFIED / AUTO_VALID'
  const found = state(invalid, { dataId: 'row', dataStatus: 1, syncedAt: T0 + 2000 })
  const notNeeded = state('VERIFICATION_NOT_NEEDED / AUTO_DATA_ABSENT')
  const subject = (subjectId: string, dms: StreamState, cumulative: string): Mutable<SubjectState> => ({
    ...{
      id: subjectId,
      kind: subjectId === 'c' ? 'party' : 'person',
      isActive: true,
      insertedAt: T0 - 9000,
      cumulative,
    },
    streams: { ...(subjectId === 'c' ? {} : { unzr: notNeeded }), mvs_passport: notNeeded, dms_passport: dms },
    others: ['VERIFIED', 'VERIFIED'],
    documents: [subjectId === 'd' ? card : document],
  })
  const absent = ['a', 'b', 'c', 'd'].flatMap((subjectId) =>
    ['unzr', 'mvs_passport']
      .filter((stream) => subjectId !== 'c' || stream !== 'unzr')
      .map((stream) => entry(0, subjectId, 'VERIFICATION_NOT_NEEDED / AUTO_DATA_ABSENT', 'import', { stream })),
  )
  return {
    calls: [
      call(1000, messages.a, 'АБ000001', 'status_1'),
      call(1500, messages.d, '000000002', 'status_0'),
      call(1600, randomUUID(), '000000002', 'http_500'),
      call(8000, messages.again, '000000002', 'status_0', 'u2'),
    ],
    subjects: [
      subject('a', found, 'CHANGES_NEEDED'),
      subject('b', found, 'CHANGES_NEEDED'),
      subject('c', found, 'NOT_VERIFIED'),
      subject('d', state(valid, { dataStatus: 0, syncedAt: T0 + 9000 }), 'VERIFIED'),
    ],
    claims: [],
    entries: [
      ...absent,
      entry(2000, 'a', invalid, '4', { runId: 'r1', messageId: messages.a }),
      entry(2000, 'b', invalid, '4.1', { runId: 'r1', messageId: messages.a }),
      entry(2000, 'c', invalid, '4.2', { runId: 'r1', messageId: messages.a }),
      entry(2500, 'd', valid, '5', { runId: 'r1', messageId: messages.d }),
      entry(6000, 'd', 'VERIFICATION_NEEDED / ONLINE_TRIGGERED', 'trigger'),
      entry(9000, 'd', valid, '5', { runId: 'r2', messageId: messages.again }),
    ],
    events: [
      { entityId: 'a', at: T0 + 2001, value: 'CHANGES_NEEDED' },
      { entityId: 'b', at: T0 + 2001, value: 'CHANGES_NEEDED' },
      { entityId: 'c', at: T0 + 2001, value: 'NOT_VERIFIED' },
      { entityId: 'd', at: T0 + 2501, value: 'VERIFIED' },
      { entityId: 'd', at: T0 + 6001, value: 'VERIFICATION_NEEDED' },
      { entityId: 'd', at: T0 + 9001, value: 'VERIFIED' },
    ],
    runs: [
      {
        ...{ id: 'r1', process: 'dms_passport/person', state: 'finished', cause: 'schedule' },
        ...{ startedAt: T0 + 500, endedAt: T0 + 3000, errors: 1 },
        parts: [{ ...part, claimed: 4, givenBack: 1, verified: 1, notVerified: 1, technicalErrors: 1, propagated: 2 }],
      },
      {
        ...{ id: 'r2', process: 'dms_passport/person', state: 'finished', cause: 'trigger' },
        ...{ startedAt: T0 + 7000, endedAt: T0 + 9500, errors: 0 },
        parts: [{ ...part, workerId: 'w2', claimed: 1, verified: 1 }],
      },
    ],
    ticks: [
      { process: 'dms_passport/person', time: T0 - 60_000, outcome: 'first', runId: null },
      { process: 'dms_passport/person', time: T0, outcome: 'started', runId: 'r1' },
    ],
    workers: [
      { id: 'w1', pid: 1, startedAt: T0, leaseUntil: T0 + 5000, endedAt: T0 + 6000 },
      { id: 'w2', pid: 2, startedAt: T0, leaseUntil: T0 + 12_000, endedAt: T0 + 10_000 },
    ],
    journal: {
      leaseSeconds: 3,
      databaseAway: [],
      machineBusy: [],
      nobodyWell: [],
      returns: [{ at: T0, pid: 2, milliseconds: 900 }],
      pidOf: new Map([
        ['u1', 1],
        ['u2', 2],
      ]),
      everHeld: new Map([
        ...['a', 'b', 'c'].map((each) => [each, new Set(['аб000001'])] as const),
        ['d', new Set(['000000002'])],
      ]),
      switched: new Set(),
    },
  }
}
