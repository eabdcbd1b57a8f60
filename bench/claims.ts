/**
 * The cost of a claim if nearly all subjects are finished or waiting: 1,000 are due, whatever the size of the table (spec 2.2). Claims of
 * 100 with the engine's own statement, each committed. The same 1,000 are claimed and released several times, and the first time is not
 * counted: from then on their pages have been touched since the last checkpoint in a large table as in a small one, so the claim is
 * compared and not the cache.
 */
import { randomUUID } from 'node:crypto'
import type { Database } from '../src/database/database.ts'
import type { Query } from '../src/database/query.ts'
import { claim, START } from '../src/synchronization/plans/claim.ts'
import { getProcess } from '../src/synchronization/process.ts'
import { WORKER_SESSION } from '../src/synchronization/session.ts'
import { startCpu } from './cpu.ts'
import { openBench } from './database.ts'
import { median } from './median.ts'

/** The number of due subjects. */
export const DUE = 1000
const BATCH = 100
const ROUNDS = 20

/** What a claim of 100 costs. */
export interface ClaimCost {
  /** The median. */
  readonly milliseconds: number
  /** Microseconds of PostgreSQL's CPU: the mean, since the kernel counts it in steps of 10 ms. */
  readonly cpu: number
}

/** Leaves 1,000 due, half of the others finished and half waiting, and measures. */
export async function measureClaims(url: string): Promise<ClaimCost> {
  await leaveFewDue(url)
  return measureClaimsOf(url)
}

async function leaveFewDue(url: string): Promise<void> {
  const owner = openBench(url, { role: 'zvirka_owner', max: 1 })
  await owner.query({
    text: `update mpi.person_dms_passport_checks c
              set status = 'VERIFIED', reason = 'AUTO_VALID', synced_at = case when n % 2 = 0 then now() end,
                  waits_until = case when n % 2 = 1 then now() + interval '1 day' end, failures = n % 2
             from (select subject_id, row_number() over (order by md5(subject_id::text)) as n
                     from mpi.person_dms_passport_checks) numbered
            where numbered.subject_id = c.subject_id and n > $1`,
    values: [DUE],
  })
  await owner.query({ text: 'vacuum analyze mpi.person_dms_passport_checks' })
  await owner.close()
}

/** The cost of a claim, if exactly 1,000 are due. */
export async function measureClaimsOf(url: string): Promise<ClaimCost> {
  const database = openBench(url, { max: 1, session: WORKER_SESSION })
  try {
    await claimAll(database)
    await giveAllBack(database)
    const times: number[] = []
    const stopCpu = await startCpu(database)
    for (let round = 0; round < ROUNDS; round += 1) {
      times.push(...(await claimAll(database)))
      await giveAllBack(database)
    }
    const { postgres } = await stopCpu(times.length)
    return { milliseconds: median(times), cpu: postgres }
  } finally {
    await database.close()
  }
}

async function claimAll(database: Database): Promise<number[]> {
  const times: number[] = []
  let place = START
  for (let taken = 0; taken < DUE; taken += BATCH) {
    const begin = performance.now()
    const rows = await database.query<{ subject_id: string; place_at: string }>(claimFrom(place))
    times.push(performance.now() - begin)
    const last = rows.at(-1)
    if (rows.length !== BATCH || last === undefined) throw new Error(`a claim took ${rows.length} of ${BATCH}`)
    place = { at: last.place_at, subjectId: last.subject_id }
  }
  return times
}

async function giveAllBack(database: Database): Promise<void> {
  await database.query({ text: 'delete from zvirka.claim_batches' })
}

/** The measured claim. */
export function claimFrom(place: typeof START): Query {
  const now = new Date().toISOString()
  return claim(getProcess('dms_passport/person'), {
    workerId: randomUUID(),
    runId: randomUUID(),
    token: randomUUID(),
    slot: 0,
    count: BATCH,
    places: { triggered: START, due: place, waiting: null },
    terms: { due_before: new Date(Date.now() - 86_400_000).toISOString(), triggered_before: null, started_at: now },
  })
}
