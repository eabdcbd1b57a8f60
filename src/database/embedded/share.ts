/**
 * The embedded server belongs to the clone, not to a process (spec 7.1). Each user holds a shared advisory lock on a separate connection
 * meanwhile:
 *
 * - A new user connects and takes the lock; if no server answers it starts one. If two start at once, PostgreSQL's pid file lets one server
 * live, and both join it.
 * - A leaving user releases the lock and tries to get it exclusively: if that succeeds it was the last, and stops the server.
 * - A new user who waits for the lock meanwhile is disconnected by the shutdown, waits for its end and starts the server again.
 * - The locks of killed processes end with their connections, so the next command joins a server that was left behind.
 * - A server that dies is started again.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type pg from 'pg'
import { connect } from '../connection.ts'
import { provideBinaries, removeOldBinaries } from './binaries.ts'
import { EMBEDDED_LOGIN, provideData, type Site, type StartedServer, startServer } from './cluster.ts'
import { findServer, readPidFile, removeStalePidFile, stopServer } from './postmaster.ts'
import { removeLeftovers } from './scratch.ts'
import { serverSettings } from './settings.ts'
import { provideSocketDirectory } from './state.ts'

/** Any number; nothing else takes locks in the database `postgres` of the embedded server. */
const ADVISORY_LOCK = 5_072_114_903
const POLL_MS = 10
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 60_000
/** What a server prints if another one already has the data: not a failure, we join that one. */
const ANOTHER_WAS_FIRST = /lock file ".*" already exists|pre-existing shared memory block/

/** The URL of a database of the server with this socket folder; libpq and its programs understand it too. */
export function embeddedUrl(socketDirectory: string, database: string): string {
  const host = encodeURIComponent(socketDirectory)
  return `postgresql:///${database}?host=${host}&port=5432&user=${EMBEDDED_LOGIN}&sslmode=disable`
}

/** Joins the server if one answers. Any error means: not now. */
async function tryJoin(site: Site): Promise<pg.Client | Error> {
  const socketDirectory = (await readPidFile(site.dataDirectory))?.socketDirectory
  if (socketDirectory === undefined) return new Error('it has not opened its socket yet')
  let client: pg.Client | undefined
  try {
    client = await connect({ url: embeddedUrl(socketDirectory, 'postgres'), applicationName: 'zvirka embedded' })
    await client.query('select pg_advisory_lock_shared($1)', [ADVISORY_LOCK])
    return client
  } catch (error) {
    await client?.end().catch(() => undefined)
    return error instanceof Error ? error : new Error(String(error))
  }
}

async function start(site: Site, changes: Readonly<Record<string, string>>): Promise<StartedServer> {
  await removeLeftovers(site.stateDirectory)
  const cluster = { ...site, binaries: await provideBinaries(site.stateDirectory) }
  await provideData(cluster)
  await removeOldBinaries(site.stateDirectory, cluster.binaries)
  await removeStalePidFile(site.dataDirectory)
  const socketDirectory = await provideSocketDirectory(site.stateDirectory, site.user)
  return startServer(cluster, { ...serverSettings(socketDirectory), ...changes })
}

async function joinOrStart(site: Site, changes: Readonly<Record<string, string>>): Promise<pg.Client> {
  const end = performance.now() + START_TIMEOUT_MS
  let reason = ''
  while (performance.now() < end) {
    const joined = await tryJoin(site)
    if (!(joined instanceof Error)) return joined
    reason = joined.message
    if ((await findServer(site.dataDirectory)) === undefined) {
      const { ended } = await start(site, changes)
      const output = await untilReadyOrEnded(site, ended)
      if (output !== undefined && !ANOTHER_WAS_FIRST.test(output)) {
        throw new Error(`The embedded PostgreSQL did not start. Its log (${site.logFile}):\n${output}`)
      }
    }
    await delay(POLL_MS)
  }
  const seconds = START_TIMEOUT_MS / 1000
  throw new Error(`The embedded PostgreSQL could not be used for ${seconds} s: ${reason}. Its log is ${site.logFile}.`)
}

/** Waits until the started process appears in the pid file, or has ended: then returns its output. */
async function untilReadyOrEnded(site: Site, ended: Promise<string>): Promise<string | undefined> {
  let output: string | undefined
  let failure: unknown
  const watching = ended.then(
    (text) => {
      output = text
    },
    (error: unknown) => {
      failure = error
    },
  )
  while (output === undefined && failure === undefined) {
    if ((await findServer(site.dataDirectory)) !== undefined) return undefined
    await Promise.race([watching, delay(POLL_MS)])
  }
  if (failure !== undefined) throw failure
  return output
}

/** One user's share of the server of a site. */
export class Share {
  readonly #site: Site
  readonly #changes: Readonly<Record<string, string>>
  #client: Promise<pg.Client | undefined>
  #isReleased = false

  private constructor(site: Site, changes: Readonly<Record<string, string>>, client: pg.Client) {
    this.#site = site
    this.#changes = changes
    this.#client = Promise.resolve(client)
    this.#watch(client)
  }

  /** Joins the server, or starts it. */
  static async take(
    site: Site,
    changes: Readonly<Record<string, string>>,
  ): Promise<{ share: Share; client: pg.Client }> {
    const client = await joinOrStart(site, changes)
    return { share: new Share(site, changes, client), client }
  }

  /** Releases the share; the last one stops the server. May be called again. */
  async release(): Promise<void> {
    if (this.#isReleased) return
    this.#isReleased = true
    const client = await this.#client
    try {
      const { rows } = await (client?.query<{ isLast: boolean }>(
        `select pg_advisory_unlock_shared($1), pg_try_advisory_lock($1) as "isLast"`,
        [ADVISORY_LOCK],
      ) ?? { rows: [] })
      if (rows[0]?.isLast === true) await stopServer(this.#site.dataDirectory, STOP_TIMEOUT_MS)
    } catch {
      // The server is gone already.
    } finally {
      await client?.end().catch(() => undefined)
    }
  }

  #watch(client: pg.Client): void {
    client.once('end', () => {
      if (this.#isReleased) return
      this.#client = joinOrStart(this.#site, this.#changes).then(
        (again) => {
          this.#watch(again)
          return again
        },
        // Users of the database then fail and report it.
        () => undefined,
      )
    })
  }
}
