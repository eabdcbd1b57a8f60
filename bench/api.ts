/**
 * `npm run bench:api`: benchmarks of the API. Requests per second and latency of the main reads, beside baselines in the same run: a bare
 * fastify with responses of the same size, and the bare SQL of the same page. The round trip of UNZR info, from the mutation until the row
 * is processed, with a registry that answers immediately, beside the commit of one row, and the share of encrypting and decrypting the
 * answer. The latency of requests over the limits. Approvals of employee requests beside the same statements alone. `-- quick` uses fewer
 * people and requests.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fastify } from 'fastify'
import { Pool } from 'undici'
import type { Database } from '../src/database/database.ts'
import { Encryption } from '../src/encryption/encryption.ts'
import { addKey } from '../src/encryption/keys-file.ts'
import { openInfo, sealInfo } from '../src/unzr-info/sealed-info.ts'
import { measureApprovals } from './approvals.ts'
import { provideToken, startCommand } from './commands.ts'
import { openBench, startBenchServer, unzrOf, withPeople } from './database.ts'
import { environmentOf } from './memory.ts'
import { startRegistry } from './registry.ts'

const isQuick = process.argv.includes('quick')
const PERSONS = isQuick ? 5000 : 100_000
const REQUESTS = isQuick ? 300 : 3000
const ROUND_TRIPS = isQuick ? 30 : 300
/** The first requests are slow and not counted. */
const WARM_UP = isQuick ? 10 : 300
const LIMIT_REQUESTS = 20
const SEALINGS = 10_000
/** Per round; there are five. */
const APPROVALS = isQuick ? 50 : 600
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
  await measureApprovals(server, APPROVALS, tell)
} finally {
  await server.release()
}

async function bench(url: string): Promise<void> {
  const owner = openBench(url, { role: 'zvirka_owner', max: 4 })
  const registry = await startRegistry(10)
  const token = await provideToken(owner)
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-keys-'))
  const keys = join(folder, 'keys')
  addKey(keys, new Date())
  const environment = {
    ...{ ...environmentOf(url, registry.url), PORT: '0', ZVIRKA_WORKER_PORT: '0', LOG_LEVEL: 'info' },
    ZVIRKA_ENCRYPTION_KEYS_FILE: keys,
  }
  const limits = {
    ...{ ZVIRKA_RATE_LIMIT_TOKEN: 'off', ZVIRKA_RATE_LIMIT_ADDRESS: 'off', ZVIRKA_LOOKUPS_PER_HOUR: 'off' },
    ...{ ZVIRKA_LOOKUP_MISSES_PER_HOUR: 'off', ZVIRKA_LOOKUPS_ALIKE: 'off' },
  }
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
    measureSealing(new Encryption(keys))
    await beyondLimits(graphql)
  } finally {
    await pool.close()
    await Promise.all([api.stop(), worker.stop()])
    registry.stop()
    await owner.close()
    await rm(folder, { recursive: true })
  }
}

function globalId(id: string): string {
  return Buffer.from(`Person:${id}`).toString('base64')
}

interface Answer {
  readonly status: number
  readonly text: string
}

/** Requests per second at a concurrency of 8, and latencies. */
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

// Sequential, as a user of the page waits for them.
async function roundTrips(
  owner: Database,
  graphql: (query: string, variables: object) => () => Promise<Answer>,
): Promise<void> {
  await owner.query({ text: 'create table zvirka.bench_commits (n integer)' })
  const commits: number[] = []
  const times: number[] = []
  for (let n = 1; n <= WARM_UP + ROUND_TRIPS; n += 1) {
    const begin = performance.now()
    const { status, text } = await graphql(SYNC, { input: { unzr: unzrOf(n) } })()
    if (status !== 200 || text.includes('"errors"')) throw new Error(`the mutation: ${status} ${text}`)
    await untilProcessed(owner, unzrOf(n))
    if (n > WARM_UP) times.push(performance.now() - begin)
    const commit = performance.now()
    await owner.query({ name: 'bench commit', text: 'insert into zvirka.bench_commits values ($1)', values: [n] })
    if (n > WARM_UP) commits.push(performance.now() - commit)
  }
  tell('the commit of one row, after each of these', percentiles(commits))
  tell('UNZR info, from the mutation to processed', `${percentiles(times)} (aim: p50 10 ms, p99 50 ms)`)
}

// In this process: encryption's share of a round trip, and decryption of each record that is shown.
function measureSealing(encryption: Encryption): void {
  const owner = { id: randomUUID(), unzr: unzrOf(1) }
  const document = {
    type: 'PASSPORT',
    serial: 'АА',
    number: '123456',
    issuedAt: '1998-03-01',
    issuedBy: '1234',
    status: 'VALID',
  }
  const names = { lastName: 'Косач', firstName: 'Лариса', middleName: 'Петрівна', rnokpp: '0012345678', gender: 'F' }
  const info = { ...names, dateBirth: '1980-02-29', documents: [document, document] }
  const row = { job_status: 'processed', synced_at: null, info_deleted_at: null, position: '', info: null } as const
  const by = { inserted_at: new Date(), inserted_by: '', updated_at: new Date(), updated_by: '' }
  const sealed = Array.from({ length: SEALINGS }, () => timed(() => sealInfo(encryption, owner, info)))
  const stored = { ...owner, ...row, ...by }
  const opened = sealed.map(({ value: { bytes, keyId } }) =>
    timed(() => openInfo(encryption, { ...stored, info_sealed: bytes, info_key_id: keyId })),
  )
  const micro = (times: readonly { microseconds: number }[]) => {
    const sorted = times.map(({ microseconds }) => microseconds).toSorted((left, right) => left - right)
    return `p50 ${(sorted[sorted.length >> 1] ?? 0).toFixed(1)} us, p99 ${(sorted[Math.floor(sorted.length * 0.99)] ?? 0).toFixed(1)} us`
  }
  tell('to seal what the registry answered, in its own process', micro(sealed))
  tell('to open it', micro(opened))
}

function timed<T>(act: () => T): { readonly value: T; readonly microseconds: number } {
  const begin = performance.now()
  const value = act()
  return { value, microseconds: (performance.now() - begin) * 1000 }
}

async function untilProcessed(owner: Database, unzr: string): Promise<void> {
  for (;;) {
    const [row] = await owner.query<{ job_status: string }>({
      ...{ name: 'bench unzr', text: 'select job_status from mimir.unzr_info where unzr = $1', values: [unzr] },
    })
    if (row?.job_status === 'processed') return
    if (row?.job_status === 'failed') throw new Error('a job failed')
    // Polling without a pause would take a core from what is measured.
    await delay(1)
  }
}

async function beyondLimits(graphql: (query: string, variables: object) => () => Promise<Answer>): Promise<void> {
  const depth = 5000
  const queries = {
    [`a query of ${depth} levels, answered 400`]: `${'{ node(id: "x") '.repeat(depth)}{ id }${' }'.repeat(depth)}`,
    'a query of 10,000 aliases, answered 400': `{ ${Array.from({ length: 10_000 }, (_, n) => `a${n}: viewer { userId }`).join(' ')} }`,
  }
  for (const [words, query] of Object.entries(queries)) {
    const times: number[] = []
    for (let n = 0; n < LIMIT_REQUESTS; n += 1) {
      const begin = performance.now()
      const { status } = await graphql(query, {})()
      if (status !== 400) throw new Error(`${words}: ${status}`)
      times.push(performance.now() - begin)
    }
    tell(words, percentiles(times))
  }
}

async function startBare(bytes: number): Promise<{ address: string; close(): Promise<void> }> {
  const app = fastify()
  const text = 'x'.repeat(bytes)
  app.get('/', () => ({ text }))
  await app.listen({ host: '127.0.0.1', port: 0 })
  const { port } = app.server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}`, close: () => app.close() }
}
