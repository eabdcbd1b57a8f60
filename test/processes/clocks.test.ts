import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { seenLongAgo } from '../support/schedules.ts'
import { until } from '../support/until.ts'
import { addPersons, nationalId } from '../synchronization/people.ts'
import type { Command } from './command.ts'
import { type Ground, prepareGround } from './ground.ts'

const HOUR = 3_600_000
const DAY = 24 * HOUR
const PROCESSES = [
  'unzr/person',
  'mvs_passport/person',
  'dms_passport/person',
  'mvs_passport/party',
  'dms_passport/party',
]
const wrongClock = new URL('wrong-clock.ts', import.meta.url).href

let ground: Ground
beforeAll(async () => {
  ground = await prepareGround()
})
afterEach(() => ground.clear())
afterAll(() => ground.close())

/** A worker whose own clock is wrong by this much, with a schedule of every minute. */
function launchWorker(wrongByMs: number): Command {
  const names = ['UNZR_PERSON', 'MVS_PERSON', 'DMS_PERSON', 'MVS_PARTY', 'DMS_PARTY']
  return ground.launch(['worker'], {
    ...Object.fromEntries(names.map((name) => [`${name}_SYNCHRONIZATION_SCHEDULE`, '* * * * *'])),
    NODE_OPTIONS: `--import ${wrongClock}`,
    CLOCK_WRONG_MS: String(wrongByMs),
  })
}

interface Tick {
  readonly process: string
  readonly time: Date
  readonly outcome: string
  readonly inserted_at: Date
}

function ticks(): Promise<Tick[]> {
  return ground.db.database.query({
    text: 'select process, time, outcome, inserted_at from zvirka.ticks order by time, process',
  })
}

/** As if workers had been here long ago: the last tick was missed, and is caught up on. */
async function missTicks(): Promise<void> {
  await ground.db.database.query(seenLongAgo(PROCESSES, '* * * * *'))
}

describe('workers with wrong clocks', () => {
  test('start one run for each tick of the true time, however many start and die meanwhile', async () => {
    await missTicks()
    const errors = [0, 5 * HOUR, -7 * HOUR]
    const workers = errors.map(launchWorker)
    await Promise.all(workers.map((worker) => worker.untilSays(/the worker is ready/)))
    await until('every process to have its run', async () => (await ticks()).length >= PROCESSES.length)
    await workers[1]?.kill()
    const later = [400 * DAY, -30 * 60_000].map(launchWorker)
    await Promise.all(later.map((worker) => worker.untilSays(/the worker is ready/)))
    // A process that ends normally has checked the schedule before.
    for (const worker of later) worker.signal('SIGTERM')
    for (const worker of later) expect(await worker.ended).toMatchObject({ code: 0 })

    const seen = await ticks()
    const [clock] = await ground.db.database.query<{ now: Date }>({ text: 'select clock_timestamp() as now' })
    // By the database's clock, each was the last full minute when it was written.
    for (const { time, inserted_at } of seen) {
      const age = inserted_at.getTime() - time.getTime()
      expect(age).toBeGreaterThanOrEqual(0)
      expect(age).toBeLessThan(60_000 + 5000)
      expect(time.getTime()).toBeLessThanOrEqual(clock?.now.getTime() ?? 0)
    }
    // If a minute began meanwhile it has its own tick, one for each process.
    expect(new Set(seen.map(({ process, time }) => `${process} ${time.toISOString()}`)).size).toBe(seen.length)
    expect(new Set(seen.map(({ process }) => process)).size).toBe(PROCESSES.length)
    const runs = await ground.db.database.query<{ process: string; ticks: number }>({
      text: `select r.process, (select count(*)::int from zvirka.ticks t where t.run_id = r.id) as ticks from zvirka.runs r`,
    })
    expect(runs.every((run) => run.ticks === 1)).toBe(true)
    expect(runs).toHaveLength(seen.filter(({ outcome }) => outcome === 'started').length)
  })

  test('choose the document that is valid today by the database’s date', async () => {
    const inDays = (days: number) => new Date(Date.now() + days * DAY).toISOString().slice(0, 10)
    const good = { ...nationalId(1), issued_at: '2024-01-01', expiration_date: inDays(30) }
    const passed = { ...nationalId(2), issued_at: '2025-01-01', expiration_date: inDays(-30) }
    const older = { ...nationalId(3), issued_at: '2010-01-01' }
    await addPersons(ground.db.database, [{ documents: [good, passed, older] }])
    await missTicks()
    for (const wrongByMs of [400 * DAY, -400 * DAY]) {
      ground.simulator.resetCalls()
      await ground.db.database.query({
        text: `update wide.person_verifications set dms_passport_verification_status = 'VERIFICATION_NEEDED',
                      dms_passport_verification_reason = 'ONLINE_TRIGGERED', dms_passport_triggered_at = now() - interval '1 hour'`,
      })
      const worker = launchWorker(wrongByMs)
      const call = await until('the call', async () =>
        ground.simulator.calls().find(({ service }) => service === 'CheckPassportDMSStatus'),
      )
      expect(call.question).toBe(good.number)
      await worker.kill()
    }
  })
})
