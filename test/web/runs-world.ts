/** Runs after some days of work, as the engine leaves them: every state at once. */
import { randomUUID } from 'node:crypto'
import type { Executor } from '../../src/database/query.ts'
import type { RunFinding } from '../../src/messages/run-findings.ts'
import { USER } from '../synchronization/people.ts'

/** Ids of runs in the states that pages distinguish. */
export interface SeededRuns {
  readonly running: string
  readonly heldByGuard: string
  readonly finished: string
  readonly failed: string
}

const GUARD = { code: 'guard_answers', params: { unfavourable: 83, answers: 500, percent: 10 } } as const

/** Inserts two workers, a run in each state, ticks, and a month of history. */
export async function seedRuns(database: Executor): Promise<SeededRuns> {
  const [worker, gone] = [randomUUID(), randomUUID()]
  await addWorker(database, worker, 'worker-1.internal', true)
  await addWorker(database, gone, 'worker-2.internal', false)
  for (let day = 30; day > 0; day -= 1) {
    const verified = 900 + ((day * 37) % 200)
    const counts = {
      verified,
      not_verified: 20 + (day % 7),
      not_needed: 40,
      technical_errors: day === 12 ? 350 : day % 3,
    }
    for (const process of ['unzr/person', 'dms_passport/person'])
      await addRun(database, worker, { process, state: 'finished', daysAgo: day, counts })
  }
  const finished = await addRun(database, worker, {
    ...{ process: 'mvs_passport/person', state: 'finished', daysAgo: 0.2 },
    counts: { verified: 1200, not_verified: 31, not_needed: 44, incorrect: 3, technical_errors: 9, propagated: 2 },
    errors: [
      ['service', 'timeout', 7],
      ['subject', 'server.invalidrequest', 2],
    ],
  })
  const failed = await addRun(database, gone, {
    ...{
      process: 'dms_passport/party',
      state: 'failed',
      daysAgo: 1.5,
      finding: { code: 'worker_lost', params: {} },
      counts: { verified: 12 },
    },
  })
  const heldByGuard = await addRun(database, worker, {
    ...{ process: 'mvs_passport/party', state: 'paused', daysAgo: 0.05, finding: GUARD, dueAtStart: 4000 },
    counts: { verified: 417, not_verified: 83 },
  })
  const running = await addRun(database, worker, {
    ...{ process: 'dms_passport/person', state: 'running', daysAgo: 0.01, dueAtStart: 52_000 },
    counts: { verified: 18_250, not_verified: 340, not_needed: 410, incorrect: 8, technical_errors: 12 },
    errors: [['service', 'timeout', 12]],
  })
  await database.query({
    text: `insert into zvirka.ticks (process, time, outcome, run_id)
           values ('dms_passport/person', now() - interval '15 minutes', 'started', $1), ('unzr/person', now() - interval '1 day', 'skipped', null)`,
    values: [running],
  })
  return { running, heldByGuard, finished, failed }
}

/** Inserts an open run with this many workers; returns its id. */
export async function seedLargeRun(database: Executor, workers: number): Promise<string> {
  const run = randomUUID()
  await database.query({
    text: `insert into zvirka.runs (id, process, state, cause, started_by, started_at, due_before, due_at_start)
           values ($1, 'unzr/person', 'running', 'schedule', $2, now() - interval '10 minutes', now(), 9000000)`,
    values: [run, USER],
  })
  await database.query({
    text: `
with added as (
  insert into zvirka.workers (id, kind, host, pid, version, started_at, renewed_at, lease_until)
  select gen_random_uuid(), 'worker', 'worker-' || lpad(n::text, 3, '0') || '.internal', n, '0.1.0',
         now() - interval '1 day', now(), now() + interval '1 hour'
    from generate_series(1, $2::int) n
  returning id, pid)
insert into zvirka.run_workers (run_id, worker_id, joined_at, batches, claimed, verified)
select $1, id, now() - (10 * $2::int - pid) * interval '1 millisecond', 40, 4000, 4000 from added`,
    values: [run, workers],
  })
  return run
}

/** Adds a hundred checks to one of its workers; they are counted from 1. */
export async function advanceRun(database: Executor, run: string, worker: number): Promise<void> {
  await database.query({
    text: `update zvirka.run_workers j set batches = batches + 1, claimed = claimed + 100, verified = verified + 100
             from zvirka.workers w where w.id = j.worker_id and j.run_id = $1 and w.pid = $2`,
    values: [run, worker],
  })
}

/** What the live worker reports of a registry: working, or with an open breaker. */
export async function showRegistries(database: Executor, isDown: boolean): Promise<void> {
  const well = { open: false, since: null, calls: 1840, errors: 0, p50: 38, p95: 121 }
  const down = {
    open: true,
    since: new Date(Date.now() - 240_000).toISOString(),
    calls: 20,
    errors: 20,
    p50: 30_000,
    p95: 30_000,
  }
  const breakers = {
    ...{
      checkunzr: well,
      unzr: { ...well, calls: 0, p50: null, p95: null },
      CheckPassportStatus: { ...well, errors: 3 },
    },
    CheckPassportDMSStatus: isDown ? down : well,
  }
  await database.query({
    text: 'update zvirka.workers set breakers = $1 where ended_at is null and lease_until > now()',
    values: [JSON.stringify(breakers)],
  })
}

async function addWorker(database: Executor, id: string, host: string, isAlive: boolean): Promise<void> {
  await database.query({
    text: `insert into zvirka.workers (id, kind, host, pid, version, started_at, renewed_at, lease_until)
           values ($1, 'worker', $2, 4711, '0.1.0', now() - interval '3 days', now() - $3 * interval '1 second', now() + $4 * interval '1 second')`,
    values: [id, host, isAlive ? 1 : 90, isAlive ? 3600 : -80],
  })
}

interface SeededRun {
  readonly process: string
  readonly state: 'running' | 'paused' | 'finished' | 'failed'
  readonly daysAgo: number
  readonly finding?: RunFinding
  readonly dueAtStart?: number
  readonly counts: Readonly<Record<string, number>>
  readonly errors?: readonly (readonly [whose: string, code: string, count: number])[]
}

async function addRun(database: Executor, worker: string, run: SeededRun): Promise<string> {
  const id = randomUUID()
  const isOver = run.state === 'finished' || run.state === 'failed'
  const claimed = Object.entries(run.counts).reduce(
    (sum, [name, count]) => sum + (name === 'propagated' ? 0 : count),
    0,
  )
  await database.query({
    text: `insert into zvirka.runs (id, process, state, cause, started_by, started_at, due_before, due_at_start)
           select $1, $2, 'running', 'schedule', $3, start, start, $5 from (select now() - $4 * interval '1 day' as start) as t`,
    values: [id, run.process, USER, run.daysAgo, run.dueAtStart ?? claimed],
  })
  // As a separate change, like a run being held or ending.
  await database.query({
    text: `update zvirka.runs set state = $2, finding = $3,
                  held_by = case $2 when 'paused' then 'guard' when 'failed' then 'fault' end, ended_at = case when $4 then started_at + interval '20 minutes' end,
                  state_changed_by = case when $2 = 'paused' then started_by end
            where id = $1 and state <> $2`,
    values: [id, run.state, run.finding === undefined ? null : JSON.stringify(run.finding), isOver],
  })
  const columns = { claimed, batches: Math.ceil(claimed / 100), ...run.counts }
  await database.query({
    text: `insert into zvirka.run_workers (run_id, worker_id, joined_at, ${Object.keys(columns).join(', ')})
           select id, $2, started_at, ${Object.keys(columns)
             .map((_, at) => `$${at + 3}`)
             .join(', ')} from zvirka.runs where id = $1`,
    values: [id, worker, ...Object.values(columns)],
  })
  for (const [whose, code, count] of run.errors ?? []) {
    await database.query({
      text: 'insert into zvirka.run_errors (run_id, worker_id, whose, code, count) values ($1, $2, $3, $4, $5)',
      values: [id, worker, whose, code, count],
    })
  }
  return id
}
