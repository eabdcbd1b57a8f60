import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { explanationJson, explanationText } from '../../src/cli/explain.ts'
import type { ExplanationMessage } from '../../src/messages/explanations.ts'
import { say } from '../../src/messages/messages.ts'
import {
  type Explanation,
  explainCumulative,
  explainParty,
  explainPerson,
  explainStream,
  type SubjectExplanation,
} from '../../src/synchronization/explain.ts'
import type { HistoryEntry, StreamFacts } from '../../src/synchronization/explain-facts.ts'
import { getProcess, type SyncProcess } from '../../src/synchronization/process.ts'
import { recheck } from '../../src/synchronization/recheck.ts'
import { document, importLines, party } from '../parties/parties.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answer, runToEnd, startRun, technicalError } from '../synchronization/cluster.ts'
import { AT_WORK, addParties, addPersons, nationalId, passport, USER } from '../synchronization/people.ts'
import { emptyTables } from './tables.ts'

const NOW = new Date('2026-03-01T10:00:00Z')
const RUN = '0b5c2c0e-9f0a-4a57-8a3e-0c6a0f6f2f11'
const MESSAGE = '11111111-2222-4333-8444-555555555555'

const FACTS: StreamFacts = {
  kind: 'person',
  stream: 'dms_passport',
  status: 'VERIFICATION_NEEDED',
  reason: 'INITIAL',
  now: NOW,
  isSubjectActive: true,
  answer: null,
  triggeredAt: null,
  isLastInLine: false,
  waitsUntil: null,
  failures: 0,
  isAnswered: false,
  dueFrom: null,
  entry: null,
  heldBy: null,
  process: { run: null },
}

const PAUSED = { id: RUN, state: 'paused', isTriggeredOnly: false } as const

const ENTRY: HistoryEntry = {
  status: 'NOT_VERIFIED',
  reason: 'AUTO_NOT_VALID',
  at: NOW,
  step: '4',
  runId: RUN,
  messageId: MESSAGE,
  userId: USER,
}

const codesOf = (messages: readonly ExplanationMessage[]) => messages.map(({ code }) => code)
const because = (stream: string, status: string) => [{ code: 'because_stream_is', params: { stream, status } }]

/** A state written by a step. */
function written(step: string, status: StreamFacts['status'], reason: StreamFacts['reason']): Explanation {
  return explainStream({ ...FACTS, status, reason, entry: { ...ENTRY, step, status, reason } })
}

describe('the explanation of a stream', () => {
  test('cites the step of the answer, its time, its run and the message of the registry', () => {
    expect(written('4', 'NOT_VERIFIED', 'AUTO_NOT_VALID').cause).toEqual({
      why: [
        { code: 'registry_answered', params: { answer: 1 } },
        { code: 'dms_passport_found', params: {} },
      ],
      rule: '2.5.2',
      at: NOW,
      runId: RUN,
      userId: null,
      messageId: MESSAGE,
    })
  })

  test.each([
    ['5', 'VERIFIED', 'AUTO_VALID', ['registry_answered', 'dms_passport_not_found'], '2.5.4'],
    ['4.1', 'NOT_VERIFIED', 'AUTO_NOT_VALID', ['answered_about_another_person', 'dms_passport_found'], '2.5.3'],
    ['4.2', 'NOT_VERIFIED', 'AUTO_NOT_VALID', ['answered_about_party', 'dms_passport_found'], '2.5.3'],
    ['1.1', 'VERIFICATION_NOT_NEEDED', 'AUTO_DATA_ABSENT', ['document_absent', 'registry_not_asked'], '2.3'],
    ['1.1', 'NOT_VERIFIED', 'AUTO_INCORRECT_DATA', ['document_ill_formed', 'registry_not_asked'], '2.3'],
    ['import', 'VERIFIED', 'AUTO_VALID', ['imported'], '7.3'],
    ['trigger', 'VERIFICATION_NEEDED', 'ONLINE_TRIGGERED', ['person_triggered'], '2.8'],
    ['trigger', 'VERIFICATION_NOT_NEEDED', 'AUTO_DATA_ABSENT', ['nothing_to_ask_now'], '2.8'],
    ['recheck', 'VERIFICATION_NEEDED', 'ONLINE_TRIGGERED', ['reverted'], '2.6.8'],
  ] as const)('describes what step %s wrote: %s / %s', (step, status, reason, codes, rule) => {
    const { cause } = written(step, status, reason)
    expect(codesOf(cause.why)).toEqual(codes)
    expect(cause.rule).toBe(rule)
  })

  test.each([
    ['mvs_passport', '4', 'NOT_VERIFIED', 'AUTO_LOST', ['registry_answered', 'mvs_passport_found'], '2.5.2'],
    ['mvs_passport', '5', 'VERIFIED', 'AUTO_NOT_LOST', ['registry_answered', 'mvs_passport_not_found'], '2.5.4'],
    ['unzr', '4', 'VERIFIED', 'AUTO', ['registry_answered', 'unzr_found'], '2.5.2'],
    ['unzr', '5', 'NOT_VERIFIED', 'AUTO', ['registry_answered', 'unzr_not_found'], '2.5.4'],
    ['unzr', '1.1', 'VERIFICATION_NOT_NEEDED', 'AUTO_DATA_ABSENT', ['unzr_absent', 'registry_not_asked'], '2.3'],
    ['unzr', '1.1', 'NOT_VERIFIED', 'AUTO_INCORRECT_DATA', ['unzr_cleared', 'registry_not_asked'], '2.3'],
  ] as const)('describes for %s what step %s wrote: %s / %s', (stream, step, status, reason, codes, rule) => {
    const { cause } = explainStream({ ...FACTS, stream, status, reason, entry: { ...ENTRY, step, status, reason } })
    expect(codesOf(cause.why)).toEqual(codes)
    expect(cause.rule).toBe(rule)
  })

  test.each([
    ['person', '4.2', 'answered_about_party'],
    ['party', '4.1', 'answered_about_another_party'],
    ['party', '4.2', 'answered_about_person'],
    ['party', 'import', 'imported'],
    ['party', 'trigger', 'party_triggered'],
  ] as const)('describes for a %s what step %s wrote', (kind, step, code) => {
    const state = { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' } as const
    const { cause } = explainStream({ ...FACTS, kind, ...state, entry: { ...ENTRY, step, ...state } })
    expect(codesOf(cause.why)[0]).toBe(code)
  })

  test('names the user of a recheck, not the reverted run', () => {
    expect(written('recheck', 'VERIFICATION_NEEDED', 'ONLINE_TRIGGERED').cause).toMatchObject({
      runId: null,
      userId: USER,
    })
  })

  test('ignores a history entry for another status', () => {
    const { cause } = explainStream({ ...FACTS, status: 'VERIFIED', reason: 'MANUAL', entry: ENTRY })
    expect(cause).toMatchObject({ rule: null, at: null, runId: null, userId: null, messageId: null })
    expect(codesOf(cause.why)).toEqual(['no_history'])
  })

  test('explains one that was imported unverified', () => {
    const { cause, next } = explainStream(FACTS)
    expect(codesOf(cause.why)).toEqual(['not_checked_yet'])
    expect(codesOf(next)).toEqual(['due', 'next_full_run'])
  })

  const heldBy = {
    at: new Date(NOW.getTime() - 3000),
    workerId: MESSAGE,
    host: 'host-1',
    pid: 42,
    isWorkerAlive: true,
    runId: RUN,
    before: { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' },
  } as const

  test('names who is checking it, and explains the state before', () => {
    const facts = { ...FACTS, status: 'IN_REVIEW', reason: 'AUTO', entry: ENTRY, heldBy } as const
    expect(explainStream({ ...facts, stream: 'unzr' }).cause.rule).toBe('2.2')
    expect(explainStream(facts)).toMatchObject({
      cause: { why: [{ code: 'being_checked' }], rule: '2.2', runId: RUN },
      before: { status: 'NOT_VERIFIED', cause: { rule: '2.5.2', messageId: MESSAGE } },
      next: [{ code: 'claimed', params: { worker: MESSAGE, host: 'host-1', pid: 42, seconds: 3 } }],
    })
    const orphan = explainStream({ ...facts, heldBy: { ...heldBy, isWorkerAlive: false } })
    expect(codesOf(orphan.next)).toEqual(['worker_gone'])
  })

  test('describes one that is IN_REVIEW although nobody is checking it', () => {
    expect(codesOf(explainStream({ ...FACTS, status: 'IN_REVIEW', reason: 'AUTO' }).next)).toEqual(['claim_lost'])
  })

  const verified = { ...FACTS, status: 'VERIFIED', reason: 'AUTO_VALID' } as const
  test.each([
    [
      'due later',
      { ...verified, dueFrom: new Date('2026-12-01T22:00:00Z') },
      'It is due again from 2026-12-02 00:00 Kyiv.',
    ],
    [
      'due now',
      { ...verified, dueFrom: NOW },
      'It is due. The next full run takes it: one that is not for triggered subjects alone.',
    ],
    [
      'waiting',
      { ...FACTS, waitsUntil: new Date('2026-03-01T10:04:00Z'), failures: 3 },
      '(3 times in a row): the retry is due at 2026-03-01 12:04 Kyiv.',
    ],
    ['done waiting', { ...FACTS, waitsUntil: NOW, failures: 1 }, 'The check failed once; the retry is due.'],
    ['triggered', { ...FACTS, triggeredAt: NOW }, 'It has priority: its data were changed at 2026-03-01 12:00 Kyiv.'],
    ['reverted', { ...FACTS, isLastInLine: true }, 'It is queued after all other changes.'],
    ['in a run', { ...FACTS, process: { run: PAUSED } }, `Run ${RUN} is paused.`],
    [
      'passed over by a run',
      { ...FACTS, isLastInLine: true, process: { run: { ...PAUSED, isTriggeredOnly: true } } },
      'The next full run takes it: one that is not for triggered subjects alone.',
    ],
    [
      'settled',
      { ...FACTS, status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' },
      'until the person is changed or sent for verification again',
    ],
    [
      'a settled UNZR, which no document reaches',
      { ...FACTS, stream: 'unzr', status: 'NOT_VERIFIED', reason: 'AUTO' },
      'Nothing, until the person is changed or sent for verification again.',
    ],
    [
      'a settled party that nobody sends again',
      { ...FACTS, kind: 'party', status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' },
      'Nothing, until the party is changed or one of its employee requests is approved. An answer about another subject with the same document',
    ],
    ['inactive', { ...FACTS, isSubjectActive: false }, 'the person is not active'],
    [
      'a party out of work',
      { ...FACTS, kind: 'party', isSubjectActive: false },
      'the party has no approved, active employee',
    ],
    [
      'not served here',
      { ...FACTS, stream: 'drfo', process: { run: null, missingSetting: 'TREMBITA_X' } },
      'Nothing: this installation does not ask the registry, since TREMBITA_X is not set.',
    ],
    ['others run it', { ...FACTS, stream: 'nhs', process: null }, 'Another process of the platform runs this stream'],
  ] as const)('says what comes next for one that is %s', (_, facts, words) => {
    expect(say(explainStream(facts).next)).toContain(words)
  })
})

describe('the explanation of a cumulative status', () => {
  const streams = (...statuses: StreamFacts['status'][]) =>
    statuses.map((status, n) => ({ ...FACTS, status, stream: n === 0 ? ('dms_passport' as const) : ('nhs' as const) }))

  test('names the streams that cause it', () => {
    expect(say(explainCumulative('person', 'CHANGES_NEEDED', streams('NOT_VERIFIED', 'VERIFIED')))).toBe(
      'dms_passport is NOT_VERIFIED.',
    )
    expect(say(explainCumulative('person', 'VERIFICATION_NEEDED', streams('VERIFIED', 'IN_REVIEW')))).toBe(
      'nhs is IN_REVIEW.',
    )
    expect(codesOf(explainCumulative('person', 'VERIFIED', streams('VERIFIED', 'VERIFICATION_NOT_NEEDED')))).toEqual([
      'all_streams_verified',
    ])
  })

  test('describes one that was set manually, and one that does not match its streams', () => {
    expect(codesOf(explainCumulative('person', 'NOT_VERIFIED', streams('VERIFIED')))).toEqual(['not_verified_by_hand'])
    expect(explainCumulative('person', 'VERIFIED', streams('NOT_VERIFIED'))).toEqual([
      { code: 'streams_make_it', params: { status: 'CHANGES_NEEDED' } },
    ])
  })
})

const operated = (process: SyncProcess) => ({ process, validationPeriodDays: 270, isServed: true, servingSetting: '' })

describe('zvirka explain person', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createTestDatabase('zvirka_worker')
  })
  afterAll(() => db.drop())
  beforeEach(() => emptyTables(db))

  const explain = (id: string, days = 270): Promise<SubjectExplanation | undefined> =>
    explainPerson(db.open({ role: 'zvirka_read', max: 1 }), id, [
      { ...operated(getProcess('dms_passport/person')), validationPeriodDays: days },
    ])
  const dms = (explained: SubjectExplanation | undefined) =>
    explained?.streams.find(({ stream }) => stream === 'dms_passport')

  test('shows the step, run and message of what a run wrote, and when it is due again', async () => {
    const [good = '', bad = '', same = ''] = await addPersons(db.database, [
      { documents: [nationalId(1)] },
      { documents: [passport(2)] },
      { documents: [passport(2)], status: 'VERIFIED', reason: 'AUTO_VALID', synced_at: new Date().toISOString() },
    ])
    const messages = new Map<string | undefined, string>()
    const run = await runToEnd(db, {
      ask: async ({ pasSerial }) => {
        const given = answer(pasSerial === undefined ? 0 : 1)
        if (given.kind === 'answer') messages.set(pasSerial, given.messageId)
        return given
      },
    })
    const bads = await explain(bad)
    expect(bads).toMatchObject({ verificationStatus: 'CHANGES_NEEDED', why: because('dms_passport', 'NOT_VERIFIED') })
    expect(bads?.streams).toHaveLength(6)
    expect(dms(bads)?.cause).toMatchObject({ rule: '2.5.2', runId: run.id, messageId: messages.get('АБ') })
    expect(dms(await explain(same))?.cause).toMatchObject({ rule: '2.5.3', messageId: messages.get('АБ') })
    const goods = dms(await explain(good))
    expect(goods?.cause).toMatchObject({ rule: '2.5.4', messageId: messages.get(undefined) })
    expect(say(goods?.next ?? [])).toMatch(/^It is due again from \d{4}-\d\d-\d\d 00:00 Kyiv\.$/)
  })

  test('shows the first midnight in Kyiv at which a run would take the person', async () => {
    const [id = ''] = await addPersons(db.database, [
      { documents: [nationalId(1)], status: 'VERIFIED', reason: 'AUTO_VALID', synced_at: '2026-03-28T21:59:00Z' },
    ])
    const dueFrom = async (days: number) => /from (.*)\./.exec(say(dms(await explain(id, days))?.next ?? []))?.[1]
    // 23:59 in Kyiv, the day before the clocks change.
    expect(await dueFrom(30_000)).toBe('2108-05-18 00:00 Kyiv')
    await db.database.query({
      text: `update wide.person_verifications set dms_passport_synced_at = '2026-03-28T22:00:00Z'`,
    })
    expect(await dueFrom(30_000)).toBe('2108-05-18 00:00 Kyiv')
    await db.database.query({
      text: `update wide.person_verifications set dms_passport_synced_at = '2026-03-28T22:00:00.000001Z'`,
    })
    expect(await dueFrom(30_000)).toBe('2108-05-19 00:00 Kyiv')
  })

  test('describes waiting, a recheck, and the active run', async () => {
    const [failing = '', taken = ''] = await addPersons(db.database, [
      { documents: [nationalId(1)] },
      { documents: [nationalId(2)] },
    ])
    const { id } = await runToEnd(db, {
      ask: async ({ pasNumber }) => (pasNumber === '000000001' ? technicalError('subject') : answer(0)),
    })
    await recheck(db.database, {
      process: getProcess('dms_passport/person'),
      scope: { runId: id },
      userId: USER,
      reason: null,
    })
    const next = await startRun(db)
    expect(dms(await explain(failing))?.next).toMatchObject([{ code: 'retry_after', params: { failures: 1 } }])
    const back = dms(await explain(taken))
    expect(back?.cause).toMatchObject({ why: [{ code: 'reverted', params: { run: id } }], userId: USER, runId: null })
    expect(say(back?.next ?? [])).toBe(`It is queued after all other changes. Run ${next.id} is running.`)
  })

  test('explains a claim by the state before it', async () => {
    const [id = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    await db.database.query({
      text: `with held as (
               update wide.person_verifications
                  set dms_passport_verification_status = 'IN_REVIEW', dms_passport_verification_reason = 'AUTO'
                where person_id = $1)
             insert into wide.claims (subject_id, subject_kind, stream, token, worker_id, run_id, status_before, reason_before)
             values ($1, 'person', 'dms_passport', $1, $1, $1, 'VERIFICATION_NEEDED', 'INITIAL')`,
      values: [id],
    })
    const explained = await explain(id)
    expect(dms(explained)).toMatchObject({
      status: 'IN_REVIEW',
      before: { status: 'VERIFICATION_NEEDED', reason: 'INITIAL' },
      next: [{ code: 'worker_gone' }],
    })
    expect(explained?.why).toEqual(because('dms_passport', 'VERIFICATION_NEEDED'))
  })

  test('shows why a malformed UNZR was cleared, and what the register said about the others', async () => {
    const unzr = { stream: 'unzr', documents: [] } as const
    const [wrong = '', good = '', other = '', none = ''] = await addPersons(db.database, [
      { ...unzr, unzr: '19800101-1' },
      { ...unzr, unzr: '19800101-00001' },
      { ...unzr, unzr: '19800101-00002' },
      { ...unzr, unzr: '' },
    ])
    const run = await runToEnd(
      db,
      { ask: async () => answer(0), askUnzr: async (asked) => answer(asked.unzr.endsWith('1') ? 1 : 0) },
      { process: getProcess('unzr/person').key },
    )
    const explained = async (id: string) => (await explain(id))?.streams.find(({ stream }) => stream === 'unzr')
    const cause = { runId: run.id, userId: null }
    expect(await explained(wrong)).toMatchObject({
      ...{ status: 'NOT_VERIFIED', reason: 'AUTO_INCORRECT_DATA' },
      cause: { ...cause, why: [{ code: 'unzr_cleared' }, {}], rule: '2.3', messageId: null },
      next: [{ code: 'person_waits_for_change' }],
    })
    expect(await explained(good)).toMatchObject({ status: 'VERIFIED', cause: { ...cause, rule: '2.5.2' } })
    expect(await explained(other)).toMatchObject({ reason: 'AUTO', cause: { ...cause, rule: '2.5.4' } })
    expect(await explained(none)).toMatchObject({ cause: { ...cause, why: [{ code: 'unzr_absent' }, {}] } })
  })

  test('shows nothing personal, in words or in JSON', async () => {
    const [id = ''] = await addPersons(db.database, [{ documents: [passport(123456)] }])
    await runToEnd(db, { ask: async () => answer(1) })
    const explained = await explain(id)
    if (explained === undefined) throw new Error('no explanation')
    const shown = explanationText(explained) + JSON.stringify(explanationJson(explained))
    for (const personal of ['123456', 'АБ', 'Олена', 'Шевченко', '1980']) expect(shown).not.toContain(personal)
    expect(explanationText(explained)).toContain('dms_passport: NOT_VERIFIED / AUTO_NOT_VALID\n  why      The registry')
  })

  test('fails for an unknown id', async () => {
    expect(await explain(MESSAGE)).toBeUndefined()
  })
})

describe('zvirka explain party', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createTestDatabase('zvirka_worker')
  })
  afterAll(() => db.drop())
  beforeEach(() => emptyTables(db))

  const explain = (id: string) =>
    explainParty(db.open({ role: 'zvirka_read', max: 1 }), id, [operated(getProcess('mvs_passport/party'))])
  const mvs = async (id: string) => (await explain(id))?.streams.find(({ stream }) => stream === 'mvs_passport')
  const stream = 'mvs_passport'

  test('shows the step, run and message of what a run wrote, for either kind', async () => {
    const documents = [passport(2)]
    const [found = '', same = '', none = '', wrong = '', good = ''] = await addParties(db.database, [
      { stream, documents },
      { stream, documents, status: 'VERIFIED', reason: 'AUTO_NOT_LOST', synced_at: new Date().toISOString() },
      { stream, documents: [] },
      { stream, documents: [{ type: 'NATIONAL_ID', number: '1' }] },
      { stream, documents: [nationalId(1)] },
    ])
    const ask = async ({ pasSerial }: { pasSerial?: string }) => answer(pasSerial === undefined ? 0 : 1, MESSAGE)
    const run = await runToEnd(db, { ask }, { process: getProcess('mvs_passport/party').key })
    expect(await explain(found)).toMatchObject({
      kind: 'party',
      verificationStatus: 'NOT_VERIFIED',
      why: because('mvs_passport', 'NOT_VERIFIED'),
    })
    expect((await explain(found))?.streams.map((each) => each.stream)).toEqual([
      'drfo',
      'dracs_death',
      'mvs_passport',
      'dms_passport',
    ])
    const cause = { runId: run.id, userId: null, messageId: MESSAGE }
    expect(await mvs(found)).toMatchObject({ reason: 'AUTO_LOST', cause: { ...cause, rule: '2.5.2' } })
    expect(await mvs(same)).toMatchObject({ reason: 'AUTO_LOST', cause: { ...cause, rule: '2.5.3' } })
    expect(await mvs(none)).toMatchObject({ cause: { why: [{ code: 'document_absent' }, {}] } })
    expect(await mvs(wrong)).toMatchObject({ cause: { why: [{ code: 'document_ill_formed' }, {}] } })
    expect(await mvs(good)).toMatchObject({
      cause: { ...cause, rule: '2.5.4' },
      next: [{ code: 'due_from' }],
    })
  })

  test('shows the answer about a person with the same document', async () => {
    const documents = [passport(3)]
    const [party = ''] = await addParties(db.database, [{ stream, documents, employees: [] }])
    await addPersons(db.database, [{ stream, documents }])
    const run = await runToEnd(
      db,
      { ask: async () => answer(1, MESSAGE) },
      { process: getProcess('mvs_passport/person').key },
    )
    expect(await mvs(party)).toMatchObject({
      status: 'NOT_VERIFIED',
      cause: {
        why: [{ code: 'answered_about_person' }, {}],
        rule: '2.5.3',
        runId: run.id,
        messageId: MESSAGE,
      },
    })
  })

  test('says that a party without an approved employee is not checked until it has one', async () => {
    const documents = [passport(4)]
    const employees = [
      { ...AT_WORK, status: 'DISMISSED' },
      { ...AT_WORK, is_active: false },
    ]
    const [id = ''] = await addParties(db.database, [{ stream, documents, employees }])
    expect((await mvs(id))?.next).toMatchObject([{ code: 'party_not_employed' }])
    await db.database.query({
      text: `update prm.employees set is_active = true, status = 'APPROVED' where party_id = $1`,
      values: [id],
    })
    expect((await mvs(id))?.next).toMatchObject([{ code: 'due' }, {}])
  })

  test('describes an import that changed it, and shows nothing personal', async () => {
    const one = party({ documents: [document('123456789')] })
    await importLines(db.database, [one])
    await importLines(db.database, [{ ...one, gender: 'MALE' }])
    const explained = await explain(one.id)
    if (explained === undefined) throw new Error('no explanation')
    expect(explained.streams.find((each) => each.stream === stream)).toMatchObject({
      cause: { why: [{ code: 'party_triggered' }], rule: '2.8', userId: USER },
      next: [{ code: 'first_in_queue' }, { code: 'next_run' }],
    })
    const shown = explanationText(explained) + JSON.stringify(explanationJson(explained))
    for (const personal of ['123456789', one['tax_id'], one['last_name'], one['first_name']]) {
      expect(shown).not.toContain(personal)
    }
    expect(shown).toContain(`party ${one.id}: VERIFICATION_NEEDED`)
  })

  test('fails for the id of a person', async () => {
    const [id = ''] = await addPersons(db.database, [{ documents: [] }])
    expect(await explain(id)).toBeUndefined()
  })
})
