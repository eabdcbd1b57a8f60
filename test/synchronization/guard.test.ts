// Rules: spec 2.6.7
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { extend, Guard, judge, NO_OUTCOMES } from '../../src/synchronization/guard.ts'
import { findRun, holdRun, type NewRun, type RunRow } from '../../src/synchronization/plans/runs.ts'
import { startGuardWindow } from '../../src/synchronization/plans/tally.ts'
import { getProcess } from '../../src/synchronization/process.ts'
import { resumeRun, stopRun } from '../../src/synchronization/runs.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { answer, makeWorker, startRun, untilOver } from './cluster.ts'
import { addPersons, nationalId, USER } from './people.ts'
import { emptyTables, ownerOf } from './reset.ts'

const windowOf = (...outcomes: string[]) => extend(NO_OUTCOMES, outcomes.join(''))
const many = (letter: string, count: number) => letter.repeat(count)

describe('the finding', () => {
  test.each([
    ['no answers yet', windowOf(), 0.1, false],
    ['499 answers are all unfavourable', windowOf(many('u', 499)), 0.1, false],
    ['exactly the tolerated number of 500 are unfavourable', windowOf(many('u', 50), many('f', 450)), 0.1, false],
    ['one more of 500 is', windowOf(many('u', 51), many('f', 449)), 0.1, true],
    ['450 of 500 are, and 90 % are tolerated', windowOf(many('u', 450), many('f', 50)), 0.9, false],
    ['451 of 500 are, and 90 % are tolerated', windowOf(many('u', 451), many('f', 49)), 0.9, true],
    ['they were before the last 500', windowOf(many('u', 400), many('f', 500)), 0.1, false],
    ['errors come between the answers', windowOf(many('ue', 250), many('s', 200), many('u', 250)), 0.9, true],
    ['errors are no answers', windowOf(many('u', 499), many('e', 1000)), 0.1, false],
    ['4,999 subjects all ended in subject errors', windowOf(many('e', 4999)), 0.1, false],
    ['half of 5,000 subjects did', windowOf(many('ef', 2500)), 0.1, false],
    ['one more than half did', windowOf(many('ef', 2499), 'ee'), 0.1, true],
    ['5,000 ended in errors of the service', windowOf(many('s', 5000)), 0.1, false],
    ['their own errors were before the last 5,000', windowOf(many('e', 3000), many('f', 5000)), 0.1, false],
  ])('if %s', (_, window, share, isHeld) => {
    expect(judge(window, share) !== undefined).toBe(isHeld)
  })

  test('does not depend on the order in which outcomes arrive together', () => {
    const letters = 'ufes'.repeat(2000)
    const piecemeal = [...letters].reduce((window, letter) => extend(window, letter), NO_OUTCOMES)
    expect(piecemeal).toEqual(extend(NO_OUTCOMES, letters))
  })

  test('says what was observed, and what is tolerated', () => {
    expect(judge(windowOf(many('u', 500)), 0.125)).toEqual({
      ...{ code: 'guard_answers', params: { unfavourable: 500, answers: 500, percent: 12.5 } },
    })
    expect(judge(windowOf(many('e', 5000)), 0.1)).toEqual({
      ...{ code: 'guard_errors', params: { errors: 5000, subjects: 5000 } },
    })
  })
})

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db))

const PROCESS = getProcess('dms_passport/person').key

async function tally(outcomes: string, process: string = PROCESS): Promise<void> {
  await db.database.query({
    text: `insert into zvirka.answer_tallies (process, run_id, flush_id, outcomes) values ($1, gen_random_uuid(), gen_random_uuid(), $2)`,
    values: [process, outcomes],
  })
}

describe('the window', () => {
  test('spans runs and workers, and only its own process', async () => {
    const guard = new Guard(db.database, PROCESS, 0.9)
    await tally(many('u', 300))
    await tally(many('f', 500), 'mvs_passport/person')
    await tally(many('u', 199))
    expect(await guard.look()).toBeUndefined()
    await tally('u')
    expect(await guard.look()).toBeDefined()
    expect(await new Guard(db.database, PROCESS, 0.9).look()).toBeDefined()
  })

  test('restarts empty, also for a guard that has already seen earlier answers', async () => {
    const old = new Guard(db.database, PROCESS, 0.9)
    await tally(many('u', 500))
    expect(await old.look()).toBeDefined()
    await db.database.query(startGuardWindow(PROCESS))
    for (let n = 0; n < 5; n += 1) {
      expect(await old.look()).toBeUndefined()
      expect(await new Guard(db.database, PROCESS, 0.9).look()).toBeUndefined()
      await tally(many('u', n < 4 ? 100 : 99))
    }
    expect(await old.look()).toBeUndefined()
    await tally('u')
    expect(await old.look()).toBeDefined()
  })
})

describe('the tolerated share of a run', () => {
  async function pastRun(verified: number, notVerified: number, state = 'finished', daysAgo = 1): Promise<void> {
    await ownerOf(db).query({
      text: `with worker as (
               insert into zvirka.workers (id, kind, host, pid, version, lease_until, ended_at)
               values (gen_random_uuid(), 'worker', 'test', 1, 'test', now(), now()) returning id),
             run as (
               insert into zvirka.runs (process, state, cause, started_by, started_at, ended_at, due_before)
               values ($1, $2, 'command', $3, now() - $4 * interval '1 day', now(), now()) returning id)
             insert into zvirka.run_workers (run_id, worker_id, verified, not_verified) select run.id, worker.id, $5, $6 from run, worker`,
      values: [PROCESS, state, USER, daysAgo, verified, notVerified],
    })
  }
  const shareOfNewRun = async () => (await startRun(db, { isGuarded: true })).guard_share

  test.each([
    ['is 90 % where nothing is known', [], 0.9],
    ['is 90 % where fewer than 5,000 answers are known', [[4899, 100]], 0.9],
    ['is five times the usual share', [[4800, 200]], 0.2],
    [
      'is five times the usual share of all runs together',
      [
        [2900, 100],
        [1900, 100],
      ],
      0.2,
    ],
    ['is 10 % at least', [[4999, 1]], 0.1],
    ['is 90 % at most', [[3000, 2000]], 0.9],
  ])('%s', async (_, past, share) => {
    for (const [verified = 0, notVerified = 0] of past) await pastRun(verified, notVerified)
    expect(await shareOfNewRun()).toBeCloseTo(share, 10)
  })

  // Spec 8.6: a wrong list of codes must not mark a whole country before somebody has looked.
  test.each([
    ['strict where nothing is known', [], 0.3],
    ['strict where fewer than 5,000 answers are known', [[4899, 100]], 0.3],
    ['as of every process once 5,000 are known, by held runs too', [[2500, 2500]], 0.9],
  ])('of a process that is new to an installation is %s', async (_, past, share) => {
    for (const [verified = 0, notVerified = 0] of past) await pastRun(verified, notVerified, 'stopped')
    const { guard_share } = await startRun(db, { isGuarded: true, newGuardShare: 0.3 })
    expect(guard_share).toBeCloseTo(share, 10)
  })

  test('ignores runs that were not finished, and those older than 30 days', async () => {
    await pastRun(4000, 1000, 'stopped')
    await pastRun(4000, 1000, 'failed')
    await pastRun(4000, 1000, 'finished', 31)
    await pastRun(4950, 50)
    expect(await shareOfNewRun()).toBeCloseTo(0.1, 10)
  })
})

describe('a registry that flags everybody', () => {
  const PEOPLE = 2500

  async function addMany(): Promise<void> {
    await addPersons(
      db.database,
      Array.from({ length: PEOPLE }, (_, n) => ({ documents: [nationalId(n)] })),
    )
  }

  async function flagged(): Promise<number> {
    const [row] = await db.database.query<{ flagged: number }>({
      text: `select count(*) as flagged from wide.person_verifications where dms_passport_verification_status = 'NOT_VERIFIED'`,
    })
    return row?.flagged ?? 0
  }

  function untilState(run: RunRow, state: RunRow['state']): Promise<RunRow> {
    return until(`run to be ${state}`, async () => {
      const [now] = await db.database.query<RunRow>(findRun(run.id))
      return now?.state === state ? now : undefined
    })
  }

  async function withWorker(ask: () => 0 | 1, act: (workerId: string) => Promise<void>): Promise<void> {
    const worker = makeWorker(db, { ask: async () => answer(ask()) })
    await worker.start()
    try {
      await act(worker.workerId)
    } finally {
      await worker.stop()
    }
  }

  // Resumes run and window together, as every way to resume does.
  const resume = (run: RunRow) => db.database.transaction((tx) => resumeRun(tx, run.id, { userId: USER, reason: null }))

  const guarded = (run: Partial<NewRun> = {}) => startRun(db, { isGuarded: true, ...run })

  test('pauses the run, which says why; resumed, it continues until 500 more have answered', async () => {
    await addMany()
    let status: 0 | 1 = 1
    await withWorker(
      () => status,
      async () => {
        const run = await guarded()
        const paused = await untilState(run, 'paused')
        expect(paused).toMatchObject({
          ...{ held_by: 'guard', state_reason: null },
          finding: { code: 'guard_answers', params: { answers: 500, percent: 90 } },
        })
        await until(
          'the claims to be released',
          async () => (await db.database.query({ text: 'select from zvirka.claims' })).length === 0,
        )
        const first = await flagged()
        expect(first).toBeGreaterThanOrEqual(500)
        // 500, plus pending answers and calls.
        expect(first).toBeLessThan(1100)

        await resume(run)
        await untilState(run, 'paused')
        expect(await flagged()).toBeGreaterThanOrEqual(first + 500)

        status = 0
        await resume(run)
        expect((await untilOver(db, run.id)).state).toBe('finished')
      },
    )
  })

  test('does not pause for answers from before the run was resumed', async () => {
    const run = await guarded()
    await tally(many('u', 500))
    const found = await new Guard(db.database, run.process, 0.9).look()
    const hold = async () => {
      if (found === undefined) throw new Error('the guard found nothing')
      return db.database.query(holdRun({ ...{ runId: run.id, to: 'paused', userId: USER }, ...found }))
    }
    expect(await hold()).toHaveLength(1)
    await resume(run)
    expect(await hold()).toEqual([])
    await untilState(run, 'running')
  })

  test('stops the run of a command; the next run starts with an empty window', async () => {
    await addMany()
    let status: 0 | 1 = 1
    await withWorker(
      () => status,
      async (workerId) => {
        const run = await guarded({ startedByWorker: workerId })
        const over = await untilOver(db, run.id)
        expect(over).toMatchObject({ state: 'stopped', held_by: 'guard', finding: { code: 'guard_answers' } })
        const first = await flagged()
        expect(first).toBeLessThan(1100)
        status = 0
        // What was pending when the guard stopped the run was written later.
        await tally(many('u', 500))
        const next = await guarded()
        expect(await new Guard(db.database, PROCESS, 0.9).look()).toBeUndefined()
        expect((await untilOver(db, next.id)).state).toBe('finished')
        expect(await flagged()).toBe(first)
      },
    )
  })

  test('is detected immediately by a run that follows one stopped by a person', async () => {
    await addMany()
    await tally(many('u', 500))
    await stopRun(db.database, (await guarded()).id, { userId: USER, reason: 'a walk' })
    await ownerOf(db).query({ text: `update zvirka.runs set state = 'stopped', ended_at = now()` })
    await withWorker(
      () => 1,
      async () => {
        await untilState(await guarded(), 'paused')
        expect(await flagged()).toBeLessThan(600)
      },
    )
  })

  test('flags everybody if the guard is off', async () => {
    await addMany()
    await withWorker(
      () => 1,
      async () => {
        expect((await untilOver(db, (await startRun(db)).id)).state).toBe('finished')
        expect(await flagged()).toBe(PEOPLE)
      },
    )
  })
})
