// Rules: spec 2.1.7
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RegistryAnswer } from '../../src/synchronization/ask.ts'
import { findRun, type RunRow } from '../../src/synchronization/plans/runs.ts'
import { pauseRun, resumeRun, stopRun } from '../../src/synchronization/runs.ts'
import type { Worker } from '../../src/synchronization/worker.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import {
  answer,
  countsOf,
  makeWorker,
  type PassportAsk,
  startRun,
  type TestWorkerOptions,
  untilOver,
} from './cluster.ts'
import { addPersons, nationalId, USER } from './people.ts'
import { emptyTables } from './reset.ts'

let db: TestDatabase
let workers: Worker[] = []
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(async () => {
  await emptyTables(db)
  return async () => {
    const started = workers.splice(0)
    await Promise.all(started.map((worker) => worker.stop()))
  }
})

const BY = { userId: USER, reason: 'to see' }
const CONCURRENCY = 4

interface Call {
  readonly number: string
  readonly signal: AbortSignal
  readonly hold: AbortSignal
  readonly resolve: (answer: RegistryAnswer) => void
}

/** A registry whose calls stay open until a test or their signal ends them. */
class OpenCalls {
  readonly calls: Call[] = []
  /** From now on, answer at once. */
  isQuick = false

  ask: PassportAsk = ({ pasNumber: number }, { signal, hold }) => {
    const { promise, resolve } = Promise.withResolvers<RegistryAnswer>()
    this.calls.push({ number, signal, hold, resolve })
    signal.addEventListener('abort', () => resolve({ kind: 'aborted' }))
    if (this.isQuick) resolve(answer(0))
    return promise
  }
}

async function start(options: TestWorkerOptions): Promise<Worker> {
  const worker = makeWorker(db, { concurrency: CONCURRENCY, ...options })
  await worker.start()
  workers.push(worker)
  return worker
}

function addMany(count: number): Promise<string[]> {
  return addPersons(
    db.database,
    Array.from({ length: count }, (_, n) => ({ documents: [nationalId(n)] })),
  )
}

async function claims(): Promise<number> {
  return (await db.database.query({ text: 'select from zvirka.claims' })).length
}

async function stateOf(run: RunRow): Promise<RunRow | undefined> {
  return (await db.database.query<RunRow>(findRun(run.id)))[0]
}

/** A run with some open calls and many more claims. */
async function begin(
  options: Partial<TestWorkerOptions> = {},
): Promise<{ run: RunRow; registry: OpenCalls; worker: Worker }> {
  const registry = new OpenCalls()
  await addMany(50)
  const worker = await start({ ask: registry.ask, ...options })
  const run = await startRun(db)
  await until('calls', async () => registry.calls.length === CONCURRENCY && (await claims()) === 50)
  return { run, registry, worker }
}

describe('a pause', () => {
  test('releases unasked subjects within 2 s; calls in progress end, and their results are written', async () => {
    const { run, registry } = await begin({ stopSeconds: 30 })
    expect(await pauseRun(db.database, run.id, BY)).toMatchObject({
      kind: 'done',
      run: { state: 'paused', held_by: 'user', finding: null, state_reason: 'to see' },
    })
    await until('claims without a call to be released', async () => (await claims()) === CONCURRENCY, 4)
    for (const { resolve } of registry.calls) resolve(answer(0))
    await until('what was answered to be written', async () => (await claims()) === 0)
    expect(registry.calls).toHaveLength(CONCURRENCY)
    expect(await countsOf(db, run.id)).toMatchObject({ claimed: 50, given_back: 46, verified: 4 })
    expect((await stateOf(run))?.state).toBe('paused')
  })

  test('cancels calls that were not sent yet, and lets the others continue', async () => {
    const { run, registry } = await begin({ stopSeconds: 30 })
    await pauseRun(db.database, run.id, BY)
    await until('the calls to be told', async () => registry.calls.every(({ hold }) => hold.aborted), 4)
    expect(registry.calls.some(({ signal }) => signal.aborted)).toBe(false)
    for (const { resolve } of registry.calls) resolve({ kind: 'aborted' })
    await until('all claims to be released', async () => (await claims()) === 0)
    expect(await countsOf(db, run.id)).toMatchObject({ claimed: 50, given_back: 50 })
  })

  test('cancels calls that do not end in time; they are released without a waiting time', async () => {
    const { run, registry } = await begin({ stopSeconds: 0.2 })
    await pauseRun(db.database, run.id, BY)
    await until('all claims to be released', async () => (await claims()) === 0)
    expect(registry.calls.every(({ signal }) => signal.aborted)).toBe(true)
    const rows = await db.database.query({
      text: `select from wide.person_verifications where dms_passport_failures > 0 or dms_passport_waits_until is not null
                or dms_passport_verification_status <> 'VERIFICATION_NEEDED'`,
    })
    expect(rows).toEqual([])
  })

  test('ends by resuming: the run continues, and everybody is asked about at most once more', async () => {
    const { run, registry } = await begin({ stopSeconds: 0.2 })
    await pauseRun(db.database, run.id, BY)
    await until('all claims to be released', async () => (await claims()) === 0)
    registry.isQuick = true
    expect((await resumeRun(db.database, run.id, BY)).kind).toBe('done')
    expect((await untilOver(db, run.id)).state).toBe('finished')
    expect(registry.calls).toHaveLength(CONCURRENCY + 50)
    expect(registry.calls.slice(CONCURRENCY).some(({ signal, hold }) => signal.aborted || hold.aborted)).toBe(false)
    expect(await countsOf(db, run.id)).toMatchObject({ claimed: 100, given_back: 50, verified: 50 })
  })
})

describe('a stop', () => {
  test('releases everything and ends the run as stopped, with who and why', async () => {
    const { run, registry } = await begin({ stopSeconds: 0.2 })
    expect((await stopRun(db.database, run.id, BY)).kind).toBe('done')
    expect(await untilOver(db, run.id)).toMatchObject({ state: 'stopped', state_reason: 'to see' })
    expect([registry.calls.length, await claims()]).toEqual([CONCURRENCY, 0])
  })

  test('ends a paused run, and one that no worker has joined', async () => {
    const { run } = await begin({ stopSeconds: 0.2 })
    await pauseRun(db.database, run.id, BY)
    await stopRun(db.database, run.id, BY)
    expect((await untilOver(db, run.id)).state).toBe('stopped')
    const unseen = await startRun(db)
    await stopRun(db.database, unseen.id, BY)
    expect((await untilOver(db, unseen.id)).state).toBe('stopped')
  })
})

describe('a control', () => {
  test('that does not fit the run’s state is refused, and changes nothing', async () => {
    const run = await startRun(db)
    expect(await resumeRun(db.database, run.id, BY)).toEqual({ kind: 'wrong_state', state: 'running' })
    await pauseRun(db.database, run.id, BY)
    expect(await pauseRun(db.database, run.id, BY)).toEqual({ kind: 'wrong_state', state: 'paused' })
    await stopRun(db.database, run.id, BY)
    expect(await stopRun(db.database, run.id, BY)).toEqual({ kind: 'wrong_state', state: 'stopping' })
    expect(await resumeRun(db.database, run.id, BY)).toEqual({ kind: 'wrong_state', state: 'stopping' })
    expect(await stopRun(db.database, crypto.randomUUID(), BY)).toEqual({ kind: 'no_such_run' })
  })
})

describe('outside the hours in which we may call', () => {
  test('a run waits, with nothing claimed, and continues by itself when they begin', async () => {
    const registry = new OpenCalls()
    registry.isQuick = true
    let mayCall = false
    await addMany(50)
    await start({ ask: registry.ask, mayCall: () => mayCall })
    const run = await startRun(db)
    await until('the run to be joined and counted', async () => (await stateOf(run))?.due_at_start === 50)
    expect([registry.calls.length, await claims(), (await stateOf(run))?.state]).toEqual([0, 0, 'running'])
    mayCall = true
    expect((await untilOver(db, run.id)).state).toBe('finished')
    expect(registry.calls).toHaveLength(50)
  })

  test('unasked subjects are released when they end', async () => {
    let mayCall = true
    const { run, registry } = await begin({ stopSeconds: 0.2, mayCall: () => mayCall })
    mayCall = false
    await until('all claims to be released', async () => (await claims()) === 0)
    expect([registry.calls.length, (await stateOf(run))?.state]).toEqual([CONCURRENCY, 'running'])
  })
})

describe('a worker that is stopped', () => {
  test('releases unasked subjects, lets calls in progress end in time, and leaves the run to others', async () => {
    const { run, registry, worker } = await begin({ stopSeconds: 30 })
    const stopping = worker.stop()
    workers = workers.filter((each) => each !== worker)
    await until('claims without a call to be released', async () => (await claims()) === CONCURRENCY)
    for (const { resolve } of registry.calls) resolve(answer(0))
    await stopping
    expect([await claims(), (await stateOf(run))?.state]).toEqual([0, 'running'])
    const living = await db.database.query({ text: 'select from zvirka.workers where ended_at is null' })
    expect(living).toEqual([])
    const other = new OpenCalls()
    other.isQuick = true
    await start({ ask: other.ask })
    expect((await untilOver(db, run.id)).state).toBe('finished')
    expect(other.calls).toHaveLength(46)
  })
})
