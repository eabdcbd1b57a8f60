/** PostgreSQL servers from Debian's packages, which the documents name, for backup and restore. */
import { execFile } from 'node:child_process'
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { type ServerUser, serverUser } from '../../src/database/embedded/server-user.ts'
import { type Servers, tell } from '../chaos/postgres.ts'
import { repository } from '../support/imports.ts'
import { until } from '../support/until.ts'

/** How long work goes on between the base backup and the restored moment. */
const SINCE_BASE_MS = 3000

const SETTINGS = {
  ...{ listen_addresses: '', port: '5432', max_connections: '150', shared_buffers: '64MB' },
  // A killed server loses nothing that it has handed to the operating system.
  ...{ fsync: 'off', archive_mode: 'on', log_min_error_statement: 'panic' },
}

/** One server with its data. */
export class Server {
  /** The URL of a superuser. */
  readonly url: string
  readonly folder: string
  readonly #binaries: string
  readonly #user: ServerUser | undefined

  private constructor(folder: string, binaries: string, user: ServerUser | undefined) {
    this.folder = folder
    this.#binaries = binaries
    this.#user = user
    this.url = `postgresql:///zvirka?host=${encodeURIComponent(folder)}&port=5432&user=postgres&sslmode=disable`
  }

  /** A server in a folder, without data. */
  static async at(folder: string, binaries: string, user: ServerUser | undefined): Promise<Server> {
    await mkdir(join(folder, 'archive'), { recursive: true, mode: 0o700 })
    if (user !== undefined) for (const path of [folder, join(folder, 'archive')]) await chown(path, user.uid, user.gid)
    return new Server(folder, binaries, user)
  }

  get data(): string {
    return join(this.folder, 'data')
  }

  get archive(): string {
    return join(this.folder, 'archive')
  }

  /** Runs a PostgreSQL program as the server's user. */
  async tool(program: string, ...args: readonly string[]): Promise<string> {
    const as = this.#user === undefined ? {} : { uid: this.#user.uid, gid: this.#user.gid }
    const env = { PATH: `${process.env['PATH']}`, LC_ALL: 'C.UTF-8' }
    const options = { ...as, env, cwd: this.folder, maxBuffer: 2 ** 26 }
    return (await promisify(execFile)(join(this.#binaries, program), args, options)).stdout
  }

  async initialise(): Promise<void> {
    const options = ['--auth=trust', '--encoding=UTF8', '--locale=C.UTF-8', '--no-sync', '--no-instructions']
    await this.tool('initdb', '-D', this.data, '-U', 'postgres', ...options)
  }

  async start(more: Readonly<Record<string, string>> = {}): Promise<void> {
    const own = { unix_socket_directories: this.folder, archive_command: `cp %p ${this.archive}/%f` }
    const settings = Object.entries({ ...SETTINGS, ...own, ...more }).map(([name, value]) => `-c ${name}='${value}'`)
    const log = join(this.folder, 'log')
    const args = ['-D', this.data, '-s', '-w', '-t', '120', '-l', log, '-o', settings.join(' '), 'start']
    await this.tool('pg_ctl', ...args).catch(async (error: unknown) => {
      throw new Error(`PostgreSQL did not start: ${await readFile(log, 'utf8').catch(() => '')}`, { cause: error })
    })
  }

  /** As if its machine were lost, except for what it has handed to the operating system. */
  async lose(): Promise<void> {
    await this.tool('pg_ctl', '-D', this.data, '-s', '-m', 'immediate', 'stop').catch(() => undefined)
  }

  /** Creates database, logins and roles by the statements of docs/operations.md. */
  async prepare(): Promise<void> {
    const text = await readFile(join(repository, 'docs/operations.md'), 'utf8')
    const [, sql = ''] = /^```sql\n(create role zvirka login.*?)^```/ms.exec(text) ?? []
    const file = join(this.folder, 'roles.sql')
    await writeFile(file, sql.replace(/^create database zvirka;$/m, '$&\n\\connect zvirka'))
    const to = this.url.replace('/zvirka?', '/postgres?')
    await this.tool('psql', '-X', '-q', '-v', 'ON_ERROR_STOP=1', '-d', to, '-f', file)
  }
}

/** Two servers: one in use, and one to restore its backup to. */
export class TwoServers implements Servers {
  readonly urls: readonly string[]
  readonly first: Server
  readonly second: Server
  readonly #top: string
  #hasMoved = false

  private constructor(first: Server, second: Server, top: string) {
    this.first = first
    this.second = second
    this.#top = top
    this.urls = [first.url, second.url]
  }

  /** Starts the first, with an empty database. */
  static async start(binaries: string): Promise<TwoServers> {
    const user = serverUser()
    const top = await mkdtemp(join(tmpdir(), 'zvirka-recovery-'))
    if (user !== undefined) await chown(top, user.uid, user.gid)
    const [first, second] = [
      await Server.at(join(top, '1'), binaries, user),
      await Server.at(join(top, '2'), binaries, user),
    ]
    const both = new TwoServers(first, second, top)
    await first.initialise()
    await first.start()
    await first.prepare()
    return both
  }

  async primaryUrl(): Promise<string> {
    return (this.#hasMoved ? this.second : this.first).url
  }

  /** Switches to the second server. */
  move(): void {
    this.#hasMoved = true
  }

  async close(): Promise<void> {
    for (const server of [this.first, this.second]) await server.lose()
    await rm(this.#top, { recursive: true, force: true })
  }
}

/** How a database in use is backed up and restored elsewhere: the commands of docs/operations.md. */
export interface Way {
  /** Backs it up, as it is now or a moment later. */
  backUp(server: Server): Promise<void>
  /** Restores it on another, empty server. */
  restore(from: Server, to: Server): Promise<void>
}

/** `pg_dump` and `pg_restore`. */
export function dumpWay(): Way {
  return {
    async backUp(server) {
      await server.tool('pg_dump', '-Fc', '-f', join(server.folder, 'zvirka.dump'), '-d', server.url)
    },
    async restore(from, to) {
      await to.initialise()
      await to.start()
      await to.prepare()
      await to.tool('pg_restore', '--exit-on-error', '-d', to.url, join(from.folder, 'zvirka.dump'))
      await to.tool('vacuumdb', '--analyze-only', '-q', '-d', to.url)
    },
  }
}

/** `pg_basebackup` with the WAL archive, up to a moment after it. */
export function pointInTimeWay(): Way {
  let moment = ''
  return {
    async backUp(server) {
      await server.tool('pg_basebackup', '-D', join(server.folder, 'base'), '-c', 'fast', '-d', server.url)
      await delay(SINCE_BASE_MS)
      const [row] = await tell<{ now: string }>(server.url, 'select clock_timestamp()::text as now')
      moment = `${row?.now}`
      // Recovery ends at the first commit after that moment, which must be in the archive.
      await tell(server.url, 'create table beyond ()')
      const [segment] = await tell<{ name: string }>(server.url, 'select pg_walfile_name(pg_switch_wal()) as name')
      await until('the log to be archived', async () => {
        const archived = `select from pg_stat_archiver where last_archived_wal >= $1`
        return (await tell(server.url, archived, [segment?.name])).length > 0
      })
    },
    async restore(from, to) {
      await promisify(execFile)('cp', ['-a', join(from.folder, 'base'), to.data])
      await writeFile(join(to.data, 'recovery.signal'), '')
      await to.start({
        ...{ restore_command: `cp ${from.archive}/%f %p`, recovery_target_time: moment },
        ...{ recovery_target_action: 'promote' },
      })
      await until('the recovery to end', async () => {
        return (await tell(to.url, 'select where not pg_is_in_recovery()')).length > 0
      })
    },
  }
}
