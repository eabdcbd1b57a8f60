/**
 * `node test/operations/pgbouncer.ts`: runs the program through a real PgBouncer, as docs/operations.md describes. It uses the pgbouncer on
 * the PATH (Debian: `apt install pgbouncer`), and does nothing without it. With its own PostgreSQL, free ports and a temporary folder: with
 * `pool_mode = session` every command must work, with `pool_mode = transaction` the doctor must report the problem.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { chown, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { startSimulator } from '../../simulator/simulator.ts'
import { connect } from '../../src/database/connection.ts'
import { provideBinaries } from '../../src/database/embedded/binaries.ts'
import { provideData, siteIn } from '../../src/database/embedded/cluster.ts'
import { type ServerUser, serverUser } from '../../src/database/embedded/server-user.ts'
import { provideSocketDirectory } from '../../src/database/embedded/state.ts'
import { PostgresServer, tell } from '../chaos/postgres.ts'
import { zvirka } from '../cli/zvirka.ts'
import { environmentOf } from '../processes/ground.ts'
import { freePort } from '../support/free-port.ts'

type Mode = 'session' | 'transaction'

interface Attempt {
  readonly mode: Mode
  readonly args: readonly string[]
  readonly code: number
  /** The expected output. */
  readonly says: RegExp
}

const attemptsIn = (people: string): readonly Attempt[] => {
  const inSession = (code: number, says: RegExp, ...args: string[]): Attempt => ({ mode: 'session', args, code, says })
  return [
    inSession(0, /./, 'migrate'),
    inSession(0, /200/, 'import', 'persons', join(people, 'persons.ndjson')),
    inSession(0, /20/, 'import', 'parties', join(people, 'parties.ndjson')),
    ...['unzr person', 'mvs-passport person', 'dms-passport person', 'dms-passport party'].map((process) =>
      inSession(0, /finished/, 'sync', ...process.split(' '), '--quiet'),
    ),
    inSession(0, /sessions +each connection has its own session/, 'doctor'),
    inSession(0, /dms-passport/, 'status'),
    { mode: 'transaction', args: ['doctor'], code: 1, says: /pool_mode = session/ },
  ]
}

async function main(): Promise<number> {
  const version = spawnSync('pgbouncer', ['--version'], { encoding: 'utf8' })
  if (version.error !== undefined || version.status !== 0) {
    process.stderr.write('there is no pgbouncer on PATH: nothing was tried (Debian: apt install pgbouncer)\n')
    return 2
  }
  process.stdout.write(`${version.stdout.split('\n')[0]}\n`)
  const closing: (() => Promise<unknown>)[] = []
  try {
    return await tryAll(closing)
  } finally {
    for (const close of closing.toReversed()) await close()
  }
}

async function tryAll(closing: (() => Promise<unknown>)[]): Promise<number> {
  const user = serverUser()
  const top = await mkdtemp(join(tmpdir(), 'zvirka-pgbouncer-'))
  closing.push(() => rm(top, { recursive: true, force: true }))
  if (user !== undefined) await chown(top, user.uid, user.gid)
  const { socketDirectory } = await startPostgres(top, user, closing)
  const people = join(top, 'people')
  const made = await zvirka(['generate', '--persons', '200', '--parties', '20', '--out', people, '--quiet'])
  if (made.code !== 0) throw new Error(made.err)
  const simulator = await startSimulator(await loadRegistries(people))
  closing.push(() => simulator.close())

  let failures = 0
  let mode: Mode | undefined
  let url = ''
  for (const { says, ...attempt } of attemptsIn(people)) {
    if (attempt.mode !== mode) url = await startPooler(top, attempt.mode, socketDirectory, user, closing)
    mode = attempt.mode
    const { code, out, err } = await zvirka(attempt.args, environmentOf(url, simulator.url))
    const isRight = code === attempt.code && says.test(out + err)
    const words = attempt.args.map((arg) => arg.replace(`${top}/`, '')).join(' ')
    process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'}  pool_mode = ${mode.padEnd(11)}  zvirka ${words}\n`)
    if (isRight) continue
    failures += 1
    process.stdout.write(`ended with ${code}, expected ${attempt.code} and ${says}:\n${out}${err}\n`)
  }
  process.stdout.write(failures === 0 ? 'all as documented\n' : `${failures} failed\n`)
  return failures === 0 ? 0 : 1
}

async function startPostgres(top: string, user: ServerUser | undefined, closing: (() => Promise<unknown>)[]) {
  const folder = join(top, 'postgres')
  await mkdir(folder)
  if (user !== undefined) await chown(folder, user.uid, user.gid)
  const cluster = { ...siteIn(folder, user), binaries: await provideBinaries(top) }
  const socketDirectory = await provideSocketDirectory(folder, user)
  await provideData(cluster, ['--no-sync'])
  const server = new PostgresServer(cluster, socketDirectory)
  await server.start('postgres')
  closing.push(() => server.stop())
  await tell(server.url.replace('/zvirka?', '/postgres?'), 'create database zvirka')
  return { socketDirectory }
}

/** Starts a PgBouncer with only the necessary settings and a pool mode. */
async function startPooler(
  top: string,
  mode: Mode,
  socketDirectory: string,
  user: ServerUser | undefined,
  closing: (() => Promise<unknown>)[],
): Promise<string> {
  const port = await freePort()
  const file = join(top, `${mode}.ini`)
  const lines = [
    '[databases]',
    `zvirka = host=${socketDirectory} port=5432 dbname=zvirka user=zvirka`,
    '[pgbouncer]',
    'listen_addr = 127.0.0.1',
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `pool_mode = ${mode}`,
  ]
  await writeFile(file, `${lines.join('\n')}\n`)
  // PgBouncer refuses to run as root.
  const as = user === undefined ? {} : { uid: user.uid, gid: user.gid }
  const child = spawn('pgbouncer', [file], { ...as, stdio: ['ignore', 'ignore', 'pipe'] })
  let said = ''
  child.stderr.setEncoding('utf8').on('data', (text: string) => (said += text))
  closing.push(() => end(child))
  const url = `postgres://zvirka@127.0.0.1:${port}/zvirka`
  while (child.exitCode === null) {
    const answers = await connect({ url, applicationName: 'tests' }).then(
      (client) => client.end().then(() => true),
      () => false,
    )
    if (answers) return url
    await delay(50)
  }
  throw new Error(`pgbouncer ended with ${child.exitCode}: ${said}`)
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const gone = new Promise((resolve) => child.once('close', resolve))
  child.kill('SIGKILL')
  await gone
}

process.exitCode = await main()
