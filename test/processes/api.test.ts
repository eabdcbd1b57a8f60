/** `zvirka api` as a process: its health endpoints, and how it ends. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { behind, socketOf, startProxy } from '../chaos/proxy.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { makeToken } from '../support/token.ts'
import { until, untilSomebodyWaits } from '../support/until.ts'
import { ownerOf } from '../synchronization/reset.ts'
import { createLauncher } from './command.ts'

let db: TestDatabase
let token: string
const { launch, killAll } = createLauncher()
beforeAll(async () => {
  db = await createTestDatabase()
  token = await makeToken(ownerOf(db), { scope: 'verification_run:read global_parameters:read' })
})
afterEach(() => killAll())
afterAll(() => db.drop())

async function startApi(more: Readonly<Record<string, string>> = {}) {
  const api = launch(['api'], { DATABASE_URL: db.url, PORT: '0', ZVIRKA_MONITORING_PORT: '0', ...more })
  const [, url = ''] = await api.untilSays(/"address":"(http:[^"]+)"/)
  const get = (path: string) => fetch(`${url}${path}`, { headers: { authorization: `Bearer ${token}` } })
  const [, monitoring = ''] = await api.untilSays(/"address":"(http:[^"]+)","msg":"health and metrics/)
  const ask = (path: string) => fetch(`${monitoring}${path}`)
  return { api, url, get, ask }
}

/** Locks a table until it is released. */
async function lock(table: string) {
  const { promise: isOver, resolve: letGo } = Promise.withResolvers<void>()
  const { promise: isHeld, resolve: hold } = Promise.withResolvers<void>()
  const locked = ownerOf(db).transaction(async (tx) => {
    await tx.query({ text: `lock table ${table} in access exclusive mode` })
    hold()
    await isOver
  })
  await isHeld
  return async () => {
    letGo()
    await locked
  }
}

describe('zvirka api', () => {
  test('is ready while its database answers, and alive without it', async () => {
    const proxy = await startProxy(() => socketOf(db.url))
    const { api, get, ask } = await startApi({ DATABASE_URL: behind(proxy, db.url) })
    expect((await ask('/health/ready')).status).toBe(200)
    for (const path of ['/health/live', '/health/ready', '/metrics']) expect((await get(path)).status).toBe(404)
    expect(await (await ask('/metrics')).text()).toContain('zvirka_')
    await proxy.set('refusing')
    const ready = await ask('/health/ready')
    expect([ready.status, await ready.json()]).toEqual([
      503,
      { status: 'not ready', failing: [{ part: 'api database', code: 'unreachable' }] },
    ])
    expect((await ask('/health/live')).status).toBe(200)
    expect((await get('/api/global_parameters')).status).toBe(503)
    await proxy.set('passing')
    await until('it to be ready again', async () => (await ask('/health/ready')).status === 200)
    api.signal('SIGTERM')
    expect(await api.ended).toMatchObject({ code: 0 })
    await proxy.close()
  })

  test('finishes requests, ends streams, and accepts nothing new when told to stop', async () => {
    const [run] = await db.database.query<{ id: string }>({
      text: `insert into zvirka.runs (process, state, cause, started_by, due_before)
             values ('unzr/person', 'running', 'schedule', gen_random_uuid(), now()) returning id`,
    })
    const { api, url, get } = await startApi()
    const stream = await fetch(`${url}/graphql`, {
      method: 'POST',
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json', accept: 'text/event-stream' },
      body: JSON.stringify({
        query: 'subscription ($id: ID!) { verificationRunProgress(id: $id) { state } }',
        variables: { id: Buffer.from(`VerificationRun:${run?.id}`).toString('base64') },
      }),
    })
    // Only after the stream's first output: one that has just begun may be ended earlier.
    const said = stream.clone().body?.getReader()
    while (!Buffer.from((await said?.read())?.value ?? 'RUNNING').includes('RUNNING'));
    const letGo = await lock('prm.global_parameters')
    const answer = get('/api/global_parameters')
    await untilSomebodyWaits(db.database)
    api.signal('SIGTERM')
    expect(await stream.text()).toMatch(/RUNNING[\s\S]*event: complete/)
    await until('nothing new to be taken', () =>
      get('/nowhere').then(
        ({ status }) => status === 503,
        () => true,
      ),
    )
    expect(api.isOver).toBe(false)
    await letGo()
    expect((await answer).status).toBe(200)
    expect(await api.ended).toMatchObject({ code: 0 })
  })

  test('waits no longer than ZVIRKA_STOP_SECONDS for unfinished requests', async () => {
    const { api, get } = await startApi({ ZVIRKA_STOP_SECONDS: '1' })
    const letGo = await lock('prm.global_parameters')
    const answer = get('/api/global_parameters').catch(() => 'broken off')
    await untilSomebodyWaits(db.database)
    const began = performance.now()
    api.signal('SIGTERM')
    expect(await api.ended).toMatchObject({ code: 0 })
    expect(performance.now() - began).toBeLessThan(6000)
    expect(await answer).toBe('broken off')
    await letGo()
  })
})
