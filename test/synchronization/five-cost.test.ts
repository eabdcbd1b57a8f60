import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { claim, endWaiting, finishRun, isAnyTriggered, START } from '../../src/synchronization/plans/claim.ts'
import { queueAges } from '../../src/synchronization/plans/gauges.ts'
import type { RunRow } from '../../src/synchronization/plans/runs.ts'
import { checksOf } from '../../src/verification-store/kinds.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { vacuumWholly } from './administrator.ts'
import { startRun } from './cluster.ts'
import { blocksOf } from './cost.ts'
import { FIVE } from './five.ts'
import { addParties, addPersons, USER } from './people.ts'
import { ownerOf } from './reset.ts'
import { addWorker } from './solo.ts'

const MANY = 9000
const DUE = 200

let db: TestDatabase
let workerId: string
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
  for (let n = 0; n < MANY; n += 1000) {
    const thousand = Array.from({ length: 1000 }, () => ({ status: 'VERIFIED', reason: 'AUTO' }))
    await addPersons(db.database, thousand)
    await addParties(db.database, thousand)
  }
  workerId = await addWorker(db)
})
afterAll(() => db.drop())

describe.each(FIVE)('$key', ({ process, key }) => {
  const { kind, stream: s } = process
  const checks = checksOf(kind, s)

  /** Everything a worker does repeatedly, or while others wait for it. */
  async function costs(run: RunRow): Promise<Record<string, number>> {
    const places = { triggered: START, due: START, waiting: null }
    const request = { workerId, runId: run.id, token: crypto.randomUUID(), slot: 0, count: 100, terms: run }
    return {
      'queue ages': await blocksOf(db, queueAges(process, 270)),
      claim: await blocksOf(db, claim(process, { ...request, places })),
      'claim by hand': await blocksOf(db, claim(process, { ...request, places: { ...places, waiting: START } })),
      'end waiting': await blocksOf(db, endWaiting(process, USER, run.started_at, 1000)),
      'finish run': await blocksOf(db, finishRun(process, run.id, run, ['triggered', 'due'])),
    }
  }

  /** Sets columns by the subject's number in the order of ids: the first are due, `columns` sets the others. */
  async function setAll(columns: string): Promise<void> {
    await ownerOf(db).query({
      text: `with numbered as (select subject_id, row_number() over (order by subject_id) as n from ${checks})
             update ${checks} v set ${columns} from numbered where numbered.subject_id = v.subject_id`,
    })
    await vacuumWholly(db, checks, 'full, analyze')
  }

  // Claiming a batch of 100 visits 100 rows; everything else should find at once that it has nothing to do.
  const most = (what: string) => (what.startsWith('claim') ? 350 : 60)

  function expectLittle(read: Record<string, number>): void {
    expect(Object.entries(read).filter(([what, blocks]) => blocks > most(what))).toEqual([])
  }

  test('reads little to claim, to end a run and to find triggered subjects, however many are finished and waiting', async () => {
    const run = await startRun(db, { process: key })
    // A third each: verified a while ago; not verified; and waiting, every other one triggered, the rest with a wait that ended soon after
    // the run began.
    await setAll(`
      status = case when n <= ${DUE} then 'VERIFICATION_NEEDED' when n % 3 = 0 then 'VERIFIED'
        when n % 3 = 1 then 'NOT_VERIFIED' else 'VERIFICATION_NEEDED' end::zvirka.stream_status,
      reason = case when n <= ${DUE} or n % 6 = 2 then 'INITIAL' when n % 6 = 5 then 'ONLINE_TRIGGERED'
        else 'AUTO' end::zvirka.stream_reason,
      synced_at = case when n > ${DUE} and n % 3 < 2 then now() - n * interval '1 minute' end,
      triggered_at = case when n > ${DUE} and n % 6 = 5 then now() - interval '1 day' end,
      failures = case when n > ${DUE} and n % 3 = 2 then 20 else 0 end,
      waits_until = case when n > ${DUE} and n % 3 = 2 then now() + case when n % 6 = 5 then interval '1 hour' else '0' end end`)
    expectLittle(await costs(run))
    // And with nobody due: finding nobody must be just as cheap.
    await setAll(`status = case when n <= ${DUE} then 'NOT_VERIFIED' else v.status end`)
    expectLittle(await costs(run))
    await ownerOf(db).query({ text: `update zvirka.runs set state = 'stopped', ended_at = now()` })
    expectLittle({ 'is any triggered': await blocksOf(db, isAnyTriggered(process, 60)) })
  })
})
