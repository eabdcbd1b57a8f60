// Rules: spec 2.6.5
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { RegistryAnswer } from '../../src/synchronization/ask.ts'
import type { NewRun } from '../../src/synchronization/plans/runs.ts'
import { getProcess } from '../../src/synchronization/process.ts'
import { type Breaker, createBreaker } from '../../src/trembita/breaker.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { handWorker, unasked } from './by-hand.ts'
import { answer, countsOf, type PassportAsk, startRun, technicalError } from './cluster.ts'
import { addParties, addPersons, nationalId } from './people.ts'
import { emptyTables } from './reset.ts'
import { solo, startSolo } from './solo.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db))

const CONCURRENCY = 16
const SECOND = 1000

/** A service behind the real breaker, which sees each call as the client reports it, and a clock that a test sets. */
class Service {
  readonly breaker: Breaker
  readonly asked: string[] = []
  readonly probed: string[] = []
  /** Calls that should not have been made. */
  refused = 0
  #now = 0
  readonly #reply: (number: string) => RegistryAnswer

  constructor(reply: (number: string) => RegistryAnswer) {
    this.#reply = reply
    this.breaker = createBreaker(() => this.#now)
  }

  pass(milliseconds: number): void {
    this.#now += milliseconds
  }

  ask: PassportAsk = async ({ pasNumber }, { probe }) => {
    if (this.breaker.isOpen && !probe) {
      this.refused += 1
      return { kind: 'aborted' }
    }
    if (probe) this.breaker.beginProbe()
    ;(probe ? this.probed : this.asked).push(pasNumber)
    // A call takes at least one turn of the event loop, so that several are open at once.
    await new Promise(setImmediate)
    const reply = this.#reply(pasNumber)
    const isServiceError = reply.kind === 'technical_error' && reply.whose === 'service'
    if (probe) this.breaker.endProbe(!isServiceError)
    else this.breaker.record(isServiceError ? 'service_error' : reply.kind === 'answer' ? 'good' : 'subject_error')
    return reply
  }
}

function addMany(count: number, from = 0): Promise<string[]> {
  return addPersons(
    db.database,
    Array.from({ length: count }, (_, n) => ({ documents: [nationalId(from + n)] })),
  )
}

async function count(where: string): Promise<number> {
  const [row] = await db.database.query<{ count: number }>({
    text: `select count(*) as count from wide.person_verifications where ${where}`,
  })
  return row?.count ?? 0
}

async function untilNothingHeld(): Promise<void> {
  await until(
    'claims without a call to be released',
    async () => (await db.database.query({ text: 'select from zvirka.claims' })).length === 0,
  )
}

function start(service: Service, run: Partial<NewRun> = {}) {
  return startSolo(db, { run, ask: service.ask, breaker: service.breaker, concurrency: CONCURRENCY })
}

describe('a service that is down', () => {
  test('opens the breaker within 20 calls plus those in progress; unasked subjects are released without a waiting time', async () => {
    const people = 300
    await addMany(people)
    const service = new Service(() => technicalError('service'))
    const { run, loop, ended } = await start(service)
    await until('the breaker to open', async () => service.breaker.isOpen)
    await untilNothingHeld()
    expect(service.refused).toBe(0)
    expect(service.asked.length).toBeGreaterThanOrEqual(20)
    expect(service.asked.length).toBeLessThanOrEqual(20 + CONCURRENCY)
    expect(await count('dms_passport_waits_until is not null')).toBe(service.asked.length)
    expect(await count('dms_passport_failures > 0')).toBe(service.asked.length)
    expect(
      await count(
        `dms_passport_verification_status = 'VERIFICATION_NEEDED' and dms_passport_verification_reason = 'INITIAL'`,
      ),
    ).toBe(people)
    const { claimed = 0, given_back = 0, technical_errors } = await countsOf(db, run.id)
    expect([claimed - given_back, technical_errors]).toEqual([service.asked.length, service.asked.length])
    loop.leave()
    await ended
  })

  test('gets one probe at a time, 5, 10, 20 s after the previous one, and nothing else is claimed meanwhile', async () => {
    await addMany(200)
    const service = new Service(() => technicalError('service'))
    const { loop, ended } = await start(service)
    await until('the breaker to open', async () => service.breaker.isOpen)
    await untilNothingHeld()
    const asked = service.asked.length
    for (const [n, seconds] of [5, 10, 20, 40].entries()) {
      service.pass((seconds - 1) * SECOND)
      expect(service.breaker.msUntilProbe()).toBe(SECOND)
      service.pass(SECOND)
      await until('a probe', async () => service.probed.length === n + 1 && service.breaker.msUntilProbe() > 0)
    }
    await untilNothingHeld()
    expect([service.probed.length, service.asked.length]).toEqual([4, asked])
    loop.leave()
    await ended
  })

  test('is probed with a subject at a random position of the queue', async () => {
    const people = 400
    const ids = (await addMany(people))
      .map((id, n) => ({ id, number: nationalId(n).number }))
      .sort((a, b) => (a.id < b.id ? -1 : 1))
    const placeOf = new Map(ids.map(({ number }, place) => [number, place]))
    const service = new Service(() => technicalError('service'))
    const { loop, ended } = await start(service)
    await until('the breaker to open', async () => service.breaker.isOpen)
    for (let n = 1; n <= 8; n += 1) {
      service.pass(60 * SECOND)
      await until('a probe', async () => service.probed.length >= n)
    }
    loop.leave()
    await ended
    const places = service.probed.map((number) => placeOf.get(number) ?? 0)
    // The calls that opened it were at the head of the queue. Eight in the first quarter: once in 65,000 times.
    expect(Math.max(...places)).toBeGreaterThan(people / 4)
  })

  test('is probed with subjects from the whole range of sync times', async () => {
    const people = 200
    const ids = await addPersons(
      db.database,
      Array.from({ length: people }, (_, n) => ({
        documents: [nationalId(n)],
        status: 'VERIFIED',
        reason: 'AUTO_VALID',
        synced_at: new Date(Date.now() - (600 - n) * 24 * 3600 * SECOND).toISOString(),
      })),
    )
    const worker = await handWorker(db, await startRun(db))
    const places: number[] = []
    for (let n = 0; n < 8; n += 1) {
      const result = await worker.claimer.claimForProbe()
      if (result.kind !== 'claimed') throw new Error(result.kind)
      expect(result.claimed).toHaveLength(1)
      places.push(...result.claimed.map(({ subjectId }) => ids.indexOf(subjectId)))
      await worker.write(result.claimed.map(unasked))
    }
    expect(Math.max(...places)).toBeGreaterThan(people / 4)
    expect(new Set(places).size).toBeGreaterThan(1)
  })

  test('that recovers closes the breaker after three successful probes, and everybody is asked', async () => {
    const people = 300
    await addMany(people)
    let isUp = false
    const service = new Service(() => (isUp ? answer(0) : technicalError('service')))
    const { run, ended } = await start(service)
    await until('the breaker to open', async () => service.breaker.isOpen)
    await untilNothingHeld()
    const failed = service.asked.length
    isUp = true
    service.pass(5 * SECOND)
    expect(await ended).toBe('finished')
    expect(service.breaker.isOpen).toBe(false)
    expect(service.probed).toHaveLength(3)
    expect(await countsOf(db, run.id)).toMatchObject({ verified: people - failed, technical_errors: failed })
    expect(new Set([...service.asked, ...service.probed]).size).toBe(people)
  })
})

test('a service that two processes ask is probed by one of them at a time, and both continue once it is up', async () => {
  const people = 60
  await addMany(people)
  await addParties(
    db.database,
    Array.from({ length: people }, (_, n) => ({ documents: [nationalId(1000 + n)] })),
  )
  let isUp = false
  const service = new Service(() => (isUp ? answer(0) : technicalError('service')))
  const persons = await start(service)
  const parties = await start(service, { process: getProcess('dms_passport/party').key })
  await until('the breaker to open', async () => service.breaker.isOpen)
  await untilNothingHeld()
  const failed = service.asked.length
  for (const [n, seconds] of [5, 10, 20].entries()) {
    service.pass(seconds * SECOND)
    await until('a probe', async () => service.probed.length === n + 1 && service.breaker.msUntilProbe() > 0)
    await untilNothingHeld()
  }
  // The other has tried to probe meanwhile as often as the one that could.
  expect([service.probed.length, service.refused]).toEqual([3, 0])
  isUp = true
  service.pass(40 * SECOND)
  expect([await persons.ended, await parties.ended]).toEqual(['finished', 'finished'])
  expect([service.probed.length, service.refused]).toEqual([6, 0])
  expect(new Set([...service.asked, ...service.probed]).size).toBe(2 * people)
  expect(service.asked.length + service.probed.length).toBe(2 * people)
  expect(failed).toBeLessThanOrEqual(20 + 2 * CONCURRENCY)
})

test('a service that answers every second call opens the breaker', async () => {
  await addMany(200)
  let calls = 0
  const service = new Service(() => (calls++ % 2 === 0 ? technicalError('service') : answer(0)))
  const { loop, ended } = await start(service)
  await until('the breaker to open', async () => service.breaker.isOpen)
  loop.leave()
  await ended
  expect(service.asked.length).toBeLessThanOrEqual(20 + 2 * CONCURRENCY)
})

test('a run with an open breaker can be stopped, and one with an empty queue ends', async () => {
  await addMany(30)
  const service = new Service(() => technicalError('service'))
  const { loop, ended } = await start(service)
  await until('the breaker to open', async () => service.breaker.isOpen)
  // All remaining subjects are probed one by one, and wait: then nobody is due.
  for (let n = 0; n < 15 && (await count('dms_passport_waits_until is null')) > 0; n += 1) {
    const probes = service.probed.length
    service.pass(60 * SECOND)
    await until(
      'a probe',
      async () => service.probed.length > probes || (await count('dms_passport_waits_until is null')) === 0,
    )
  }
  service.pass(60 * SECOND)
  expect(await ended).toBe('finished')
  loop.leave()
})

test('a thousand subjects that always get -1, at the head of the queue, delay nobody and open nothing', async () => {
  const bad = 1000
  const ids = await addMany(bad)
  await db.database.query({
    text: `update wide.person_verifications set dms_passport_verification_reason = 'ONLINE_TRIGGERED', dms_passport_triggered_at = now()
            where person_id = any ($1)`,
    values: [ids],
  })
  await addMany(100, bad)
  const service = new Service((number) => (Number(number) < bad ? technicalError('subject', 'status_-1') : answer(0)))
  const { run, end } = await solo(db, { ask: service.ask, breaker: service.breaker, concurrency: CONCURRENCY })
  expect([end, service.breaker.isOpen]).toEqual(['finished', false])
  expect(service.asked.slice(0, 500).every((number) => Number(number) < bad)).toBe(true)
  expect(await countsOf(db, run.id)).toMatchObject({ verified: 100, technical_errors: bad })
  // They wait in the next run; new subjects are asked about at once.
  await addMany(50, 2 * bad)
  const next = new Service(() => answer(0))
  await solo(db, { ask: next.ask, breaker: next.breaker, concurrency: CONCURRENCY })
  expect(next.asked).toHaveLength(50)
})
