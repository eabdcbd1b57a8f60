/**
 * The embedded server belongs to the clone, not to a process (spec 7.1). Who uses it holds a shared advisory lock on a connection
 * of its own for as long:
 *
 * - a newcomer connects and takes the lock; where no server answers it starts one. Of two who start at once PostgreSQL's own
 *   pid file lets one server live, and both join it;
 * - who leaves gives the lock back and tries to get it exclusively: whoever succeeds was the last, and stops the server;
 * - a newcomer who waits for the lock meanwhile is thrown out by the shutdown, waits for the end and starts the server again;
 * - the locks of killed processes end with their connections, so a server left behind is simply joined by the next command;
 * - a server that dies under us is started again.
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

const ADVISORY_LOCK = 5_072_114_903
const POLL_MS = 10
const START_TIMEOUT_MS = 60_000
const STOP_TIMEOUT_MS = 60_000
/** What a server says that ends because another one has the data: not a failure, we join that one. */
const ANOTHER_WAS_FIRST = /lock file ".*" already exists|pre-existing shared memory block/

/** The URL of one database of the server whose socket is in the folder; libpq and its programs understand it as well. */
export function embeddedUrl(socketDirectory: string, database: string): string {
  const host = encodeURIComponent(socketDirectory)
  return `postgresql:///${database}?host=${host}&port=5432&user=${EMBEDDED_LOGIN}&sslmode=disable`
}

/** Joins the server if one answers. Whatever goes wrong means: not now. */
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

/** Waits until the process that was started shows itself in the pid file, or has ended: then with what it said. */
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

/** One user's hold on the server of a site. */
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

  /** Gives the hold back; the last one stops the server. May be called again. */
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
        // What uses the database fails then, and says so.
        () => undefined,
      )
    })
  }
}
