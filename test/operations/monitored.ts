/** A busy worker and API, with a Prometheus that scrapes them, for commands that look at what is monitored. */
import { spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { startProxy, type TcpProxy } from '../chaos/proxy.ts'
import { bareEnvironment, zvirka } from '../cli/zvirka.ts'
import { createLauncher } from '../processes/command.ts'
import { environmentOf } from '../processes/ground.ts'
import { createAuthority } from '../simulator/certificates.ts'
import { freePort } from '../support/free-port.ts'
import { makeKeysFile } from '../support/keys.ts'
import { startOwnDatabase } from './own-database.ts'

const CLIENT = 'de300000-0000-4000-8000-000000000010'

/** What runs. */
export interface Monitored {
  /** The folder with the files of people. */
  readonly people: string
  readonly simulator: Simulator
  /** Between the program and its database. */
  readonly database: TcpProxy
  /** The addresses of the metrics, by the name of the job. */
  readonly targets: Readonly<Record<string, string>>
  /** Sends some requests to the API. */
  use(): Promise<void>
}

async function must(args: readonly string[], environment: Readonly<Record<string, string>>): Promise<string> {
  const { code, out, err } = await zvirka(args, environment)
  if (code !== 0) throw new Error(`zvirka ${args.join(' ')} ended with ${code}: ${err}`)
  return out.trim()
}

/** Starts a worker with an open run, and an API; `stack` ends them. */
export async function startMonitored(folder: string, stack: AsyncDisposableStack): Promise<Monitored> {
  const own = await startOwnDatabase()
  stack.defer(() => own.close())
  const { port, pathname } = new URL(own.url)
  const database = await startProxy(() => ({ host: '127.0.0.1', port: Number(port) }))
  stack.defer(() => database.close())
  const people = join(folder, 'people')
  await must(['generate', '--persons', '20000', '--parties', '2000', '--out', people, '--quiet'], {})
  const authority = createAuthority('authority')
  const simulator = await startSimulator({
    ...(await loadRegistries(people)),
    tls: { ...authority.certify('simulator'), ca: authority.cert },
  })
  stack.defer(() => simulator.close())
  const { cert, key } = authority.certify('client')
  for (const [name, pem] of Object.entries({ cert, key, ca: authority.cert })) await writeFile(join(folder, name), pem)
  const environment = {
    ...environmentOf(`postgres://zvirka@127.0.0.1:${database.port}${pathname}`, simulator.url),
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
  stack.defer(() => killAll())
  const worker = launch(['worker'], environment)
  const api = launch(['api'], { ...environment, PORT: '0', ZVIRKA_MONITORING_PORT: '0' })
  const [, ofWorker = ''] = await worker.untilSays(/"address":"http:\/\/([^"]+)"/)
  const [, served = ''] = await api.untilSays(/"address":"([^"]+)","msg":"API ready/)
  const [, ofApi = ''] = await api.untilSays(/"address":"http:\/\/([^"]+)","msg":"health and metrics/)
  const targets = { 'zvirka-worker': ofWorker, 'zvirka-api': ofApi }
  return { people, simulator, database, targets, use: () => use(served, token) }
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

/** Starts Prometheus; returns its address. `more` is added to its configuration. */
export async function startPrometheus(
  folder: string,
  targets: Readonly<Record<string, string>>,
  stack: AsyncDisposableStack,
  { global = {}, ...more }: { readonly global?: object; readonly [key: string]: unknown } = {},
): Promise<string> {
  const port = await freePort()
  const config = {
    global: { scrape_interval: '2s', evaluation_interval: '2s', ...global },
    ...more,
    scrape_configs: Object.entries(targets).map(([job_name, target]) => ({
      job_name,
      static_configs: [{ targets: [target] }],
    })),
  }
  const file = join(folder, 'prometheus.json')
  await writeFile(file, JSON.stringify(config))
  startProgram('prometheus', stack, [
    `--config.file=${file}`,
    `--storage.tsdb.path=${join(folder, 'data')}`,
    `--web.listen-address=127.0.0.1:${port}`,
    '--log.level=error',
  ])
  return `http://127.0.0.1:${port}`
}

/** Starts a program of the PATH, which `stack` ends. */
export function startProgram(program: string, stack: AsyncDisposableStack, args: readonly string[]): void {
  const child = spawn(program, args, { env: bareEnvironment(), stdio: ['ignore', 'ignore', 'inherit'] })
  const gone = new Promise((resolve) => child.once('close', resolve))
  stack.defer(async () => {
    child.kill('SIGTERM')
    await gone
  })
}
