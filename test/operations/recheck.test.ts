// Rules: spec 2.6.8
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { getProcess } from '../../src/synchronization/process.ts'
import { type RecheckRequest, type RecheckScope, recheck } from '../../src/synchronization/recheck.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { untilSomebodyWaits } from '../support/until.ts'
import { answer, runToEnd, startRun } from '../synchronization/cluster.ts'
import { addParties, addPersons, dmsState, nationalId, passport, USER } from '../synchronization/people.ts'
import { emptyTables } from './tables.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db))

const OPERATOR = '11111111-2222-4333-8444-555555555555'
const TAKEN_BACK = {
  status: 'VERIFICATION_NEEDED',
  reason: 'ONLINE_TRIGGERED',
  data_id: null,
  data_status: null,
  synced: false,
  failures: 0,
  waits: false,
  cumulative: 'VERIFICATION_NEEDED',
}

function takeBack(scope: RecheckScope, more: Partial<RecheckRequest> = {}) {
  return recheck(db.database, {
    process: getProcess('dms_passport/person'),
    scope,
    userId: OPERATOR,
    reason: null,
    ...more,
  })
}

const flagEverybody = { ask: async () => answer(1) }
const flagNobody = { ask: async () => answer(0) }

async function column(name: string, id: string): Promise<unknown> {
  const [row] = await db.database.query<{ value: unknown }>({
    text: `select dms_passport_${name}::text as value from wide.person_verifications where person_id = $1`,
    values: [id],
  })
  return row?.value
}

describe('recheck of a run', () => {
  test('reverts what its answers wrote, of persons and parties, with events for changed cumulative statuses', async () => {
    const [asked = '', other = ''] = await addPersons(db.database, [
      { documents: [passport(1)] },
      { documents: [passport(1)], status: 'VERIFIED', reason: 'AUTO_VALID', synced_at: new Date().toISOString() },
    ])
    const [party = ''] = await addParties(db.database, [{ documents: [passport(1)] }])
    const run = await runToEnd(db, flagEverybody)
    const unverifiedAt = await column('unverified_at', asked)

    expect(await takeBack({ runId: run.id })).toEqual({
      kind: 'done',
      persons: 2,
      parties: 1,
      inReview: 0,
      confirmedDead: [],
    })
    expect(await dmsState(db.database, 'person', asked)).toMatchObject({ ...TAKEN_BACK, unverified: true })
    expect(await dmsState(db.database, 'person', other)).toMatchObject(TAKEN_BACK)
    expect(await dmsState(db.database, 'party', party)).toMatchObject(TAKEN_BACK)
    expect(await column('unverified_at', asked)).toBe(unverifiedAt)
    const events = await db.database.query({
      text: `select entity_id, entity_type from event_manager.events
              where changed_by = $1 and properties = '{"verification_status": {"new_value": "VERIFICATION_NEEDED"}}'`,
      values: [OPERATOR],
    })
    expect(events).toHaveLength(3)
    const history = await db.database.query({
      text: `select subject_id, status, reason, run_id from zvirka.verification_history
              where step = 'recheck' and changed_by = $1 order by id`,
      values: [OPERATOR],
    })
    expect(history).toHaveLength(3)
    expect(history).toContainEqual({
      subject_id: party,
      status: 'VERIFICATION_NEEDED',
      reason: 'ONLINE_TRIGGERED',
      run_id: run.id,
    })
  })

  test('also reverts favourable answers, and keeps what the pre-check settled', async () => {
    const [good = '', none = '', wrong = ''] = await addPersons(db.database, [
      { documents: [nationalId(1)] },
      { documents: [] },
      { documents: [{ type: 'PASSPORT', number: 'x' }] },
    ])
    const run = await runToEnd(db, flagNobody)
    expect(await takeBack({ runId: run.id })).toMatchObject({ persons: 1 })
    expect(await dmsState(db.database, 'person', good)).toMatchObject(TAKEN_BACK)
    expect(await dmsState(db.database, 'person', none)).toMatchObject({ reason: 'AUTO_DATA_ABSENT' })
    expect(await dmsState(db.database, 'person', wrong)).toMatchObject({ reason: 'AUTO_INCORRECT_DATA' })
  })

  test('queues its subjects behind every other trigger, and the next run settles them', async () => {
    const [first = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    const wrong = await runToEnd(db, flagEverybody)
    await takeBack({ runId: wrong.id })
    expect(await column('triggered_at', first)).toBe('infinity')
    const [later = ''] = await addPersons(db.database, [{ documents: [nationalId(2)], reason: 'ONLINE_TRIGGERED' }])
    await db.database.query({
      text: `update wide.person_verifications set dms_passport_triggered_at = clock_timestamp() where person_id = $1`,
      values: [later],
    })
    const asked: string[] = []
    await runToEnd(db, {
      concurrency: 1,
      batchSize: 1,
      ask: async ({ pasNumber }) => {
        asked.push(pasNumber)
        return answer(0)
      },
    })
    expect(asked).toEqual(['000000002', '000000001'])
    expect(await dmsState(db.database, 'person', first)).toMatchObject({ status: 'VERIFIED', cumulative: 'VERIFIED' })
  })

  test('skips a stream that was written since', async () => {
    const ids = await addPersons(
      db.database,
      [1, 2, 3, 4].map((n) => ({ documents: [nationalId(n)] })),
    )
    const [edited = '', byHand = '', checkedAgain = '', untouched = ''] = ids
    const run = await runToEnd(db, flagEverybody)
    const set = (id: string, columns: string) =>
      db.database.query({
        text: `update wide.person_verifications set ${columns} where person_id = $1`,
        values: [id],
      })
    await set(
      edited,
      `dms_passport_verification_status = 'VERIFICATION_NEEDED', dms_passport_verification_reason = 'ONLINE_TRIGGERED',
       dms_passport_synced_at = null, dms_passport_triggered_at = clock_timestamp()`,
    )
    await set(byHand, `dms_passport_verification_status = 'VERIFIED', dms_passport_verification_reason = 'MANUAL'`)
    await set(checkedAgain, `dms_passport_synced_at = clock_timestamp()`)
    expect(await takeBack({ runId: run.id })).toEqual({
      kind: 'done',
      persons: 1,
      parties: 0,
      inReview: 0,
      confirmedDead: [],
    })
    expect(await dmsState(db.database, 'person', byHand)).toMatchObject({ status: 'VERIFIED', reason: 'MANUAL' })
    expect(await dmsState(db.database, 'person', checkedAgain)).toMatchObject({ status: 'NOT_VERIFIED' })
    expect(await column('triggered_at', edited)).not.toBe('infinity')
    expect(await dmsState(db.database, 'person', untouched)).toMatchObject(TAKEN_BACK)
  })

  test('skips and counts a subject that another run has claimed', async () => {
    const [id = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    const run = await runToEnd(db, flagNobody)
    await db.database.query({
      text: `with held as (
               update wide.person_verifications
                  set dms_passport_verification_status = 'IN_REVIEW', dms_passport_verification_reason = 'AUTO'
                where person_id = $1)
             insert into wide.claims (subject_id, subject_kind, stream, token, worker_id, run_id, status_before, reason_before)
             values ($1, 'person', 'dms_passport', $1, $1, $1, 'VERIFIED', 'AUTO_VALID')`,
      values: [id],
    })
    expect(await takeBack({ runId: run.id })).toMatchObject({ persons: 0, inReview: 1, confirmedDead: [] })
    expect(await dmsState(db.database, 'person', id)).toMatchObject({ status: 'IN_REVIEW' })
  })

  test('waits for a concurrent edit of the same person, and keeps its result', async () => {
    const [edited = '', other = ''] = await addPersons(db.database, [
      { documents: [nationalId(1)] },
      { documents: [nationalId(2)] },
    ])
    const run = await runToEnd(db, flagEverybody)
    const editor = db.open({ max: 1 })
    const [taking] = await editor.transaction(async (tx) => {
      await tx.query({
        text: `update wide.person_verifications
                  set dms_passport_verification_status = 'VERIFICATION_NOT_NEEDED', dms_passport_synced_at = null,
                      dms_passport_verification_reason = 'AUTO_DATA_ABSENT' where person_id = $1`,
        values: [edited],
      })
      // In an array, because a returned promise would be awaited before the commit.
      const started = [takeBack({ runId: run.id })]
      await untilSomebodyWaits(db.database)
      return started
    })
    expect(await taking).toMatchObject({ persons: 1 })
    expect(await dmsState(db.database, 'person', edited)).toMatchObject({ status: 'VERIFICATION_NOT_NEEDED' })
    expect(await dmsState(db.database, 'person', other)).toMatchObject(TAKEN_BACK)
  })

  test('can be repeated: the second time finds and writes nothing', async () => {
    await addPersons(db.database, [{ documents: [nationalId(1)] }])
    const run = await runToEnd(db, flagEverybody)
    await takeBack({ runId: run.id })
    const before = await db.database.query({ text: 'select * from wide.person_verifications' })
    expect(await takeBack({ runId: run.id })).toMatchObject({ persons: 0, parties: 0 })
    expect(await db.database.query({ text: 'select * from wide.person_verifications' })).toEqual(before)
    const rechecks = await db.database.query({
      text: 'select persons, parties, ended_at is not null as ended from zvirka.rechecks order by started_at',
    })
    expect(rechecks).toEqual([
      { persons: 1, parties: 0, ended: true },
      { persons: 0, parties: 0, ended: true },
    ])
  })

  test('works in many batches, can be interrupted between two, and continues when repeated', async () => {
    await addPersons(
      db.database,
      Array.from({ length: 1200 }, (_, n) => ({ documents: [nationalId(n)] })),
    )
    const run = await runToEnd(db, flagEverybody)
    const stop = new AbortController()
    const seen: number[] = []
    const first = await takeBack(
      { runId: run.id },
      {
        reason: 'the registry was wrong',
        signal: stop.signal,
        onProgress: ({ done, total }) => {
          seen.push(done)
          expect(total).toBe(1200)
          stop.abort()
        },
      },
    )
    expect(first).toEqual({ kind: 'interrupted', persons: 500, parties: 0, inReview: 0, confirmedDead: [] })
    expect(seen).toEqual([500])
    const [record] = await db.database.query({
      text: 'select reason, persons, ended_at, requested_by from zvirka.rechecks',
    })
    expect(record).toEqual({
      reason: 'the registry was wrong',
      persons: 500,
      ended_at: null,
      requested_by: OPERATOR,
    })
    expect(await takeBack({ runId: run.id })).toMatchObject({ kind: 'done', persons: 700 })
  })

  test('in a dry run counts the same and changes nothing', async () => {
    await addPersons(db.database, [{ documents: [passport(1)] }, { documents: [nationalId(2)] }])
    await addParties(db.database, [{ documents: [passport(1)] }])
    const run = await runToEnd(db, flagEverybody)
    const state = () =>
      Promise.all(
        [
          'wide.person_verifications',
          'wide.party_verifications',
          'zvirka.verification_history',
          'event_manager.events',
          'zvirka.rechecks',
        ].map((table) => db.database.query({ text: `select * from ${table} order by id` })),
      )
    const before = await state()
    const dry = await takeBack({ runId: run.id }, { isDryRun: true })
    expect(dry).toEqual({ kind: 'done', persons: 2, parties: 1, inReview: 0, confirmedDead: [] })
    expect(await state()).toEqual(before)
    expect(await takeBack({ runId: run.id })).toEqual(dry)
  })

  test('keeps what other runs wrote', async () => {
    const [first = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    await runToEnd(db, flagEverybody)
    await addPersons(db.database, [{ documents: [nationalId(2)] }])
    const second = await runToEnd(db, flagEverybody)
    expect(await takeBack({ runId: second.id })).toMatchObject({ persons: 1 })
    expect(await dmsState(db.database, 'person', first)).toMatchObject({ status: 'NOT_VERIFIED' })
  })

  test('keeps a manually blocked person blocked', async () => {
    const [id = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    const run = await runToEnd(db, flagEverybody)
    await db.database.query({
      text: `update mpi.persons set verification_status = 'NOT_VERIFIED' where id = $1`,
      values: [id],
    })
    await takeBack({ runId: run.id })
    expect(await dmsState(db.database, 'person', id)).toMatchObject({ ...TAKEN_BACK, cumulative: 'NOT_VERIFIED' })
  })

  test('is refused for an unknown run, or one of another process', async () => {
    expect(await takeBack({ runId: USER })).toEqual({ kind: 'no_such_run' })
    const { id } = await startRun(db, { process: 'unzr/person' })
    expect(await takeBack({ runId: id })).toEqual({ kind: 'other_process', process: 'unzr/person' })
  })
})

describe('recheck since a time', () => {
  test('reverts what every run of the process wrote from then on', async () => {
    const [first = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    await runToEnd(db, flagEverybody)
    const [row] = await db.database.query<{ now: Date }>({ text: 'select clock_timestamp() as now' })
    const since = row?.now ?? new Date()
    await addPersons(db.database, [{ documents: [nationalId(2)] }, { documents: [passport(3)] }])
    await addParties(db.database, [{ documents: [passport(3)] }])
    await runToEnd(db, flagEverybody)
    expect(await takeBack({ since })).toEqual({ kind: 'done', persons: 2, parties: 1, inReview: 0, confirmedDead: [] })
    expect(await dmsState(db.database, 'person', first)).toMatchObject({ status: 'NOT_VERIFIED' })
    expect(await takeBack({ since: new Date(0) })).toMatchObject({ persons: 1, parties: 0 })
  })

  test('keeps what the process of the other kind wrote for the same people', async () => {
    const [person = ''] = await addPersons(db.database, [{ documents: [passport(1)] }])
    // As dms_passport/party writes: step 4.2 of its answer reaches a person.
    await db.database.query({
      text: `with written as (
               update wide.person_verifications
                  set dms_passport_verification_status = 'NOT_VERIFIED', dms_passport_verification_reason = 'AUTO_NOT_VALID',
                      dms_passport_data_status = 1, dms_passport_synced_at = statement_timestamp()
                where person_id = $1)
             insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, changed_by)
             values ($1, 'person', 'dms_passport', 'NOT_VERIFIED', 'AUTO_NOT_VALID', '4.2', $1)`,
      values: [person],
    })
    expect(await takeBack({ since: new Date(0) })).toMatchObject({ persons: 0 })
    expect(await dmsState(db.database, 'person', person)).toMatchObject({ status: 'NOT_VERIFIED' })
  })
})
