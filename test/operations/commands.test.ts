// Rules: spec 7.1.6
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { findRun, type RunRow } from '../../src/synchronization/plans/runs.ts'
import { PROCESSES } from '../../src/synchronization/process.ts'
import { type Ended, zvirka } from '../cli/zvirka.ts'
import { createEmptyDatabase, createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { answer, makeWorker, runToEnd, startRun } from '../synchronization/cluster.ts'
import { addPersons, dmsState, nationalId, passport } from '../synchronization/people.ts'
import { emptyTables } from './tables.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db))

const NOBODY = '0b5c2c0e-9f0a-4a57-8a3e-0c6a0f6f2f11'

function call(...args: string[]): Promise<Ended> {
  return zvirka(args, { DATABASE_URL: db.url, ZVIRKA_LEASE_SECONDS: '3', ZVIRKA_STOP_SECONDS: '1' })
}

async function stateOf(runId: string): Promise<string | undefined> {
  return (await db.database.query<RunRow>(findRun(runId)))[0]?.state
}

/** A claim on this person by a worker of a run that has just died. */
async function leaveClaim(personId: string, runId: string): Promise<void> {
  const worker = randomUUID()
  await db.database.query({
    text: `insert into zvirka.workers (id, kind, host, pid, version, lease_until, breakers)
           values ($1, 'worker', 'host-1', 42, '1', clock_timestamp() + interval '1 second',
                   '{"CheckPassportDMSStatus": {"open": true, "since": "2026-03-01T10:00:00Z"}}')`,
    values: [worker],
  })
  await db.database.query({
    text: 'insert into zvirka.run_workers (run_id, worker_id, batches, claimed) values ($1, $2, 1, 1)',
    values: [runId, worker],
  })
  await db.database.query({
    text: `with held as (
             update wide.person_verifications
                set dms_passport_verification_status = 'IN_REVIEW', dms_passport_verification_reason = 'AUTO'
              where person_id = $1)
           insert into wide.claims (subject_id, subject_kind, stream, token, worker_id, run_id, status_before, reason_before)
           values ($1, 'person', 'dms_passport', $1, $2, $3, 'VERIFICATION_NEEDED', 'INITIAL')`,
    values: [personId, worker, runId],
  })
}

describe('zvirka status', () => {
  test('of an empty system is all zeros, and says how to start a worker', async () => {
    const { code, out, err } = await call('status')
    expect([code, err]).toEqual([0, ''])
    expect(out).toMatch(/^STREAM +SUBJECT +DUE +WAITING +IN REVIEW/)
    expect(out).toMatch(/^dms-passport +person +0 +0 +0 +0 +0 +0 +0 +now$/m)
    expect(out).toContain('Runs in progress\n  none\n')
    expect(out).toContain('Workers\n  none; to start one: zvirka worker\n')
    expect(out).toMatch(
      /^not asked here, since TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE is not set: drfo person, drfo party$/m,
    )
  })

  test('shows counts, the active run with its progress, and its worker with open breakers', async () => {
    const [first = ''] = await addPersons(db.database, [
      { documents: [nationalId(1)] },
      { documents: [nationalId(2)] },
      { documents: [], status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' },
    ])
    const run = await startRun(db)
    await db.database.query({ text: 'update zvirka.runs set due_at_start = 2 where id = $1', values: [run.id] })
    await leaveClaim(first, run.id)
    const { code, out } = await call('status')
    expect(code).toBe(0)
    expect(out).toMatch(/^dms-passport +person +1 +0 +1 +1 +0 +0 +1 +now$/m)
    expect(out).toContain(`  ${run.id}  dms_passport/person  running\n    0 of 2 (0 %), 0/s; started `)
    expect(out).toMatch(/worker +host-1 +42 +\d s ago.* +dms_passport\/person, holds 1 +CheckPassportDMSStatus \d+ d/)

    const json = JSON.parse((await call('status', '--json')).out)
    expect(json.processes).toHaveLength(PROCESSES.size)
    expect(
      json.processes.filter(
        ({ stream, subject }: { stream: string; subject: string }) => stream === 'dms_passport' && subject === 'person',
      ),
    ).toEqual([
      {
        stream: 'dms_passport',
        subject: 'person',
        due: 1,
        waiting: 0,
        by_status: { VERIFICATION_NEEDED: 1, IN_REVIEW: 1, VERIFIED: 0, NOT_VERIFIED: 0, VERIFICATION_NOT_NEEDED: 1 },
        counted_at: expect.any(String),
        fresh: true,
        served: true,
      },
    ])
    const unserved = json.processes.filter(({ served }: { served: boolean }) => !served)
    expect(unserved.map(({ stream }: { stream: string }) => stream)).toEqual([
      'drfo',
      'dracs_death',
      'drfo',
      'dracs_death',
    ])
    expect(json.runs).toMatchObject([{ id: run.id, state: 'running', claimed: 1, due_at_start: 2, remaining: 2 }])
    expect(json.workers).toMatchObject([
      {
        ...{ kind: 'worker', host: 'host-1', pid: 42, claims: 1, lease_age: expect.any(Number) },
        runs: [{ id: run.id, process: 'dms_passport/person', state: 'running' }],
        open_breakers: [{ service: 'CheckPassportDMSStatus', since: '2026-03-01T10:00:00.000Z' }],
      },
    ])
  })

  test('needs a migrated database, and says what to do', async () => {
    const empty = await createEmptyDatabase()
    const { code, out, err } = await zvirka(['status'], { DATABASE_URL: empty.url })
    await empty.drop()
    expect([code, out]).toEqual([1, ''])
    expect(err).toContain('hint: run zvirka migrate')
  })
})

describe('zvirka run', () => {
  test('list shows the newest runs, or that there are none', async () => {
    expect((await call('run', 'list')).out).toBe('there are no runs yet\n')
    await addPersons(db.database, [{ documents: [passport(1)] }])
    const first = await runToEnd(db, { ask: async () => answer(1) })
    const second = await startRun(db)
    const { out } = await call('run', 'list')
    expect(out.split('\n')).toMatchObject([
      expect.stringMatching(/^RUN +PROCESS +STARTED +BY +TOOK +DONE +VERIFIED +NOT VERIFIED +ERRORS +STATE$/),
      expect.stringMatching(new RegExp(`^${second.id}  dms_passport/person .* running$`)),
      expect.stringMatching(new RegExp(`^${first.id}  dms_passport/person .* +1 +0 +1 +0 +finished$`)),
      '',
    ])
    const json = JSON.parse((await call('run', 'list', '--limit', '1', '--json')).out)
    expect(json).toMatchObject([{ id: second.id, state: 'running' }])
  })

  test('show prints all details of a run, the same in JSON', async () => {
    await addPersons(db.database, [{ documents: [passport(1)] }, { documents: [passport(1)] }])
    const { id } = await runToEnd(db, { ask: async () => answer(1) })
    const { out } = await call('run', 'show', id)
    expect(out).toContain(`run ${id}\n  process      dms_passport/person\n  state        finished\n`)
    expect(out).toMatch(/outcomes +not verified [12]\n/)
    expect(out).toMatch(/worker +test +\d+ +no +1 +/)
    const json = JSON.parse((await call('run', 'show', id, '--json')).out)
    expect(json).toMatchObject({ id, state: 'finished', cause: 'command', remaining: 0, workers: [{ host: 'test' }] })
    expect(json.not_verified + json.propagated).toBeGreaterThanOrEqual(2)
  })

  test('pause and resume need a reason, and are refused in another state', async () => {
    const { id } = await startRun(db)
    expect(await call('run', 'pause', id, '--reason', 'guard: the registry is being repaired')).toEqual({
      code: 0,
      out: `run ${id} is paused; to resume it: zvirka run resume ${id}\n`,
      err: '',
    })
    const { out } = await call('run', 'show', id)
    expect(out).toContain('paused (user: guard: the registry is being repaired)')
    const time = String.raw`\d{4}-\d\d-\d\d \d\d:\d\d:\d\d`
    expect(out).toMatch(new RegExp(`\n${time}  running\n${time}  paused   guard: the registry is being repaired\n`))
    expect(await call('run', 'pause', id)).toEqual({
      code: 1,
      out: '',
      err: `zvirka: run ${id} cannot be paused: it is paused already\n`,
    })
    expect(await call('run', 'resume', id)).toMatchObject({ code: 0, out: `run ${id} is resumed\n` })
    expect(await stateOf(id)).toBe('running')
    expect(await call('run', 'resume', id)).toMatchObject({
      code: 1,
      err: `zvirka: run ${id} cannot be resumed: it is running\n`,
    })
  })

  test('stop waits until a live worker ends the run', async () => {
    await addPersons(
      db.database,
      Array.from({ length: 50 }, (_, n) => ({ documents: [nationalId(n)] })),
    )
    const worker = makeWorker(db, {
      ask: async (_, { signal }) => {
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }))
        return { kind: 'aborted' }
      },
    })
    await worker.start()
    const { id } = await startRun(db)
    await until('claims', async () => (await db.database.query({ text: 'select 1 from zvirka.claims' })).length > 0)
    const { code, out } = await call('run', 'stop', id, '--reason', 'enough for today')
    await worker.stop()
    expect(code).toBe(0)
    expect(out).toContain('stopped (user: enough for today)')
    expect(await stateOf(id)).toBe('stopped')
    expect(await db.database.query({ text: 'select 1 from zvirka.claims' })).toEqual([])
  })

  test('stop releases a dead worker’s claims itself if no worker is left', async () => {
    const [person = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    const { id } = await startRun(db)
    await leaveClaim(person, id)
    const { code, out } = await call('run', 'stop', id, '--json')
    expect(code).toBe(0)
    expect(JSON.parse(out)).toMatchObject({ id, state: 'stopped', claimed: 0, given_back: 1 })
    expect(await dmsState(db.database, 'person', person)).toMatchObject({ status: 'VERIFICATION_NEEDED' })
    expect(await call('run', 'stop', id)).toMatchObject({
      code: 1,
      err: `zvirka: run ${id} cannot be stopped: it is stopped already\n`,
    })
  })

  test('stop that times out says so and fails, and the run is still being stopped', async () => {
    const [person = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    const { id } = await startRun(db)
    await leaveClaim(person, id)
    await db.database.query({ text: `update zvirka.workers set lease_until = clock_timestamp() + interval '1 hour'` })
    const { code, err } = await zvirka(['run', 'stop', id], {
      DATABASE_URL: db.url,
      ZVIRKA_LEASE_SECONDS: '3',
      ZVIRKA_STOP_SECONDS: '0',
    })
    expect([code, await stateOf(id)]).toEqual([1, 'stopping'])
    expect(err).toContain('is stopping but has not ended yet\nhint: zvirka run show')
  })

  test.each(['show', 'pause', 'resume', 'stop'])('%s of a run that does not exist fails with a hint', async (name) => {
    expect(await call('run', name, NOBODY)).toEqual({
      code: 1,
      out: '',
      err: `zvirka: there is no run ${NOBODY}\nhint: zvirka run list shows the runs\n`,
    })
  })
})

describe('zvirka recheck', () => {
  test('counts with --dry-run, reverts without it, and reports in words or JSON', async () => {
    const [id = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    const run = await runToEnd(db, { ask: async () => answer(1) })
    const dry = await call('recheck', 'dms-passport', 'person', '--run', run.id, '--dry-run')
    expect(dry.code).toBe(0)
    expect(dry.out).toBe(`dms-passport person, answers of run ${run.id}: 1 persons and 0 parties would be reverted\n`)
    expect(await dmsState(db.database, 'person', id)).toMatchObject({ status: 'NOT_VERIFIED' })
    const done = await call('recheck', 'dms-passport', 'person', '--since', '2026-01-01', '--json', '--quiet')
    expect(done).toEqual({
      code: 0,
      out: `${JSON.stringify({ process: 'dms_passport/person', state: 'done', dry_run: false, persons: 1, parties: 0, in_review: 0 })}\n`,
      err: '',
    })
    expect(await dmsState(db.database, 'person', id)).toMatchObject({ status: 'VERIFICATION_NEEDED' })
  })

  test('fails for a run that does not exist', async () => {
    expect(await call('recheck', 'dms-passport', 'person', '--run', NOBODY)).toMatchObject({
      code: 1,
      err: `zvirka: there is no run ${NOBODY}\nhint: zvirka run list shows the runs\n`,
    })
  })
})

describe('zvirka explain', () => {
  test('explains a person in words and in JSON', async () => {
    const [id = ''] = await addPersons(db.database, [{ documents: [nationalId(1)] }])
    const run = await runToEnd(db, { ask: async () => answer(1) })
    const { code, out } = await call('explain', 'person', id)
    expect(code).toBe(0)
    expect(out).toContain(`person ${id}: CHANGES_NEEDED\n  dms_passport is NOT_VERIFIED.\n`)
    expect(out).toContain(`  rule     specification 2.5.2\n`)
    const json = JSON.parse((await call('explain', 'person', id.toUpperCase(), '--json')).out)
    expect(json).toMatchObject({ subject: 'person', id, verification_status: 'CHANGES_NEEDED' })
    expect(json.streams).toHaveLength(6)
    expect(json.streams).toContainEqual({
      stream: 'dms_passport',
      status: 'NOT_VERIFIED',
      reason: 'AUTO_NOT_VALID',
      cause: {
        why: [
          { code: 'registry_answered', params: { answer: 1 }, text: 'The registry answered 1.' },
          { code: 'dms_passport_found', params: {}, text: expect.any(String) },
        ],
        rule: '2.5.2',
        at: expect.stringMatching(/Z$/),
        run: run.id,
        user: null,
        message_id: expect.any(String),
      },
      before: null,
      next: expect.arrayContaining([{ code: 'answers_about_document', params: {}, text: expect.any(String) }]),
    })
  })

  test('fails for an unknown person', async () => {
    expect(await call('explain', 'person', NOBODY)).toEqual({
      code: 1,
      out: '',
      err: `zvirka: there is no person ${NOBODY}\n`,
    })
  })
})

describe('usage errors of the operating commands', () => {
  test.each([
    [['run'], /Usage: zvirka run/],
    [['run', 'shw', NOBODY], /unknown command 'shw'/],
    [['run', 'show'], /missing required argument 'id'/],
    [['run', 'show', '12'], /It must be an id such as/],
    [['run', 'list', '--limit', '0'], /It must be a whole number, from 1 to 1,?000/],
    [['recheck', 'dms-passport', 'person'], /give either --run or --since/],
    [['recheck', 'dms-passport', 'person', '--run', NOBODY, '--since', '2026-01-01'], /give either --run or --since/],
    [['recheck', 'dms-passport', 'person', '--since', 'yesterday'], /It must be a time such as/],
    [['recheck', 'dms-passport', 'person', '--since', '2999-01-01'], /It must not be in the future/],
    [
      ['recheck', 'nhs', 'person', '--run', NOBODY],
      /there is no process nhs person\nhint: there is: unzr person, mvs-passport person, dms-passport person, drfo person, dracs-death person, mvs-passport party/,
    ],
    [['explain', 'employee', NOBODY], /unknown command 'employee'/],
    [['explain', 'person', 'x'], /It must be an id such as/],
    [['status', '--jsn'], /unknown option '--jsn'/],
  ])('%j exits with 2', async (args, words) => {
    const { code, out, err } = await call(...args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(words)
  })
})
