// Rules: spec 4.3.3
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { until } from '../support/until.ts'
import { answer, makeWorker } from '../synchronization/cluster.ts'
import { addPersons, nationalId } from '../synchronization/people.ts'
import { emptyTables } from '../synchronization/reset.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let token: string
beforeAll(async () => {
  api = await startTestApi()
})
afterAll(() => api.close())
beforeEach(async () => {
  await emptyTables(api.db)
  // A separate client: legal entities were emptied as well.
  token = await api.token({ role: 'NHS OPERATOR', client: await api.client() })
})

const PROCESS = 'dms_passport/person'
const START = `mutation ($input: StartVerificationRunInput!) {
  startVerificationRun(input: $input) { verificationRun { id databaseId state cause startedBy } } }`
const control = (name: string) => `mutation ($input: ControlVerificationRunInput!) {
  ${name}VerificationRun(input: $input) { verificationRun { state heldBy finding { code } reason } } }`

/** The state changes of a run without times and users; both must be set where a user made the change. */
async function changesOf(id: string): Promise<unknown[]> {
  const query = `query ($id: ID!) { verificationRun(id: $id) { startedBy
    changes { at state changedBy reason takenBack } } }`
  const { startedBy, changes } = (await api.graphql(token, query, { id })).body.data.verificationRun
  expect(changes.map(({ at }: { at: string }) => at)).toEqual(changes.map(({ at }: { at: string }) => at).toSorted())
  return changes.map(({ state, changedBy, reason, takenBack }: Record<string, unknown>) => [
    state ?? `${takenBack} reverted`,
    changedBy === startedBy ? 'by the user' : changedBy,
    reason,
  ])
}

async function start(): Promise<string> {
  const { body } = await api.graphql(token, START, { input: { process: PROCESS, reason: 'перевірка даних' } })
  return body.data.startVerificationRun.verificationRun.id
}

describe('a run', () => {
  test('is started, paused, resumed and stopped, each by a user with a reason, each audited', async () => {
    const id = await start()
    const states = []
    for (const [name, reason] of [
      ['pause', 'надто рано вранці'],
      ['resume', 'настав час продовжити'],
      ['stop', 'на сьогодні досить'],
    ] as const) {
      const { body } = await api.graphql(token, control(name), { input: { id, reason } })
      states.push(Object.values(body.data[`${name}VerificationRun`].verificationRun))
    }
    expect(states).toEqual([
      ['PAUSED', 'USER', null, 'надто рано вранці'],
      ['RUNNING', null, null, 'настав час продовжити'],
      ['STOPPING', 'USER', null, 'на сьогодні досить'],
    ])
    const acts = await api.db.database.query({
      text: `select operation, reason from zvirka.audit where subject_kind = 'run' and subject_ids = (select array_agg(id) from zvirka.runs) order by id`,
    })
    expect(acts).toEqual([
      { operation: 'Mutation.startVerificationRun', reason: 'перевірка даних' },
      { operation: 'Mutation.pauseVerificationRun', reason: 'надто рано вранці' },
      { operation: 'Mutation.resumeVerificationRun', reason: 'настав час продовжити' },
      { operation: 'Mutation.stopVerificationRun', reason: 'на сьогодні досить' },
    ])
    const told = [
      ['RUNNING', 'by the user', null],
      ['PAUSED', 'by the user', 'надто рано вранці'],
      ['RUNNING', 'by the user', 'настав час продовжити'],
      ['STOPPING', 'by the user', 'на сьогодні досить'],
    ]
    expect(await changesOf(id)).toEqual(told)
    const worker = makeWorker(api.db, { ask: async () => answer(1) })
    await worker.start()
    await until('the end of the run', async () => (await changesOf(id)).length > told.length)
    await worker.stop()
    // It ended by itself: who stopped it, and why, is recorded once.
    expect(await changesOf(id)).toEqual([...told, ['STOPPED', null, null]])
  })

  test('is refused if the process has an active one, or its state does not allow the action', async () => {
    const id = await start()
    const again = await api.graphql(token, START, { input: { process: PROCESS } })
    expect(again.body.errors[0]).toMatchObject({
      extensions: { code: 'CONFLICT' },
      message: 'a run of this process is under way',
    })
    const resume = await api.graphql(token, control('resume'), { input: { id } })
    expect(resume.body.errors[0]).toMatchObject({
      extensions: { code: 'CONFLICT' },
      message: 'Verification run is running',
    })
    const none = await api.graphql(token, START, { input: { process: 'nhs/person' } })
    expect(none.body.errors[0].extensions.code).toBe('UNPROCESSABLE_ENTITY')
  })

  test('is processed by a long-running worker and shows the results of each worker', async () => {
    await addPersons(
      api.db.database,
      [1, 2, 50].map((n) => ({ documents: [nationalId(n)] })),
    )
    const worker = makeWorker(api.db, { ask: async ({ pasNumber }) => answer(Number(pasNumber) === 50 ? 1 : 0) })
    await worker.start()
    const id = await start()
    const query = `query ($id: ID!) { verificationRun(id: $id) { state done verified notVerified remaining workers { claimed isAlive } } }`
    const run = await until('the end of the run', async () => {
      const { body } = await api.graphql(token, query, { id })
      return body.data.verificationRun.state === 'FINISHED' && body.data.verificationRun
    })
    await worker.stop()
    expect(run).toMatchObject({ done: 3, verified: 2, notVerified: 1, remaining: 0, workers: [{ claimed: 3 }] })
  })

  test('sends its progress as server-sent events until it ends', async () => {
    const id = await start()
    const query = 'subscription ($id: ID!) { verificationRunProgress(id: $id) { state } }'
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query, variables: { id } }),
    })
    expect(response.headers.get('content-type')).toContain('text/event-stream')
    let text = ''
    const decoder = new TextDecoder()
    let isEnded = false
    for await (const chunk of response.body ?? []) {
      text += decoder.decode(chunk, { stream: true })
      if (!isEnded && text.includes('RUNNING')) {
        isEnded = true
        await api.db.database.query({ text: `update zvirka.runs set state = 'finished', ended_at = now()` })
      }
    }
    expect(text.indexOf('RUNNING')).toBeLessThan(text.indexOf('FINISHED'))
  })
})

describe('the active runs', () => {
  test('are sent together as server-sent events until there are none', async () => {
    await start()
    const query = 'subscription { verificationRunsUnderWay { process state } }'
    const response = await fetch(`${api.url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({ query }),
    })
    let text = ''
    let isEnded = false
    for await (const chunk of (response.body ?? []) as AsyncIterable<Uint8Array>) {
      text += new TextDecoder().decode(chunk)
      if (isEnded || !text.includes('RUNNING')) continue
      isEnded = true
      await api.db.database.query({ text: `update zvirka.runs set state = 'finished', ended_at = now()` })
    }
    expect(text).toContain(`{"verificationRunsUnderWay":[{"process":"${PROCESS}","state":"RUNNING"}]}`)
    expect(text).toContain('{"verificationRunsUnderWay":[]}')
  })
})

describe('the list of runs', () => {
  test('is newest first, paged forwards and backwards, with a total only on request', async () => {
    await api.db.database.query({
      text: `insert into zvirka.runs (process, state, cause, started_by, started_at, ended_at, due_before)
             select '${PROCESS}', 'finished', 'schedule', gen_random_uuid(), now() - n * interval '1 hour', now(), now()
               from generate_series(1, 5) n`,
    })
    const query = `query ($first: Int, $last: Int, $after: String, $before: String, $orderBy: VerificationRunOrderBy) {
      verificationRuns(first: $first, last: $last, after: $after, before: $before, orderBy: $orderBy) {
        totalCount pageInfo { hasNextPage hasPreviousPage startCursor endCursor } nodes { startedAt } } }`
    const page = async (variables: object) =>
      (await api.graphql(token, query, variables as Record<string, unknown>)).body.data.verificationRuns
    const first = await page({ first: 2 })
    expect([first.totalCount, first.pageInfo.hasNextPage, first.pageInfo.hasPreviousPage]).toEqual([5, true, false])
    const second = await page({ first: 3, after: first.pageInfo.endCursor })
    expect([second.nodes.length, second.pageInfo.hasNextPage]).toEqual([3, false])
    const times = [...first.nodes, ...second.nodes].map(({ startedAt }: { startedAt: string }) => startedAt)
    expect(times).toEqual(times.toSorted().toReversed())
    const back = await page({ last: 2, before: second.pageInfo.startCursor })
    expect(back.nodes).toEqual(first.nodes)
    const orderBy = 'INSERTED_AT_ASC'
    const oldest = await page({ first: 2, orderBy })
    const next = await page({ first: 3, after: oldest.pageInfo.endCursor, orderBy })
    const rising = [...oldest.nodes, ...next.nodes].map(({ startedAt }: { startedAt: string }) => startedAt)
    expect(rising).toEqual(times.toReversed())
    expect((await page({ last: 2, before: next.pageInfo.startCursor, orderBy })).nodes).toEqual(oldest.nodes)
  })
})

describe('the processes', () => {
  test('are nine, with counts, schedule and next tick', async () => {
    await addPersons(api.db.database, [{ documents: [nationalId(1)] }])
    const { body } = await api.graphql(
      token,
      '{ verificationProcesses { key schedule timeZone nextTick counts { due } newestRun { state } } registries { service } workers { id } }',
    )
    const processes = body.data.verificationProcesses
    expect(processes.map(({ key }: { key: string }) => key).sort()).toEqual([
      'dms_passport/party',
      'dms_passport/person',
      'dracs_death/party',
      'dracs_death/person',
      'drfo/party',
      'drfo/person',
      'mvs_passport/party',
      'mvs_passport/person',
      'unzr/person',
    ])
    const dms = processes.find(({ key }: { key: string }) => key === PROCESS)
    expect(dms).toMatchObject({ schedule: '0 1 * * *', timeZone: 'Europe/Kyiv', counts: { due: 1 }, newestRun: null })
    expect(new Date(dms.nextTick).getTime()).toBeGreaterThan(Date.now())
  })
})

describe('reverting a run', () => {
  test('counts first, then reverts, with its reason in the audit', async () => {
    await addPersons(
      api.db.database,
      [1, 2].map((n) => ({ documents: [nationalId(n)] })),
    )
    const worker = makeWorker(api.db, { ask: async () => answer(1) })
    await worker.start()
    const id = await start()
    await until('the end of the run', async () => {
      const [run] = await api.db.database.query<{ state: string }>({ text: 'select state from zvirka.runs' })
      return run?.state === 'finished'
    })
    await worker.stop()
    const mutation = `mutation ($input: RecheckVerificationRunInput!) {
      recheckVerificationRun(input: $input) { persons parties isComplete } }`
    const take = async (input: object) => (await api.graphql(token, mutation, { input })).body
    const dry = await take({ runId: id, reason: 'реєстр помилився', dryRun: true })
    expect(dry.data.recheckVerificationRun).toEqual({ persons: 2, parties: 0, isComplete: true })
    expect((await take({ runId: id, reason: 'реєстр помилився' })).data.recheckVerificationRun.persons).toBe(2)
    expect(
      (await take({ runId: id, reason: 'ще один раз спробуємо', dryRun: true })).data.recheckVerificationRun.persons,
    ).toBe(0)
    expect((await take({ runId: id, reason: ' ' })).errors[0].extensions.code).toBe('UNPROCESSABLE_ENTITY')
    expect(await changesOf(id)).toEqual([
      ['RUNNING', 'by the user', null],
      ['FINISHED', null, null],
      ['2 reverted', 'by the user', 'реєстр помилився'],
    ])
  })
})
