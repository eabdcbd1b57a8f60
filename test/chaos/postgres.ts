/** PostgreSQL servers for a round: a primary and a standby that receives every commit before it is acknowledged. */
import { execFile } from 'node:child_process'
import { chown, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { connect } from '../../src/database/connection.ts'
import { provideBinaries } from '../../src/database/embedded/binaries.ts'
import { type Cluster, provideData, siteIn, startServer } from '../../src/database/embedded/cluster.ts'
import { findServer, removeStalePidFile, stopServer } from '../../src/database/embedded/postmaster.ts'
import { serverUser } from '../../src/database/embedded/server-user.ts'
import { serverSettings } from '../../src/database/embedded/settings.ts'
import { embeddedUrl } from '../../src/database/embedded/share.ts'
import { provideSocketDirectory } from '../../src/database/embedded/state.ts'
import { migrateWithJobs } from '../../src/jobs/schema.ts'
import { until } from '../support/until.ts'

const DATABASE = 'zvirka'
const STANDBY = 'standby'

const settings = {
  wal_level: 'replica',
  max_wal_senders: '4',
  hot_standby: 'on',
  max_connections: '150',
  shared_buffers: '64MB',
  // A killed server loses nothing that it has handed to the operating system; power failures are not tested.
  fsync: 'off',
  deadlock_timeout: '100ms',
  wal_retrieve_retry_interval: '100ms',
  wal_sender_timeout: '3s',
  wal_receiver_timeout: '3s',
  autovacuum_naptime: '5s',
}

/** One server with its data. */
export class PostgresServer {
  readonly url: string
  readonly #cluster: Cluster
  readonly #settings: Record<string, string>

  constructor(cluster: Cluster, socketDirectory: string, more: Readonly<Record<string, string>> = {}) {
    this.#cluster = cluster
    this.#settings = { ...serverSettings(socketDirectory), ...settings, ...more }
    this.url = embeddedUrl(socketDirectory, DATABASE)
  }

  get dataDirectory(): string {
    return this.#cluster.dataDirectory
  }

  /** Starts it, also after a kill, and waits until a superuser can connect. */
  async start(database = DATABASE): Promise<void> {
    const url = this.url.replace(`/${DATABASE}?`, `/${database}?`)
    const begin = performance.now()
    for (;;) {
      if ((await findServer(this.dataDirectory)) === undefined) {
        await removeStalePidFile(this.dataDirectory)
        // The start fails at once while children of a killed server are running.
        await startServer(this.#cluster, this.#settings)
      }
      const answers = await connect({ url, applicationName: 'chaos' }).then(
        (client) => client.end().then(() => true),
        () => false,
      )
      if (answers) return
      if (performance.now() - begin > 60_000) throw new Error(`PostgreSQL did not start: ${await this.#lastWords()}`)
      await delay(50)
    }
  }

  /** kill -9 of the postmaster; its children end by themselves. */
  async kill(): Promise<void> {
    const pid = await findServer(this.dataDirectory)
    if (pid === undefined) return
    process.kill(pid, 'SIGKILL')
    await until('the server to be gone', async () => (await findServer(this.dataDirectory)) === undefined)
  }

  async stop(): Promise<void> {
    await stopServer(this.dataDirectory, 20_000)
    // A server that waits for a lost standby does not stop by itself.
    await this.kill()
  }

  async #lastWords(): Promise<string> {
    const log = await readFile(this.#cluster.logFile, 'utf8').catch(() => '')
    return log.split('\n').slice(-5).join('\n')
  }
}

/** Runs one statement as superuser. */
export async function tell<Row>(url: string, text: string, values: readonly unknown[] = []): Promise<Row[]> {
  const client = await connect({ url, applicationName: 'chaos' })
  try {
    return (await client.query(text, values as unknown[])).rows as Row[]
  } finally {
    await client.end()
  }
}

/** Servers of which one is the primary. */
export interface Servers {
  /** The superuser's URL of each, over its unix socket. */
  readonly urls: readonly string[]
  /** The current or last primary. */
  primaryUrl(): Promise<string>
}

/** A primary and its standby, which can be promoted once. */
export class ServerPair implements Servers {
  readonly urls: readonly string[]
  readonly #primary: PostgresServer
  readonly #standby: PostgresServer
  readonly #remove: () => Promise<void>
  #hasFailedOver = false

  constructor(primary: PostgresServer, standby: PostgresServer, remove: () => Promise<void>) {
    this.#primary = primary
    this.#standby = standby
    this.#remove = remove
    this.urls = [primary.url, standby.url]
  }

  /** The primary. */
  get primary(): PostgresServer {
    return this.#hasFailedOver ? this.#standby : this.#primary
  }

  /** Whether commits wait for a standby. */
  get isReplicated(): boolean {
    return !this.#hasFailedOver
  }

  async primaryUrl(): Promise<string> {
    return this.primary.url
  }

  failOver(): void {
    this.#hasFailedOver = true
  }

  remove(): Promise<void> {
    return this.#remove()
  }
}

/**
 * Starts a migrated primary and, from a copy of its stopped data, a standby with streaming replication. Replication is synchronous, so no
 * acknowledged commit is lost with the primary.
 */
export async function startServers(): Promise<ServerPair> {
  const user = serverUser()
  const top = await mkdtemp(join(tmpdir(), 'zvirka-chaos-'))
  const folder = async (name: string) => {
    const path = join(top, name)
    await mkdir(path)
    if (user !== undefined) await chown(path, user.uid, user.gid)
    return { cluster: siteIn(path, user), sockets: await provideSocketDirectory(path, user) }
  }
  if (user !== undefined) await chown(top, user.uid, user.gid)
  const binaries = await provideBinaries(top)
  const [first, second] = [await folder('1'), await folder('2')]
  const primary = new PostgresServer({ ...first.cluster, binaries }, first.sockets, {
    synchronous_standby_names: STANDBY,
  })
  const standby = new PostgresServer({ ...second.cluster, binaries }, second.sockets, {
    primary_conninfo: `host=${first.sockets} port=5432 user=zvirka application_name=${STANDBY}`,
  })
  const remove = async () => {
    await Promise.all([primary.stop(), standby.stop()])
    await rm(top, { recursive: true, force: true })
  }
  try {
    await prepare(new PostgresServer({ ...first.cluster, binaries }, first.sockets), { ...first.cluster, binaries })
    await promisify(execFile)('cp', ['-a', primary.dataDirectory, standby.dataDirectory])
    await promisify(execFile)('cp', ['-p', join(standby.dataDirectory, 'PG_VERSION'), signalOf(standby)])
    await writeFile(signalOf(standby), '')
    await Promise.all([primary.start(), standby.start()])
    await untilSynchronous(primary)
    return new ServerPair(primary, standby, remove)
  } catch (error) {
    await remove()
    throw error
  }
}

const signalOf = ({ dataDirectory }: PostgresServer) => join(dataDirectory, 'standby.signal')

async function prepare(server: PostgresServer, cluster: Cluster): Promise<void> {
  await provideData(cluster, ['--no-sync'])
  await server.start('postgres')
  await tell(server.url.replace(`/${DATABASE}?`, '/postgres?'), `create database ${DATABASE}`)
  await migrateWithJobs(server.url)
  await server.stop()
}

/** Waits until the standby receives every commit: from then on it may be promoted. */
export async function untilSynchronous({ url }: PostgresServer): Promise<void> {
  await until('the standby to follow', async () => {
    const rows = await tell(url, `select from pg_stat_replication where sync_state = 'sync' and state = 'streaming'`)
    return rows.length > 0
  })
}
