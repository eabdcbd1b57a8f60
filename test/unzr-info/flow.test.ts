// Rules: spec 4.1.2, 4.1.3
import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { createBreaker } from '../../src/trembita/breaker.ts'
import { PERSON, prepareUnzrGround, UNZR, type UnzrGround } from './ground.ts'

let ground: UnzrGround
let token: string
beforeAll(async () => {
  ground = await prepareUnzrGround()
  token = await ground.api.token({ role: 'NHS VERIFIER' })
})
afterEach(() => ground.clear())
afterAll(() => ground.close())

const documents = [
  { type: 'PASSPORT', serial: 'АА', number: '123456', issued_at: '1998-03-01', issued_by: '1234', status: 'VALID' },
  { type: 'NATIONAL_ID', number: '001234567', expiration_date: '2030-01-01', chip_state: 'OK' },
]

describe('requesting UNZR info', () => {
  test('creates a pending row, later processed with the record unchanged', async () => {
    ground.simulator.registers.unzr.add({ ...PERSON, documents })
    const { body } = await ground.sync(token)
    const { unzrInfo } = body.data.syncUnzrInfoRegister
    const { body: viewer } = await ground.api.graphql(token, '{ viewer { userId } }')
    const { userId } = viewer.data.viewer
    expect(unzrInfo).toMatchObject({ unzr: UNZR, jobStatus: 'pending', syncedAt: null, info: null })
    expect(unzrInfo).toMatchObject({ insertedBy: userId, updatedBy: userId })
    expect(Buffer.from(unzrInfo.id, 'base64').toString()).toBe(`UnzrInfo:${unzrInfo.databaseId}`)

    await ground.work()
    const row = await ground.untilStatus('processed')
    expect(row.info).toEqual({
      ...{ firstName: 'Лариса', lastName: 'Косач', middleName: 'Петрівна', rnokpp: '0012345678', gender: 'F' },
      dateBirth: '1980-02-29',
      documents: [
        { type: 'PASSPORT', serial: 'АА', number: '123456', issuedAt: '1998-03-01', issuedBy: '1234', status: 'VALID' },
        { type: 'NATIONAL_ID', number: '001234567', expirationDate: '2030-01-01', chipState: 'OK' },
      ],
    })
    expect(row.synced_at?.getTime()).toBeGreaterThanOrEqual(row.inserted_at.getTime())
    expect(row.updated_at.getTime()).toBeGreaterThan(row.inserted_at.getTime())
    expect(row.updated_by).toBe(userId)
    expect(ground.troubles).toEqual([])
  })

  test('sends the UNZR unchanged, whatever its format', async () => {
    await ground.work()
    const given = '1980-х  «&» <Ї>'
    await ground.sync(token, given)
    await ground.untilStatus('processed', given)
    expect(ground.simulator.calls().map(({ service, question }) => [service, question])).toEqual([['unzr', given]])
  })

  test('keeps unknown elements', async () => {
    const info = JSON.parse('{"firstName":"A","__proto__":"1","address":{"city":["Київ","Львів"]},"documents":[]}')
    await ground.work({
      unzrInfo: async () => ({ kind: 'answer', value: info, messageId: '', milliseconds: 0, attempts: 1 }),
      breakers: breakers(),
    })
    await ground.sync(token)
    expect((await ground.untilStatus('processed')).info).toEqual(info)
  })

  test('of an unknown UNZR is processed without info', async () => {
    await ground.work()
    await ground.sync(token)
    const row = await ground.untilStatus('processed')
    expect(row.info).toBeNull()
    expect(row.synced_at).not.toBeNull()
  })

  test('again restarts: pending immediately with the old info, then the current record', async () => {
    ground.simulator.registers.unzr.add(PERSON)
    await ground.sync(token)
    const worker = await ground.work()
    const first = await ground.untilStatus('processed')
    await worker.stop()

    const other = await ground.api.token()
    const { body } = await ground.sync(other)
    const { unzrInfo } = body.data.syncUnzrInfoRegister
    expect(unzrInfo).toMatchObject({ jobStatus: 'pending', databaseId: first.id, info: { firstName: 'Лариса' } })
    expect(unzrInfo.syncedAt).toBe(first.synced_at?.toISOString())
    expect(unzrInfo.updatedBy).not.toBe(first.updated_by)
    expect(unzrInfo.insertedBy).toBe(first.inserted_by)

    ground.simulator.registers.unzr.delete(UNZR)
    await ground.work()
    const second = await ground.untilStatus('processed')
    expect(second.info).toBeNull()
    expect(second.updated_by).toBe(unzrInfo.updatedBy)
    expect(second.synced_at?.getTime()).toBeGreaterThan(first.synced_at?.getTime() ?? Number.NaN)
    expect(await ground.jobs()).toHaveLength(2)
  })

  test('changes no person and no verification', async () => {
    await ground.work()
    await ground.sync(token)
    await ground.untilStatus('processed')
    const [counts] = await ground.api.db.database.query({
      text: `select (select count(*)::int from mpi.persons) as persons, (select count(*)::int from mimir.unzr_data) as answers,
                    (select count(*)::int from event_manager.events) as events`,
    })
    expect(counts).toEqual({ persons: 0, answers: 0, events: 0 })
  })
})

describe('a second request', () => {
  test('joins the waiting job: it starts none and does not change the row', async () => {
    await ground.sync(token)
    const before = await ground.row()
    const { body } = await ground.sync(await ground.api.token())
    expect(body.data.syncUnzrInfoRegister.unzrInfo.jobStatus).toBe('pending')
    expect(await ground.row()).toEqual(before)
    expect(await ground.jobs()).toHaveLength(1)
  })

  test('joins the running job', async () => {
    await ground.simulator.setFaults({ faults: [{ kind: 'latency', delay: { distribution: 'fixed', ms: 2500 } }] })
    await ground.work()
    await ground.sync(token)
    const before = await ground.row()
    await expect.poll(async () => (await ground.jobs()).map(({ state }) => state)).toEqual(['active'])
    await ground.sync(await ground.api.token())
    expect(await ground.row()).toEqual(before)
    await ground.untilStatus('processed')
    expect(await ground.jobs()).toHaveLength(1)
    expect(ground.asked()).toBe(1)
  })

  test('joins the job that waits for its next attempt', async () => {
    await ground.simulator.setFaults({ faults: [{ kind: 'http', status: 502, count: 1 }] })
    await ground.work()
    await ground.sync(token)
    await expect.poll(async () => (await ground.jobs()).map(({ state }) => state)).toEqual(['retry'])
    await ground.sync(await ground.api.token())
    await ground.untilStatus('processed')
    expect(await ground.jobs()).toHaveLength(1)
  })

  test('of another user at the same moment creates one row and one job, however many there are', async () => {
    const tokens = await Promise.all(Array.from({ length: 4 }, () => ground.api.token()))
    const answers = await Promise.all([...tokens, ...tokens].map((each) => ground.sync(each)))
    const shown = answers.map(({ body }) => body.data.syncUnzrInfoRegister.unzrInfo)
    expect(new Set(shown.map(({ databaseId }) => databaseId)).size).toBe(1)
    expect(new Set(shown.map(({ updatedBy }) => updatedBy)).size).toBe(1)
    expect(await ground.jobs()).toHaveLength(1)
  })

  test('while the job ends either joins it or starts another, and no row stays pending', async () => {
    await ground.work()
    for (let round = 0; round < 15; round += 1) {
      const unzr = `race-${round}`
      await Promise.all([ground.sync(token, unzr), ground.sync(token, unzr), ground.sync(token, unzr)])
      await ground.sync(token, unzr)
      await ground.untilStatus('processed', unzr)
    }
    await expect.poll(async () => (await ground.jobs()).filter(({ state }) => state !== 'completed').length).toBe(0)
    const pending = await ground.api.db.database.query({
      text: `select id from mimir.unzr_info where job_status = 'pending'`,
    })
    expect(pending).toEqual([])
    expect(ground.troubles).toEqual([])
  })
})

describe('an error', () => {
  test.each([
    ['a fault of the server', { kind: 'soap_fault', code: 'Server.ServerProxy.NetworkError' }],
    ['a status below 0', { kind: 'status', status: -2 }],
    ['no answer', { kind: 'http', status: 200, body: 'html' }],
  ] as const)('that lasts (%s) fails after three attempts; info and synced_at stay', async (_, fault) => {
    ground.simulator.registers.unzr.add(PERSON)
    await ground.work()
    await ground.sync(token)
    const before = await ground.untilStatus('processed')
    ground.simulator.resetCalls()
    await ground.simulator.setFaults({ faults: [fault] })
    await ground.sync(token)
    const { info, synced_at } = await ground.untilStatus('failed')
    expect({ info, synced_at }).toEqual({ info: before.info, synced_at: before.synced_at })
    expect(ground.asked()).toBe(3)
    const [first = 0, second = 0, third = 0] = ground.simulator.calls().map(({ time }) => time)
    expect(second - first).toBeGreaterThanOrEqual(1000)
    expect(third - second).toBeGreaterThanOrEqual(2000)
    expect(third - first).toBeLessThan(6000)
  })

  test('that is temporary costs an attempt, within which the client does not retry', async () => {
    ground.simulator.registers.unzr.add(PERSON)
    await ground.simulator.setFaults({ faults: [{ kind: 'http', status: 503, count: 2 }] })
    await ground.work()
    await ground.sync(token)
    await ground.untilStatus('processed')
    expect(ground.simulator.calls().map(({ outcome }) => outcome)).toEqual(['http_503', 'http_503', 'info'])
  })

  test.each(['Client', 'Client.BadRequest', 'client.ssl_auth_failed'])('%s is not asked again', async (code) => {
    await ground.simulator.setFaults({ faults: [{ kind: 'soap_fault', code }] })
    await ground.work()
    await ground.sync(token)
    await ground.untilStatus('failed')
    expect(ground.asked()).toBe(1)
  })

  test('does not block: the next request starts again', async () => {
    await ground.simulator.setFaults({ faults: [{ kind: 'soap_fault', code: 'Client', count: 1 }] })
    await ground.work()
    await ground.sync(token)
    await ground.untilStatus('failed')
    const { body } = await ground.sync(token)
    expect(body.data.syncUnzrInfoRegister.unzrInfo.jobStatus).toBe('pending')
    await ground.untilStatus('processed')
  })

  test('for a UNZR that XML cannot represent is found without asking', async () => {
    await ground.work()
    await ground.sync(token, 'a\u0001b')
    await ground.untilStatus('failed', 'a\u0001b')
    expect(ground.asked()).toBe(0)
  })

  test('opens the breaker after many, and a job’s probe closes it again', async () => {
    const breaker = createBreaker(() => now)
    let now = 0
    let isWell = false
    const asked: (boolean | undefined)[] = []
    await ground.work({
      breakers: { ...breakers(), unzr: breaker },
      unzrInfo: async (_question, options) => {
        asked.push(options?.probe)
        if (options?.probe === true) {
          breaker.beginProbe()
          breaker.endProbe(isWell)
        } else breaker.record(isWell ? 'good' : 'service_error')
        return isWell
          ? { kind: 'answer', value: null, messageId: '', milliseconds: 0, attempts: 1 }
          : { kind: 'technical_error', whose: 'service', code: 'http_502', messageId: '', milliseconds: 0, attempts: 1 }
      },
    })
    for (let n = 0; n < 20; n += 1) breaker.record('service_error')
    expect(breaker.isOpen).toBe(true)
    await ground.sync(token, 'one')
    await ground.untilStatus('failed', 'one')
    // Open, and too early for a probe: nobody was asked.
    expect(asked).toEqual([])
    now = 6000
    isWell = true
    for (const unzr of ['two', 'three', 'four']) {
      await ground.sync(token, unzr)
      await ground.untilStatus('processed', unzr)
    }
    expect(asked).toEqual([true, true, true])
    expect(breaker.isOpen).toBe(false)
  })
})

test('a UNZR is in no job and in no audit record', async () => {
  ground.simulator.registers.unzr.add(PERSON)
  await ground.work()
  await ground.sync(token)
  await ground.untilStatus('processed')
  await ground.api.graphql(token, 'query ($unzr: String!) { unzrInfoRegister(unzr: $unzr) { unzr } }', { unzr: UNZR })
  const texts = await ground.api.db.database.query({
    text: 'select j::text from pgboss.job j union all select a::text from zvirka.audit a',
  })
  expect(texts.length).toBeGreaterThan(2)
  expect(JSON.stringify(texts)).not.toMatch(new RegExp(`${UNZR}|Косач|0012345678`))
})

function breakers() {
  return {
    ...{ checkunzr: createBreaker(), unzr: createBreaker() },
    ...{ CheckPassportStatus: createBreaker(), CheckPassportDMSStatus: createBreaker() },
    ...{ InfoRNOKPPDRFO: createBreaker(), GetDeathArByFullNameAndBirthDate: createBreaker() },
  }
}

test('a row that is deleted when its job starts fails the job, without other effects', async () => {
  const key = randomUUID()
  const { db, jobs } = ground.api
  await db.database.transaction((tx) => jobs.jobs.enqueue(tx, jobs.unzrInfo, key))
  await ground.work()
  await expect.poll(async () => (await ground.jobs()).map(({ state }) => state)).toEqual(['failed'])
  expect(ground.asked()).toBe(0)
})
