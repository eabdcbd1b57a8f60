import { Socket } from 'node:net'
import pg from 'pg'
import { errorCodeOf } from '../observability/errors.ts'
import { DatabaseUrlError, expectTlsFiles } from './tls-files.ts'
import { typeParsers } from './types.ts'

/** Settings of each connection of a pool, or of a single connection. */
interface ConnectionSettings {
  readonly url: string
  readonly applicationName: string
  /** Session settings in addition to `RELIED_ON`, set by a statement at its start. */
  readonly session?: Readonly<Record<string, string | number>>
  /** The time limit for connecting; default 10 s. */
  readonly connectMs?: number
}

const CONNECT_TIMEOUT_MS = 10_000
const KEEP_ALIVE_DELAY_MS = 10_000
/** If a host has not answered for this long, the next one is tried in parallel. */
const HOST_PATIENCE_MS = 1000
/** How long the other side may take to close a connection that we have ended. */
const GOODBYE_MS = 1000

/** A host that was tried, and why it was not used. */
interface Tried {
  readonly where: string
  readonly cause: unknown
}

/** No connection could be made: gives the reason for each host, one line each. Contains logins and databases, but no passwords. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  /** The server's SQLSTATE or the system's error code; of several hosts, the last one that has one. */
  readonly code: string | undefined

  constructor(tried: readonly Tried[]) {
    const lines = tried.map(({ where, cause }) => `${where}: ${reasonOf(cause)}`)
    const at = lines.length === 1 ? ` at ${lines[0]}` : `:\n${lines.map((line) => `  ${line}`).join('\n')}`
    super(`cannot connect to the database${at}`, { cause: tried.at(-1)?.cause })
    this.code = tried.map(({ cause }) => errorCodeOf(cause)).findLast((code) => code !== undefined)
  }
}

// Node's error for several refused addresses has a code, but no message.
function reasonOf(cause: unknown): string {
  return (cause instanceof Error && cause.message) || errorCodeOf(cause) || 'unknown reason'
}

function whereIs(config: pg.ClientConfig): string {
  const { host, port, database } = new pg.Client(config)
  return `${host}:${port}/${database}`
}

/**
 * Splits a URL with several hosts, which `pg` does not support, into URLs with one host each: `postgres://u@h1:5432,h2:5433/db`, or as
 * parameters `postgres:///db?host=h1,h2&port=5432,5433`, like libpq.
 */
export function splitHosts(url: string): string[] {
  const match = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/s.exec(url)
  if (!match) throw new DatabaseUrlError({ code: 'setting_database_url', params: { setting: 'DATABASE_URL' } })
  const [, head = '', hosts = '', tail = ''] = match
  const [path = '', search = ''] = tail.split(/\?(.*)/s)
  const parameters = new URLSearchParams(search.replaceAll('+', '%2B'))
  const named = parameters.get('host')?.split(',') ?? []
  if (named.length < 2) return hosts.split(',').map((host) => `${head}${host}${tail}`)
  const ports = parameters.get('port')?.split(',') ?? []
  return named.map((host, place) => {
    parameters.set('host', host)
    // A single port applies to all hosts.
    if (ports.length > 1) parameters.set('port', ports[place] ?? '')
    return `${head}${path}?${parameters.toString().replaceAll('+', '%20')}`
  })
}

/** Settings that statements and result parsing rely on, whatever the server, the database or the login has set. */
const RELIED_ON = {
  DateStyle: 'ISO, YMD',
  IntervalStyle: 'postgres',
  TimeZone: 'UTC',
  client_encoding: 'UTF8',
  standard_conforming_strings: 'on',
  array_nulls: 'on',
  bytea_output: 'hex',
  extra_float_digits: 1,
  default_transaction_isolation: 'read committed',
  default_transaction_read_only: 'off',
  default_transaction_deferrable: 'off',
} as const

/**
 * Sets the session's settings and its role with one statement. Not with the startup message's `options`: PgBouncer refuses them or, if
 * configured to ignore them, silently drops the role.
 */
function settingStatement(session: Readonly<Record<string, string | number>>): string {
  const { role, ...others } = session
  const settings = { ...RELIED_ON, ...others, ...(role === undefined ? {} : { role }) }
  const calls = Object.entries(settings).map(
    ([name, value]) => `set_config(${pg.escapeLiteral(name)}, ${pg.escapeLiteral(String(value))}, false)`,
  )
  return `select ${calls.join(', ')}`
}

/** Removes `application_name` from the URL, where it would silently override ours. */
function clientConfig(url: string, settings: ConnectionSettings): pg.ClientConfig {
  const [head = '', search = ''] = url.split(/\?(.*)/s)
  const parameters = new URLSearchParams(search)
  expectTlsFiles(parameters)
  parameters.delete('application_name')
  const rest = parameters.toString().replaceAll('+', '%20')
  return {
    connectionString: rest === '' ? head : `${head}?${rest}`,
    application_name: settings.applicationName,
    connectionTimeoutMillis: settings.connectMs ?? CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    types: typeParsers,
  }
}

/** Where a primary writes: its cluster's identifier, and its timeline, which each promotion of a standby increments. */
interface Timeline {
  readonly cluster: string
  readonly number: number
}

/** The newest timeline of each cluster on which this process has found a primary. */
const newestTimelines = new Map<string, number>()

/**
 * Whether this process has found a primary on a newer timeline: a standby was promoted, and this server, frozen or cut off meanwhile, does
 * not know it yet. What it answers is out of date, and what it commits would be lost.
 */
function isOutdated({ cluster, number }: Timeline): boolean {
  return number < (newestTimelines.get(cluster) ?? 0)
}

// The first eight digits of a log file's name are the timeline. The control file has it only after the checkpoint of the promotion.
const TIMELINE = `select (select system_identifier::text from pg_control_system()) as cluster,
                         case when not pg_is_in_recovery() then left(pg_walfile_name(pg_current_wal_lsn()), 8) end as timeline`

/** The timeline of a primary. A standby, and a primary that another one has replaced, are refused with an error. */
async function findTimeline(config: pg.ClientConfig): Promise<Timeline> {
  const client = new OwnSocketClient(config)
  const silence = setTimeout(() => client.breakOff(), config.connectionTimeoutMillis)
  try {
    await client.connect()
    const { rows } = await client.query<{ cluster: string; timeline: string | null }>(TIMELINE)
    const { cluster = '', timeline = null } = rows[0] ?? {}
    if (timeline === null) throw new Error('it is a standby and does not accept writes')
    const found = { cluster, number: Number.parseInt(timeline, 16) }
    if (isOutdated(found)) throw new Error('it accepts writes, but another host has replaced it as the primary')
    newestTimelines.set(cluster, found.number)
    return found
  } finally {
    clearTimeout(silence)
    client.end().catch(() => undefined)
  }
}

/** A host for a connection; of several hosts, with the timeline of the primary. */
interface Chosen {
  readonly config: pg.ClientConfig
  readonly timeline?: Timeline
}

/** Chooses the writable host for each new connection: first the last one used, then the others in order. */
class HostChooser {
  readonly #configs: readonly pg.ClientConfig[]
  #last = 0

  constructor(configs: readonly pg.ClientConfig[]) {
    this.#configs = configs
  }

  async choose(): Promise<Chosen> {
    const [only] = this.#configs
    return only !== undefined && this.#configs.length === 1 ? { config: only } : this.#ask()
  }

  // One host at a time; but a host whose machine is gone does not answer at all, and must not delay the others.
  #ask(): Promise<Chosen> {
    const waiting = this.#configs.map((_, place) => (this.#last + place) % this.#configs.length)
    const { promise, resolve, reject } = Promise.withResolvers<Chosen>()
    let asked = 0
    let isChosen = false
    const tried: Tried[] = []
    const askNext = () => {
      const index = isChosen ? undefined : waiting.shift()
      const config = index === undefined ? undefined : this.#configs[index]
      if (index === undefined || config === undefined) {
        if (asked === 0) reject(new ConnectionError(tried))
        return
      }
      asked += 1
      const patience = setTimeout(askNext, HOST_PATIENCE_MS)
      const end = () => {
        clearTimeout(patience)
        asked -= 1
      }
      findTimeline(config).then(
        (timeline) => {
          end()
          if (isChosen) return
          isChosen = true
          this.#last = index
          resolve({ config, timeline })
        },
        (cause: unknown) => {
          end()
          tried.push({ where: whereIs(config), cause })
          askNext()
        },
      )
    }
    askNext()
    return promise
  }
}

/**
 * A client that can be disconnected. If the other side of a connection disappears silently (power loss, a firewall that dropped it),
 * neither an answer nor an error arrives, and closing is not acknowledged either.
 */
export class OwnSocketClient extends pg.Client {
  readonly #socket: Socket
  /** Of several hosts: where the primary wrote when this connection was made. */
  protected timeline: Timeline | undefined

  constructor(config: pg.ClientConfig | undefined) {
    const socket = new Socket()
    super({ ...config, stream: () => socket })
    this.#socket = socket
    // Attached immediately: a server that closes a session may say so in the packet that makes the connection ready, before anybody could
    // attach a listener, which would end the process. The next query on the connection gets the error.
    this.on('error', () => undefined)
  }

  /** Whether its server has been replaced as the primary since the connection was made. */
  get isOutdated(): boolean {
    return this.timeline !== undefined && isOutdated(this.timeline)
  }

  /** Calls back when the connection is gone, established or not. */
  onceGone(callback: () => void): void {
    this.#socket.once('close', callback)
  }

  /** Ends the connection on our side; pending queries fail. */
  breakOff(): void {
    this.#socket.destroy()
  }

  override end(): Promise<void>
  override end(callback: (error: Error) => void): void
  override end(callback?: (error: Error) => void): Promise<void> | undefined {
    const goodbye = setTimeout(() => this.breakOff(), GOODBYE_MS)
    const ending = super.end().finally(() => clearTimeout(goodbye))
    if (callback === undefined) return ending
    ending.then(() => callback(undefined as unknown as Error), callback)
    return undefined
  }
}

/** Opens a connection outside any pool. The caller ends it. */
export async function connect(settings: ConnectionSettings): Promise<OwnSocketClient> {
  const client = new (clientClass(settings))()
  await client.connect()
  return client
}

/** A client class, for `pg.Pool` and others, that finds the primary on each connection. */
export function clientClass(settings: ConnectionSettings): new () => OwnSocketClient {
  const configs = splitHosts(settings.url).map((url) => clientConfig(url, settings))
  const chooser = new HostChooser(configs)
  const statement = settingStatement(settings.session ?? {})

  return class PrimaryClient extends OwnSocketClient {
    constructor() {
      // The connection's own time limit; the pool's would also limit the wait for a free connection.
      super(configs[0])
    }

    override connect(): Promise<pg.Client>
    override connect(callback: (error: Error) => void): void
    override connect(callback?: (error: Error) => void): Promise<pg.Client> | undefined {
      const connecting = chooser
        .choose()
        .then(({ config, timeline }) => {
          const { host, port } = new pg.Client(config)
          Object.assign(this, { host, port })
          this.timeline = timeline
          return super.connect()
        })
        .then(async (client) => {
          const silence = setTimeout(() => this.breakOff(), settings.connectMs ?? CONNECT_TIMEOUT_MS)
          await super.query(statement).finally(() => clearTimeout(silence))
          return client
        })
        .catch((error: unknown) => {
          this.breakOff()
          if (error instanceof ConnectionError) throw error
          throw new ConnectionError([{ where: `${this.host}:${this.port}/${this.database}`, cause: error }])
        })
      if (callback === undefined) return connecting
      connecting.then(() => callback(undefined as unknown as Error), callback)
      return undefined
    }
  }
}
