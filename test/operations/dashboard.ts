/**
 * `npm run test:dashboard`: a busy worker and API, a Prometheus (on the PATH; Debian: apt install prometheus) that scrapes them, and every
 * query of the dashboard. It installs nothing, and exits with 2 without Prometheus. Exits with 0 if each query has a value, else with 1; it
 * waits three minutes at most.
 */
import { spawn, spawnSync } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { startSimulator } from '../../simulator/simulator.ts'
import { bareEnvironment, zvirka } from '../cli/zvirka.ts'
import { readDashboard } from '../deploy/dashboard.ts'
import { createLauncher } from '../processes/command.ts'
import { environmentOf } from '../processes/ground.ts'
import { createAuthority } from '../simulator/certificates.ts'
import { freePort } from '../support/free-port.ts'
import { makeKeysFile } from '../support/keys.ts'
import { startOwnDatabase } from './own-database.ts'

const PATIENCE_MS = 180_000
const CLIENT = 'de300000-0000-4000-8000-000000000010'
const closing: (() => unknown)[] = []

/** Every query, with its panel; variables match everything. */
const queries = readDashboard().panels.flatMap((panel) =>
  panel.type === 'row'
    ? []
    : panel.targets.map(({ expr }) => ({
        panel: panel.title,
        query: expr.replaceAll('$__rate_interval', '20s').replaceAll(/"\$\w+"/g, '".*"'),
      })),
)

async function must(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  const { code, out, err } = await zvirka(args, environment)
  if (code !== 0) throw new Error(`zvirka ${args.join(' ')} ended with ${code}: ${err}`)
  return out.trim()
}

/** A worker with an open run, and an API; returns the addresses of their metrics and what keeps the API busy. */
async function startAll(folder: string) {
  const database = await startOwnDatabase()
  closing.push(() => database.close())
  const people = join(folder, 'people')
  await must(['generate', '--persons', '20000', '--parties', '2000', '--out', people, '--quiet'], {})
  const authority = createAuthority('authority')
  const simulator = await startSimulator({
    ...(await loadRegistries(people)),
    tls: { ...authority.certify('simulator'), ca: authority.cert },
  })
  closing.push(() => simulator.close())
  const { cert, key } = authority.certify('client')
  for (const [name, pem] of Object.entries({ cert, key, ca: authority.cert })) await writeFile(join(folder, name), pem)
  const environment = {
    ...environmentOf(database.url, simulator.url),
    ZVIRKA_ENCRYPTION_KEYS_FILE: makeKeysFile(),
    TREMBITA_TLS_CERT: join(folder, 'cert'),
    TREMBITA_TLS_KEY: join(folder, 'key'),
    TREMBITA_TLS_CA: join(folder, 'ca'),
    // Slow enough that a run is open all the time.
    TREMBITA_MVS_RATE_LIMIT: '20',
    ...Object.fromEntries(
      ['UNZR_PERSON', 'MVS_PERSON', 'DMS_PERSON', 'MVS_PARTY', 'DMS_PARTY'].map((of) => [
        `${of}_SYNCHRONIZATION_SCHEDULE`,
        '* * * * *',
      ]),
    ),
  }
  await must(['migrate'], environment)
  await must(['import', 'persons', join(people, 'persons.ndjson'), '--quiet'], environment)
  await must(['import', 'parties', join(people, 'parties.ndjson'), '--quiet'], environment)
  await must(
    ['client', 'create', '--id', CLIENT, '--type', 'NHS', '--name', 'NHS', '--edrpou', '42032422'],
    environment,
  )
  await must(['user', 'create', '--email', 'a@example.org', '--role', 'NHS ADMIN', '--client', CLIENT], environment)
  const scope = ['--scope', 'unzr:read unzr:write person:read event:read']
  const token = await must(['token', 'create', '--user', 'a@example.org', '--client', CLIENT, ...scope], environment)
  const { launch, killAll } = createLauncher()
  closing.push(() => killAll())
  const worker = launch(['worker'], environment)
  const api = launch(['api'], { ...environment, PORT: '0', ZVIRKA_MONITORING_PORT: '0' })
  const [, ofWorker = ''] = await worker.untilSays(/"address":"http:\/\/([^"]+)"/)
  const [, served = ''] = await api.untilSays(/"address":"([^"]+)","msg":"API ready/)
  const [, ofApi = ''] = await api.untilSays(/"address":"http:\/\/([^"]+)","msg":"health and metrics/)
  return { ofWorker, ofApi, use: () => use(served, token) }
}

async function use(address: string, token: string): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const ask = (query: string) =>
    fetch(`${address}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query }) })
  await fetch(`${address}/api/events`, { headers })
  await ask('{ persons(first: 1) { nodes { id } } }')
  await ask(
    `mutation { syncUnzrInfoRegister(input: { unzr: "19900101-0000${Math.floor(Math.random() * 10)}" }) { unzrInfo { id } } }`,
  )
}

async function startPrometheus(folder: string, targets: Readonly<Record<string, string>>): Promise<string> {
  const port = await freePort()
  const config = {
    global: { scrape_interval: '2s' },
    scrape_configs: Object.entries(targets).map(([job_name, target]) => ({
      job_name,
      static_configs: [{ targets: [target] }],
    })),
  }
  const file = join(folder, 'prometheus.json')
  await writeFile(file, JSON.stringify(config))
  const args = [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
  ]
  const child = spawn('prometheus', [...args, '--log.level=error'], {
    env: bareEnvironment(),
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const gone = new Promise((resolve) => child.once('close', resolve))
  closing.push(async () => {
    child.kill('SIGTERM')
    await gone
  })
  return `http://127.0.0.1:${port}`
}

const answer = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
})

/** Whether a query has a value other than NaN. */
async function hasValue(prometheus: string, query: string): Promise<boolean> {
  const response = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query })}`).catch(() => undefined)
  const { data } = answer.safeParse(await response?.json().catch(() => undefined))
  return data?.data.result.some(({ value: [, value] }) => value !== 'NaN') ?? false
}

async function main(): Promise<number> {
  if (spawnSync('prometheus', ['--version']).status !== 0) {
    process.stderr.write('there is no prometheus on PATH: nothing was tried (Debian: apt install prometheus)\n')
    return 2
  }
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-dashboard-'))
  closing.push(() => rm(folder, { recursive: true, force: true }))
  const { ofWorker, ofApi, use } = await startAll(folder)
  const prometheus = await startPrometheus(folder, { 'zvirka-worker': ofWorker, 'zvirka-api': ofApi })
  const end = performance.now() + PATIENCE_MS
  let empty = queries
  // Each query may need its moment: ticks come once a minute.
  while (empty.length > 0 && performance.now() < end) {
    await use()
    await delay(2000)
    const found = await Promise.all(empty.map(({ query }) => hasValue(prometheus, query)))
    empty = empty.filter((_, n) => found[n] !== true)
  }
  for (const { panel, query } of empty) process.stdout.write(`FAILED ${panel}: no value of ${query}\n`)
  process.stdout.write(`${queries.length - empty.length} of ${queries.length} queries of the dashboard have values\n`)
  return empty.length === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} finally {
  for (const close of closing.toReversed()) await close()
}
