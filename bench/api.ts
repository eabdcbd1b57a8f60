/**
 * `npm run bench:api`: requests a second and latencies of the API's main reads, beside yardsticks of the same run: a bare fastify that
 * answers as many bytes, and the bare SQL of the same page; and the round trip of UNZR info, from the mutation until the row is processed,
 * with a registry that answers at once. `-- quick` takes fewer people and requests.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { fastify } from 'fastify'
import { Pool } from 'undici'
import { ROLES } from '../src/access/matrix.ts'
import { issueToken } from '../src/access/tokens.ts'
import type { Database } from '../src/database/database.ts'
import { openBench, startBenchServer, unzrOf, withPeople } from './database.ts'
import { environmentOf } from './memory.ts'
import { startRegistry } from './registry.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const isQuick = process.argv.includes('quick')
const PERSONS = isQuick ? 5000 : 100_000
const REQUESTS = isQuick ? 300 : 3000
const ROUND_TRIPS = isQuick ? 30 : 300
const CONNECTIONS = 8
const PAGE = 50

const LIST = `query ($first: Int) { persons(first: $first) { nodes { databaseId lastName firstName birthDate
  documents { type number } verificationStatus verificationDetails {
    unzr { verificationStatus verificationReason } mvsPassport { verificationStatus } dmsPassport { verificationStatus } } } } }`
const ONE = `query ($id: ID!) { person(id: $id) { lastName verificationStatus documents { type number } } }`
const SYNC =
  'mutation ($input: SyncUnzrInfoRegisterInput!) { syncUnzrInfoRegister(input: $input) { unzrInfo { jobStatus } } }'

const server = await startBenchServer()
try {
  await withPeople(server, PERSONS, bench)
} finally {
  await server.release()
}

async function bench(url: string): Promise<void> {
  const owner = openBench(url, { role: 'zvirka_owner', max: 4 })
  const registry = await startRegistry(10)
  const token = await provideToken(owner)
  const environment = { ...environmentOf(url, registry.url), PORT: '0', ZVIRKA_WORKER_PORT: '0', LOG_LEVEL: 'info' }
  const limits = { ZVIRKA_RATE_LIMIT_TOKEN: 'off', ZVIRKA_RATE_LIMIT_ADDRESS: 'off' }
  const api = await startCommand('api', { ...environment, ...limits })
  const worker = await startCommand('worker', environment)
  const pool = new Pool(api.address, { connections: CONNECTIONS })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const graphql = (query: string, variables: object) => async () => {
    const request = { method: 'POST', path: '/graphql', headers, body: JSON.stringify({ query, variables }) } as const
    const { statusCode, body } = await pool.request(request)
    return { status: statusCode, text: await body.text() }
  }
  try {
    const ids = (await owner.query<{ id: string }>({ text: 'select id from mpi.persons limit 1000' })).map(
      ({ id }) => id,
    )
    const anyId = () => ids[Math.floor(Math.random() * ids.length)] ?? ''
    const list = graphql(LIST, { first: PAGE })
    const bytes = (await list()).text.length
    const bare = await startBare(bytes)
    const barePool = new Pool(bare.address, { connections: CONNECTIONS })
    await measure(`bare fastify, ${bytes} bytes`, async () => {
      const { statusCode, body } = await barePool.request({ method: 'GET', path: '/' })
      return { status: statusCode, text: await body.text() }
    })
    await barePool.close()
    await bare.close()
    await measure(`bare SQL, a page of ${PAGE} with documents`, () => bareSql(owner))
    await measure(`GraphQL, a list of ${PAGE} with verification and documents`, list)
    await measure('GraphQL, one person', () => graphql(ONE, { id: globalId(anyId()) })())
    await measure("REST, a person's verification", async () => {
      const { statusCode, body } = await pool.request({
        ...{ method: 'GET', path: `/api/persons/${anyId()}/verification`, headers },
      })
      return { status: statusCode, text: await body.text() }
    })
    await roundTrips(owner, graphql)
  } finally {
    await pool.close()
    await Promise.all([api.stop(), worker.stop()])
    registry.stop()
    await owner.close()
  }
}

function globalId(id: string): string {
  return Buffer.from(`Person:${id}`).toString('base64')
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** Requests a second with 8 at once, and latencies. */
async function measure(words: string, ask: () => Promise<Answer>): Promise<void> {
  const times: number[] = []
  let left = REQUESTS + CONNECTIONS * 10
  const loop = async () => {
    while (left > 0) {
      left -= 1
      const begin = performance.now()
      const { status, text } = await ask()
      if (status !== 200 || text.includes('"errors"')) throw new Error(`${words}: ${status} ${text.slice(0, 300)}`)
      times.push(performance.now() - begin)
    }
  }
  const begin = performance.now()
  await Promise.all(Array.from({ length: CONNECTIONS }, loop))
  const rate = (times.length / (performance.now() - begin)) * 1000
  tell(words, `${Math.round(rate).toLocaleString('en')}/s, ${percentiles(times)}`)
}

function percentiles(times: readonly number[]): string {
  const sorted = times.toSorted((left, right) => left - right)
  const at = (share: number) => (sorted[Math.floor(sorted.length * share)] ?? 0).toFixed(1)
  return `p50 ${at(0.5)} ms, p95 ${at(0.95)} ms, p99 ${at(0.99)} ms`
}

function tell(words: string, figure: string): void {
  process.stdout.write(`${words.padEnd(58)} ${figure}\n`)
}

async function bareSql(owner: Database): Promise<Answer> {
  const rows = await owner.query({
    name: 'bare page',
    text: `select p.*, to_jsonb(v) as verification,
                  (select jsonb_agg(d) from mpi.person_documents d where d.person_id = p.id) as documents
             from mpi.persons p join mpi.person_verifications v on v.person_id = p.id
            order by p.inserted_at desc, p.id desc limit ${PAGE}`,
  })
  return { status: rows.length === PAGE ? 200 : 500, text: '' }
}

// One after the other: what a person at the page waits for.
async function roundTrips(
  owner: Database,
  graphql: (query: string, variables: object) => () => Promise<Answer>,
): Promise<void> {
  const times: number[] = []
  for (let n = 1; n <= ROUND_TRIPS; n += 1) {
    const begin = performance.now()
    const { status, text } = await graphql(SYNC, { input: { unzr: unzrOf(n) } })()
    if (status !== 200 || text.includes('"errors"')) throw new Error(`the mutation: ${status} ${text}`)
    await untilProcessed(owner, unzrOf(n))
    times.push(performance.now() - begin)
  }
  tell('UNZR info, from the mutation to processed', `${percentiles(times)} (aim: p50 10 ms, p99 50 ms)`)
}

async function untilProcessed(owner: Database, unzr: string): Promise<void> {
  for (;;) {
    const [row] = await owner.query<{ job_status: string }>({
      ...{ name: 'bench unzr', text: 'select job_status from mimir.unzr_info where unzr = $1', values: [unzr] },
    })
    if (row?.job_status === 'processed') return
    if (row?.job_status === 'failed') throw new Error('a job failed')
  }
}

async function provideToken(owner: Database): Promise<string> {
  const [clientId, userId] = [randomUUID(), randomUUID()]
  const statements: [string, unknown[]][] = [
    [`insert into prm.legal_entities (id, name, type, status) values ($1, 'НСЗУ', 'NHS', 'ACTIVE')`, [clientId]],
    [
      `insert into mithril.clients (id, name, client_type_id) select $1, 'НСЗУ', id from mithril.client_types where name = 'NHS'`,
      [clientId],
    ],
    ['insert into mithril.users (id, email) values ($1, $2)', [userId, 'bench@example.org']],
    [
      `insert into mithril.user_roles (user_id, client_id, role_id) select $1, $2, id from mithril.roles where name = 'NHS ADMIN'`,
      [userId, clientId],
    ],
  ]
  for (const [text, values] of statements) await owner.query({ text, values })
  const scope = (ROLES['NHS ADMIN'] ?? []).join(' ')
  return (await issueToken(owner, { name: 'bench', userId, clientId, scope, seconds: 3600 })).value
}

/** Starts a command and answers with the address that its log says. */
async function startCommand(name: string, env: NodeJS.ProcessEnv): Promise<{ address: string; stop(): Promise<void> }> {
  const child: ChildProcess = spawn(process.execPath, [MAIN, name], { env, stdio: ['ignore', 'ignore', 'pipe'] })
  if (child.stderr === null) throw new Error('no log')
  for await (const line of createInterface({ input: child.stderr })) {
    const { address } = JSON.parse(line) as { address?: string }
    if (address === undefined) continue
    child.stderr.resume()
    return {
      address,
      async stop() {
        child.kill('SIGTERM')
        if (child.exitCode === null) await once(child, 'exit')
      },
    }
  }
  throw new Error(`zvirka ${name} ended before it was ready`)
}

async function startBare(bytes: number): Promise<{ address: string; close(): Promise<void> }> {
  const app = fastify()
  const text = 'x'.repeat(bytes)
  app.get('/', () => ({ text }))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}`, close: () => app.close() }
}
