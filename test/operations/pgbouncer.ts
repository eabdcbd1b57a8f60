/**
 * `npm run test:pgbouncer -- --seed S`: runs the program through a real PgBouncer, as docs/operations.md describes. It uses the pgbouncer on
 * the PATH (Debian: `apt install pgbouncer`), installs nothing, and exits with 2 without it. With its own PostgreSQL, free ports and a
 * temporary folder: with `pool_mode = session` every command must work, also while PgBouncer is killed and started again in mid-run; with
 * `pool_mode = transaction` every command must say what is wrong. Exits with 0 if all is as documented, else with 1.
 */
import { spawnSync } from 'node:child_process'
import { chown, mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { startSimulator } from '../../simulator/simulator.ts'
import { provideBinaries } from '../../src/database/embedded/binaries.ts'
import { provideData, siteIn } from '../../src/database/embedded/cluster.ts'
import { type ServerUser, serverUser } from '../../src/database/embedded/server-user.ts'
import { provideSocketDirectory } from '../../src/database/embedded/state.ts'
import { migrateWithJobs } from '../../src/jobs/schema.ts'
import { PostgresServer, tell } from '../chaos/postgres.ts'
import { zvirka } from '../cli/zvirka.ts'
import { environmentOf } from '../processes/ground.ts'
import { Pooler, type PoolMode } from './pooler.ts'
import { playPoolerRound } from './pooler-round.ts'

interface Attempt {
  readonly mode: PoolMode
  readonly args: readonly string[]
  readonly code: number
  /** The expected output. */
  readonly says: RegExp
}

const attemptsIn = (people: string): readonly Attempt[] => {
  const inSession = (says: RegExp, ...args: string[]): Attempt => ({ mode: 'session', args, code: 0, says })
  const inTransaction = (code: number, ...args: string[]): Attempt => ({
    ...{ mode: 'transaction', args, code, says: /pool_mode = session/ },
  })
  return [
    inSession(/up to date/, 'migrate'),
    inSession(/200/, 'import', 'persons', join(people, 'persons.ndjson')),
    inSession(/20/, 'import', 'parties', join(people, 'parties.ndjson')),
    ...['unzr person', 'mvs-passport person', 'dms-passport person', 'dms-passport party'].map((process) =>
      inSession(/finished/, 'sync', ...process.split(' '), '--quiet'),
    ),
    inSession(/"sessions_own"/, 'doctor', '--json'),
    inSession(/dms-passport/, 'status'),
    inTransaction(1, 'doctor'),
    ...['migrate', 'api', 'worker', 'status', 'user list'].map((command) => inTransaction(2, ...command.split(' '))),
  ]
}

const { values } = parseArgs({ options: { seed: { type: 'string', default: '1' } } })
const closing: (() => Promise<unknown>)[] = []
let failures = 0

function told(isRight: boolean, what: string, why: string): void {
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'}  ${what}\n`)
  if (isRight) return
  failures += 1
  process.stdout.write(`${why}\n`)
}

async function main(): Promise<number> {
  const version = spawnSync('pgbouncer', ['--version'], { encoding: 'utf8' })
  if (version.error !== undefined || version.status !== 0) {
    process.stderr.write('there is no pgbouncer on PATH: nothing was tried (Debian: apt install pgbouncer)\n')
    return 2
  }
  process.stdout.write(`${version.stdout.split('\n')[0]}\n`)
  const user = serverUser()
  const top = await mkdtemp(join(tmpdir(), 'zvirka-pgbouncer-'))
  closing.push(() => rm(top, { recursive: true, force: true }))
  if (user !== undefined) await chown(top, user.uid, user.gid)
  const { server, socketDirectory } = await startPostgres(top, user)
  const start = async (mode: PoolMode) => {
    const pooler = await Pooler.start(mode, { folder: top, socketDirectory, user })
    closing.push(() => pooler.kill())
    return pooler
  }
  const poolers = { session: await start('session'), transaction: await start('transaction') }
  await tryCommands(top, poolers)
  await tellServer(server, 'drop database zvirka with (force)')
  await tellServer(server, 'create database zvirka')
  await migrateWithJobs(server.url)
  const round = { pooler: poolers.session, databaseUrl: server.url, seed: Number(values.seed) }
  const problems = await playPoolerRound({ ...round, say: (line) => process.stdout.write(`${line}\n`) })
  told(
    problems.length === 0,
    'behind PgBouncer, also while it is away, nothing is lost or doubled',
    problems.join('\n'),
  )
  process.stdout.write(failures === 0 ? 'all as documented\n' : `${failures} failed\n`)
  return failures === 0 ? 0 : 1
}

async function tryCommands(top: string, poolers: Readonly<Record<PoolMode, Pooler>>): Promise<void> {
  const people = join(top, 'people')
  const made = await zvirka(['generate', '--persons', '200', '--parties', '20', '--out', people, '--quiet'])
  if (made.code !== 0) throw new Error(made.err)
  const simulator = await startSimulator(await loadRegistries(people))
  closing.push(() => simulator.close())
  for (const { mode, args, code, says } of attemptsIn(people)) {
    const ended = await zvirka(args, environmentOf(poolers[mode].url, simulator.url))
    const output = ended.out + ended.err
    const words = args.map((arg) => arg.replace(`${top}/`, '')).join(' ')
    told(
      ended.code === code && says.test(output),
      `pool_mode = ${mode.padEnd(11)}  zvirka ${words}`,
      `ended with ${ended.code}, expected ${code} and ${says}:\n${output}`,
    )
  }
}

async function startPostgres(top: string, user: ServerUser | undefined) {
  const folder = join(top, 'postgres')
  await mkdir(folder)
  if (user !== undefined) await chown(folder, user.uid, user.gid)
  const cluster = { ...siteIn(folder, user), binaries: await provideBinaries(top) }
  const socketDirectory = await provideSocketDirectory(folder, user)
  await provideData(cluster, ['--no-sync'])
  const server = new PostgresServer(cluster, socketDirectory)
  await server.start('postgres')
  closing.push(() => server.stop())
  await tellServer(server, 'create database zvirka')
  return { server, socketDirectory }
}

function tellServer({ url }: PostgresServer, text: string): Promise<unknown> {
  return tell(url.replace('/zvirka?', '/postgres?'), text)
}

try {
  process.exitCode = await main()
} finally {
  for (const close of closing.toReversed()) await close()
}
