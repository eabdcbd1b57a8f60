import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { type ProcessGauges, readGauges } from '../../src/synchronization/gauges.ts'
import { queueAges } from '../../src/synchronization/plans/gauges.ts'
import { register } from '../../src/synchronization/plans/workers.ts'
import { getProcess, PROCESSES } from '../../src/synchronization/process.ts'
import { WORKER_SESSION } from '../../src/synchronization/session.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startRun } from '../synchronization/cluster.ts'
import { addPersons, nationalId } from '../synchronization/people.ts'
import { emptyTables } from '../synchronization/reset.ts'

const DAYS = 270

let db: TestDatabase
let session: Database
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
  session = db.open({ max: 2, session: WORKER_SESSION })
})
beforeEach(() => emptyTables(db))
afterAll(() => db.drop())

async function look(process = getProcess('dms_passport/person').key): Promise<ProcessGauges> {
  const gauged = [...PROCESSES.values()].map((each) => ({ process: each, validationPeriodDays: DAYS }))
  const { processes } = await readGauges(session, gauged)
  const found = processes.find((each) => each.process.key === process)
  if (found === undefined) throw new Error(`no gauges of ${process}`)
  return found
}

const change = (text: string, ...values: unknown[]) => db.database.query({ text, values })

async function addPerson(reason: 'INITIAL' | 'ONLINE_TRIGGERED', syncedAt: string | null = null): Promise<string> {
  const [id = ''] = await addPersons(db.database, [{ documents: [nationalId(1)], reason, synced_at: syncedAt }])
  return id
}

test('an empty database has gauges for every process, and nobody waits', async () => {
  for (const { key } of PROCESSES.values()) {
    expect(await look(key)).toMatchObject({
      ...{ held: 0, oldestClaimSeconds: 0, queueAgeSeconds: { triggered: 0, due: 0 } },
      ...{ run: undefined, lastTick: undefined },
    })
  }
})

test('the age of the triggered queue is that of its head’s trigger; triggers without a time do not count', async () => {
  for (const minutes of [3, 10, null]) {
    const id = await addPerson('ONLINE_TRIGGERED')
    await change(
      `update wide.person_verifications set dms_passport_triggered_at = now() - $2 * interval '1 minute' where person_id = $1`,
      ...[id, minutes],
    )
  }
  const { queueAgeSeconds } = await look()
  expect(queueAgeSeconds.triggered).toBeGreaterThan(599)
  expect(queueAgeSeconds.triggered).toBeLessThan(630)
  expect(queueAgeSeconds.due).toBe(0)
})

test('the age of the due queue is that of its head: since the end of its period, or since it was inserted', async () => {
  await addPerson('INITIAL', new Date(Date.now() - (DAYS + 2) * 86_400_000).toISOString())
  await addPerson('INITIAL', new Date(Date.now() - 5 * 86_400_000).toISOString())
  expect((await look()).queueAgeSeconds.due).toBeCloseTo(2 * 86_400, -3)
  const id = await addPerson('INITIAL')
  await change(
    `update wide.person_verifications set subject_inserted_at = now() - interval '4 days' where person_id = $1`,
    ...[id],
  )
  expect((await look()).queueAgeSeconds.due).toBeCloseTo(4 * 86_400, -3)
})

test('waiting and inactive subjects are in no queue', async () => {
  const id = await addPerson('INITIAL')
  await change(
    `update wide.person_verifications set dms_passport_waits_until = now() + interval '1 hour' where person_id = $1`,
    ...[id],
  )
  expect((await look()).queueAgeSeconds.due).toBe(0)
})

test('the heads are found by their indexes, without a table scan even with a million rows', async () => {
  for (const process of PROCESSES.values()) {
    const { text, values = [] } = queueAges(process, DAYS)
    const plan = await session.query<{ 'QUERY PLAN': string }>({
      text: `explain ${text.replaceAll('$1', String(values[0]))}`,
    })
    const lines = plan.map((row) => row['QUERY PLAN'])
    expect(lines.filter((line) => /Index (Only )?Scan/.test(line))).toHaveLength(3)
    expect(lines.filter((line) => /Seq Scan on (?!claim_batches)|Sort|Bitmap/.test(line))).toEqual([])
  }
})

test('claims, the run, its guard and the workers are reported', async () => {
  const worker = randomUUID()
  await db.database.query(register(worker, { kind: 'worker', host: 'h', pid: 1, version: '9.9.9' }, 60))
  const lost = randomUUID()
  await db.database.query(register(lost, { kind: 'worker', host: 'h', pid: 2, version: '9.9.9' }, 60))
  await change(`update zvirka.workers set lease_until = now() - interval '1 second' where id = $1`, lost)
  await db.database.query(register(randomUUID(), { kind: 'sync', host: 'h', pid: 3, version: '9.9.9' }, 60))
  const run = await startRun(db)
  await change(
    `insert into wide.claims (subject_id, subject_kind, stream, token, worker_id, run_id, status_before, reason_before, claimed_at)
     values ($1, 'person', 'dms_passport', $1, $2, $3, 'VERIFICATION_NEEDED', 'INITIAL', now() - interval '1 minute')`,
    ...[await addPerson('INITIAL'), worker, run.id],
  )
  await change(
    `insert into zvirka.run_workers (run_id, worker_id, claimed, verified, technical_errors) values ($1, $2, 7, 4, 2)`,
    ...[run.id, worker],
  )
  await change(
    `update zvirka.runs set state = 'paused', held_by = 'guard', finding = '{"code": "guard_errors"}', due_at_start = 9`,
  )
  const gauges = await look()
  expect(gauges).toMatchObject({
    held: 1,
    run: { state: 'paused', isHeldByGuard: true, dueAtStart: 9, done: 6, technicalErrors: 2 },
  })
  expect(gauges.oldestClaimSeconds).toBeCloseTo(60, -1)
  await change(
    `update zvirka.runs set held_by = 'user', finding = null, state_reason = 'guard: the registry is being moved'`,
  )
  expect((await look()).run?.isHeldByGuard).toBe(false)
  const { workers } = await readGauges(session, [])
  expect(workers).toEqual([{ version: '9.9.9', alive: 1, lost: 1 }])
})

test('of several ticks the last is reported', async () => {
  await change(
    `insert into zvirka.ticks (process, time, outcome) values ($1, '2026-01-02', 'started'), ($1, '2026-01-03', 'skipped')`,
    getProcess('dms_passport/person').key,
  )
  expect((await look()).lastTick).toEqual({ time: new Date('2026-01-03T00:00:00Z'), outcome: 'skipped' })
})
