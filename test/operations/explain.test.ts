import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { explanationJson, explanationText } from '../../src/cli/explain.ts'
import {
  type Explanation,
  explainCumulative,
  explainParty,
  explainPerson,
  explainStream,
  type SubjectExplanation,
} from '../../src/synchronization/explain.ts'
import type { HistoryEntry, StreamFacts } from '../../src/synchronization/explain-facts.ts'
import {
  dmsPassportPerson,
  mvsPassportParty,
  mvsPassportPerson,
  unzrPerson,
} from '../../src/synchronization/process.ts'
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
  triggeredAt: null,
  isLastInLine: false,
  waitsUntil: null,
  failures: 0,
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

/** A state that a step wrote. */
function written(step: string, status: StreamFacts['status'], reason: StreamFacts['reason']): Explanation {
  return explainStream({ ...FACTS, status, reason, entry: { ...ENTRY, step, status, reason } })
}

describe('the explanation of a stream', () => {
  test('cites the step of the answer, its time, its run and the message of the registry', () => {
    expect(written('4', 'NOT_VERIFIED', 'AUTO_NOT_VALID').cause).toEqual({
      why: 'The registry answered 1: the document is among the invalid ones of the State Migration Service.',
      rule: 'spec 2 step 4',
      at: NOW,
      runId: RUN,
      userId: null,
      messageId: MESSAGE,
    })
  })

  test.each([
    ['5', 'VERIFIED', 'AUTO_VALID', 'answered 0', 'spec 2 step 5'],
    ['4.1', 'NOT_VERIFIED', 'AUTO_NOT_VALID', 'about another person with the same document', 'spec 2 step 4.1'],
    ['4.2', 'NOT_VERIFIED', 'AUTO_NOT_VALID', 'about a party with the same document', 'spec 2 step 4.2'],
    ['1.1', 'VERIFICATION_NOT_NEEDED', 'AUTO_DATA_ABSENT', 'no PASSPORT or NATIONAL_ID', 'spec 2 step 1.1'],
    ['1.1', 'NOT_VERIFIED', 'AUTO_INCORRECT_DATA', 'does not match its format', 'spec 2 step 1.1'],
    ['import', 'VERIFIED', 'AUTO_VALID', 'came in with it', 'spec 7.3'],
    ['trigger', 'VERIFICATION_NEEDED', 'ONLINE_TRIGGERED', 'changed or sent again', 'spec 2.8'],
    ['trigger', 'VERIFICATION_NOT_NEEDED', 'AUTO_DATA_ABSENT', 'nothing to ask about', 'spec 2.8'],
    ['recheck', 'VERIFICATION_NEEDED', 'ONLINE_TRIGGERED', RUN, 'spec 2.6'],
  ] as const)('says what step %s wrote: %s / %s', (step, status, reason, words, rule) => {
    const { cause } = written(step, status, reason)
    expect(cause.why).toContain(words)
    expect(cause.rule).toBe(rule)
  })

  test.each([
    ['mvs_passport', '4', 'NOT_VERIFIED', 'AUTO_LOST', 'among the stolen or lost ones', 'spec 2 step 4'],
    ['mvs_passport', '5', 'VERIFIED', 'AUTO_NOT_LOST', 'not among the stolen or lost ones', 'spec 2 step 5'],
    ['unzr', '4', 'VERIFIED', 'AUTO', 'answered 1: the UNZR belongs to somebody with this name', 'spec 2 step 4'],
    ['unzr', '5', 'NOT_VERIFIED', 'AUTO', 'answered 0: the UNZR belongs to nobody with this name', 'spec 2 step 5'],
    ['unzr', '1.1', 'VERIFICATION_NOT_NEEDED', 'AUTO_DATA_ABSENT', 'There is no UNZR', 'spec 2 step 1.1'],
    [
      'unzr',
      '1.1',
      'NOT_VERIFIED',
      'AUTO_INCORRECT_DATA',
      'and was cleared: the person has none now',
      'spec 2 step 1.1',
    ],
  ] as const)('says of %s what step %s wrote: %s / %s', (stream, step, status, reason, words, rule) => {
    const { cause } = explainStream({ ...FACTS, stream, status, reason, entry: { ...ENTRY, step, status, reason } })
    expect(cause.why).toContain(words)
    expect(cause.rule).toBe(rule)
  })

  test.each([
    ['person', '4.2', 'about a party with the same document'],
    ['party', '4.1', 'about another party with the same document'],
    ['party', '4.2', 'about a person with the same document'],
    ['party', 'import', 'The party came in with it'],
    ['party', 'trigger', 'changed, or an employee request of it was approved'],
  ] as const)('says of a %s what step %s wrote', (kind, step, words) => {
    const state = { status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' } as const
    expect(explainStream({ ...FACTS, kind, ...state, entry: { ...ENTRY, step, ...state } }).cause.why).toContain(words)
  })

  test('names the user, and not the run that was taken back, for a recheck', () => {
    expect(written('recheck', 'VERIFICATION_NEEDED', 'ONLINE_TRIGGERED').cause).toMatchObject({
      runId: null,
      userId: USER,
    })
  })

  test('does not take a history that tells of another status for its own', () => {
    const { cause } = explainStream({ ...FACTS, status: 'VERIFIED', reason: 'MANUAL', entry: ENTRY })
    expect(cause).toMatchObject({ rule: null, at: null, runId: null, userId: null, messageId: null })
    expect(cause.why).toContain('keeps no history')
  })

  test('explains one that came in unverified', () => {
    expect(explainStream(FACTS)).toMatchObject({
      cause: { why: expect.stringContaining('came in unverified') },
      next: 'It is due. The next run that is not for triggered subjects alone takes it.',
    })
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

  test('tells who is checking it, and explains what it was before', () => {
    const facts = { ...FACTS, status: 'IN_REVIEW', reason: 'AUTO', entry: ENTRY, heldBy } as const
    expect(explainStream({ ...facts, stream: 'unzr' }).cause.rule).toBe('spec 2 step 1')
    expect(explainStream(facts)).toMatchObject({
      cause: { rule: 'spec 2 step 1', runId: RUN },
      before: { status: 'NOT_VERIFIED', cause: { rule: 'spec 2 step 4', messageId: MESSAGE } },
      next: `The answer settles it; the worker ${MESSAGE} (host-1, process 42) has held it for 3 s.`,
    })
    const orphan = explainStream({ ...facts, heldBy: { ...heldBy, isWorkerAlive: false } })
    expect(orphan.next).toContain('is gone: another worker will give it back')
  })

  test('tells of one that is IN_REVIEW with nobody checking it', () => {
    expect(explainStream({ ...FACTS, status: 'IN_REVIEW', reason: 'AUTO' }).next).toContain('No check is under way')
  })

  const verified = { ...FACTS, status: 'VERIFIED', reason: 'AUTO_VALID' } as const
  test.each([
    ['due later', { ...verified, dueFrom: new Date('2026-12-01T22:00:00Z') }, 'due again from 2026-12-02 00:00 Kyiv'],
    [
      'due now',
      { ...verified, dueFrom: NOW },
      'It is due. The next run that is not for triggered subjects alone takes it.',
    ],
    [
      'waiting',
      { ...FACTS, waitsUntil: new Date('2026-03-01T10:04:00Z'), failures: 3 },
      '3 times so far: it waits until 2026-03-01 12:04 Kyiv',
    ],
    ['done waiting', { ...FACTS, waitsUntil: NOW, failures: 1 }, 'It failed once; its waiting time is over'],
    ['triggered', { ...FACTS, triggeredAt: NOW }, 'in front, triggered at 2026-03-01 12:00 Kyiv'],
    ['taken back', { ...FACTS, isLastInLine: true }, 'behind every other trigger'],
    ['in a run', { ...FACTS, process: { run: PAUSED } }, `Run ${RUN} is paused.`],
    [
      'passed over by a run',
      { ...FACTS, isLastInLine: true, process: { run: { ...PAUSED, isTriggeredOnly: true } } },
      'The next run that is not for triggered subjects alone takes it.',
    ],
    [
      'settled',
      { ...FACTS, status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' },
      'until the person is changed or sent again',
    ],
    [
      'a settled UNZR, which no document reaches',
      { ...FACTS, stream: 'unzr', status: 'NOT_VERIFIED', reason: 'AUTO' },
      'Nothing, until the person is changed or sent again.',
    ],
    [
      'a settled party, whom nobody sends again',
      { ...FACTS, kind: 'party', status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' },
      'until the party is changed or an employee request of it is approved, or an answer about the same document',
    ],
    ['inactive', { ...FACTS, isSubjectActive: false }, 'the person is not active'],
    [
      'a party out of work',
      { ...FACTS, kind: 'party', isSubjectActive: false },
      'no employee who is approved and active, and is not checked without one',
    ],
    ['others run it', { ...FACTS, stream: 'nhs', process: null }, 'Another process of the platform runs this stream'],
  ] as const)('tells what is next for one that is %s', (_, facts, words) => {
    expect(explainStream(facts).next).toContain(words)
  })
})

describe('the explanation of a cumulative status', () => {
  const streams = (...statuses: StreamFacts['status'][]) =>
    statuses.map((status, n) => ({ ...FACTS, status, stream: n === 0 ? ('dms_passport' as const) : ('nhs' as const) }))

  test('names the streams that make it so', () => {
    expect(explainCumulative('person', 'CHANGES_NEEDED', streams('NOT_VERIFIED', 'VERIFIED'))).toBe(
      'Since dms_passport is NOT_VERIFIED.',
    )
    expect(explainCumulative('person', 'VERIFICATION_NEEDED', streams('VERIFIED', 'IN_REVIEW'))).toBe(
      'Since nhs is IN_REVIEW.',
    )
    expect(explainCumulative('person', 'VERIFIED', streams('VERIFIED', 'VERIFICATION_NOT_NEEDED'))).toContain(
      'every stream',
    )
  })

  test('tells of one that was set by hand, and of one that its streams do not bear out', () => {
    expect(explainCumulative('person', 'NOT_VERIFIED', streams('VERIFIED'))).toContain('by hand')
    expect(explainCumulative('person', 'VERIFIED', streams('NOT_VERIFIED'))).toContain('make it CHANGES_NEEDED')
  })
})

describe('zvirka explain person', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createTestDatabase('zvirka_worker')
  })
  afterAll(() => db.drop())
  beforeEach(() => emptyTables(db))

  const explain = (id: string, days = 270): Promise<SubjectExplanation | undefined> =>
    explainPerson(db.open({ role: 'zvirka_read', max: 1 }), id, new Map([['dms_passport/person', days]]))
  const dms = (explained: SubjectExplanation | undefined) =>
    explained?.streams.find(({ stream }) => stream === 'dms_passport')

  test('finds the step, run and message of what a run wrote, and when it is due again', async () => {
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
    expect(bads).toMatchObject({ verificationStatus: 'CHANGES_NEEDED', why: 'Since dms_passport is NOT_VERIFIED.' })
    expect(bads?.streams).toHaveLength(6)
    expect(dms(bads)?.cause).toMatchObject({ rule: 'spec 2 step 4', runId: run.id, messageId: messages.get('АБ') })
    expect(dms(await explain(same))?.cause).toMatchObject({ rule: 'spec 2 step 4.1', messageId: messages.get('АБ') })
    const goods = dms(await explain(good))
    expect(goods?.cause).toMatchObject({ rule: 'spec 2 step 5', messageId: messages.get(undefined) })
    expect(goods?.next).toMatch(/^It is due again from \d{4}-\d\d-\d\d 00:00 Kyiv\.$/)
  })

  test('gives the first midnight in Kyiv at which a run would take the person', async () => {
    const [id = ''] = await addPersons(db.database, [
      { documents: [nationalId(1)], status: 'VERIFIED', reason: 'AUTO_VALID', synced_at: '2026-03-28T21:59:00Z' },
    ])
    const dueFrom = async (days: number) => /from (.*)\./.exec(dms(await explain(id, days))?.next ?? '')?.[1]
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

  test('tells of waiting, of a recheck, and of the run that is under way', async () => {
    const [failing = '', taken = ''] = await addPersons(db.database, [
      { documents: [nationalId(1)] },
      { documents: [nationalId(2)] },
    ])
    const { id } = await runToEnd(db, {
      ask: async ({ pasNumber }) => (pasNumber === '000000001' ? technicalError('subject') : answer(0)),
    })
    await recheck(db.database, { process: dmsPassportPerson, scope: { runId: id }, userId: USER, reason: null })
    const next = await startRun(db)
    expect(dms(await explain(failing))?.next).toContain('ended in a technical error, once so far: it waits until')
    const back = dms(await explain(taken))
    expect(back?.cause).toMatchObject({ why: expect.stringContaining(id), userId: USER, runId: null })
    expect(back?.next).toBe(`It stands in the line behind every other trigger. Run ${next.id} is running.`)
  })

  test('explains a claim by what was there before', async () => {
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
      next: expect.stringContaining('is gone'),
    })
    expect(explained?.why).toBe('Since dms_passport is VERIFICATION_NEEDED.')
  })

  test('finds why an ill-formed UNZR was cleared, and what the register said of the others', async () => {
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
      { process: unzrPerson.key },
    )
    const explained = async (id: string) => (await explain(id))?.streams.find(({ stream }) => stream === 'unzr')
    const cause = { runId: run.id, userId: null }
    expect(await explained(wrong)).toMatchObject({
      ...{ status: 'NOT_VERIFIED', reason: 'AUTO_INCORRECT_DATA' },
      cause: { ...cause, why: expect.stringContaining('was cleared'), rule: 'spec 2 step 1.1', messageId: null },
      next: 'Nothing, until the person is changed or sent again.',
    })
    expect(await explained(good)).toMatchObject({ status: 'VERIFIED', cause: { ...cause, rule: 'spec 2 step 4' } })
    expect(await explained(other)).toMatchObject({ reason: 'AUTO', cause: { ...cause, rule: 'spec 2 step 5' } })
    expect(await explained(none)).toMatchObject({ cause: { ...cause, why: expect.stringContaining('no UNZR to ask') } })
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

  test('knows nobody by an id that nobody has', async () => {
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
    explainParty(db.open({ role: 'zvirka_read', max: 1 }), id, new Map([[mvsPassportParty.key, 270]]))
  const mvs = async (id: string) => (await explain(id))?.streams.find(({ stream }) => stream === 'mvs_passport')
  const stream = 'mvs_passport'

  test('finds the step, run and message of what a run wrote, of whichever kind', async () => {
    const documents = [passport(2)]
    const [found = '', same = '', none = '', wrong = '', good = ''] = await addParties(db.database, [
      { stream, documents },
      { stream, documents, status: 'VERIFIED', reason: 'AUTO_NOT_LOST', synced_at: new Date().toISOString() },
      { stream, documents: [] },
      { stream, documents: [{ type: 'NATIONAL_ID', number: '1' }] },
      { stream, documents: [nationalId(1)] },
    ])
    const ask = async ({ pasSerial }: { pasSerial?: string }) => answer(pasSerial === undefined ? 0 : 1, MESSAGE)
    const run = await runToEnd(db, { ask }, { process: mvsPassportParty.key })
    expect(await explain(found)).toMatchObject({
      kind: 'party',
      verificationStatus: 'NOT_VERIFIED',
      why: 'Since mvs_passport is NOT_VERIFIED.',
    })
    expect((await explain(found))?.streams.map((each) => each.stream)).toEqual([
      'drfo',
      'dracs_death',
      'mvs_passport',
      'dms_passport',
    ])
    const cause = { runId: run.id, userId: null, messageId: MESSAGE }
    expect(await mvs(found)).toMatchObject({ reason: 'AUTO_LOST', cause: { ...cause, rule: 'spec 2 step 4' } })
    expect(await mvs(same)).toMatchObject({ reason: 'AUTO_LOST', cause: { ...cause, rule: 'spec 2 step 4.1' } })
    expect(await mvs(none)).toMatchObject({ cause: { why: expect.stringContaining('no PASSPORT or NATIONAL_ID') } })
    expect(await mvs(wrong)).toMatchObject({ cause: { why: expect.stringContaining('does not match its format') } })
    expect(await mvs(good)).toMatchObject({
      cause: { ...cause, rule: 'spec 2 step 5' },
      next: expect.stringMatching(/^It is due again from \d{4}-\d\d-\d\d 00:00 Kyiv\.$/),
    })
  })

  test('finds the answer about a person with the same document', async () => {
    const documents = [passport(3)]
    const [party = ''] = await addParties(db.database, [{ stream, documents, employees: [] }])
    await addPersons(db.database, [{ stream, documents }])
    const run = await runToEnd(db, { ask: async () => answer(1, MESSAGE) }, { process: mvsPassportPerson.key })
    expect(await mvs(party)).toMatchObject({
      status: 'NOT_VERIFIED',
      cause: {
        why: expect.stringContaining('about a person'),
        rule: 'spec 2 step 4.2',
        runId: run.id,
        messageId: MESSAGE,
      },
    })
  })

  test('says of one without an approved employee that it is not checked, until it has one', async () => {
    const documents = [passport(4)]
    const employees = [
      { ...AT_WORK, status: 'DISMISSED' },
      { ...AT_WORK, is_active: false },
    ]
    const [id = ''] = await addParties(db.database, [{ stream, documents, employees }])
    expect((await mvs(id))?.next).toContain('no employee who is approved and active')
    await db.database.query({
      text: `update prm.employees set is_active = true, status = 'APPROVED' where party_id = $1`,
      values: [id],
    })
    expect((await mvs(id))?.next).toContain('It is due.')
  })

  test('tells of an import that changed it, and shows nothing personal', async () => {
    const one = party({ documents: [document('123456789')] })
    await importLines(db.database, [one])
    await importLines(db.database, [{ ...one, gender: 'MALE' }])
    const explained = await explain(one.id)
    if (explained === undefined) throw new Error('no explanation')
    expect(explained.streams.find((each) => each.stream === stream)).toMatchObject({
      cause: { why: expect.stringContaining('created or changed'), rule: 'spec 2.8', userId: USER },
      next: expect.stringMatching(/^It stands in front, triggered at .*The next run takes it\.$/),
    })
    const shown = explanationText(explained) + JSON.stringify(explanationJson(explained))
    for (const personal of ['123456789', one['tax_id'], one['last_name'], one['first_name']]) {
      expect(shown).not.toContain(personal)
    }
    expect(shown).toContain(`party ${one.id}: VERIFICATION_NEEDED`)
  })

  test('knows no party by the id of a person', async () => {
    const [id = ''] = await addPersons(db.database, [{ documents: [] }])
    expect(await explain(id)).toBeUndefined()
  })
})
