import pg from 'pg'
import { typeParsers } from './types.ts'

/** What every connection of one pool (or one single connection) is opened with. */
export interface ConnectionSettings {
  readonly url: string
  readonly applicationName: string
  /** Settings of the session, given at its start so that no extra round trip is made and RESET returns to them. */
  readonly session?: Readonly<Record<string, string | number>>
}

const CONNECT_TIMEOUT_MS = 10_000
const KEEP_ALIVE_DELAY_MS = 10_000

/** The DATABASE_URL cannot be read. The message never repeats the URL: it holds a password. */
export class DatabaseUrlError extends Error {}

/** No connection could be made: says where to, and why. Logins and databases are named, passwords are not. */
export class ConnectionError extends Error {
  override readonly name = 'ConnectionError'
  /** The server's SQLSTATE or the system's error code. */
  readonly code: string | undefined

  constructor(where: string, cause: unknown) {
    const { code, message } = Object(cause) as { code?: string; message?: string }
    // Node's error of several refused addresses has a code, but no words.
    super(`cannot connect to the database at ${where}: ${message || code || 'unknown reason'}`, { cause })
    this.code = code
  }
}

/**
 * The URLs of the single hosts of a URL that may name several (`postgres://u@h1:5432,h2:5433/db`, as libpq reads it), which `pg` cannot.
 */
export function splitHosts(url: string): string[] {
  const match = /^(postgres(?:ql)?:\/\/(?:[^@/?#]*@)?)([^/?#]*)(.*)$/s.exec(url)
  if (!match) throw new DatabaseUrlError('DATABASE_URL must begin with postgres:// or postgresql://')
  const [, head = '', hosts = '', tail = ''] = match
  return hosts.split(',').map((host) => `${head}${host}${tail}`)
}

function sessionOptions(session: Readonly<Record<string, string | number>>): string {
  return Object.entries(session)
    .map(([name, value]) => `-c ${name}=${String(value).replace(/[\\ ]/g, '\\$&')}`)
    .join(' ')
}

/** Takes `options` and `application_name` out of the URL, where they would silently win over ours, and adds the former to ours. */
function clientConfig(url: string, settings: ConnectionSettings): pg.ClientConfig {
  const [head = '', search = ''] = url.split(/\?(.*)/s)
  const parameters = new URLSearchParams(search)
  const given = parameters.get('options')
  parameters.delete('options')
  parameters.delete('application_name')
  const options = [given ?? '', sessionOptions(settings.session ?? {})].join(' ').trim()
  const rest = parameters.toString().replaceAll('+', '%20')
  return {
    connectionString: rest === '' ? head : `${head}?${rest}`,
    application_name: settings.applicationName,
    connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
    keepAlive: true,
    keepAliveInitialDelayMillis: KEEP_ALIVE_DELAY_MS,
    types: typeParsers,
    ...(options === '' ? {} : { options }),
  }
}

async function isPrimary(config: pg.ClientConfig): Promise<boolean> {
  const client = new pg.Client(config)
  client.on('error', () => undefined)
  try {
    await client.connect()
    const { rows } = await client.query<{ standby: boolean }>('select pg_is_in_recovery() as standby')
    return rows[0]?.standby === false
  } finally {
    await client.end().catch(() => undefined)
  }
}

/** Chooses, for each new connection, the host that takes writes: the one of the last time first, then the others in their order. */
class HostChooser {
  readonly #configs: readonly pg.ClientConfig[]
  #last = 0

  constructor(configs: readonly pg.ClientConfig[]) {
    this.#configs = configs
  }

  async choose(): Promise<pg.ClientConfig> {
    const count = this.#configs.length
    const order = this.#configs.map((_, index) => (this.#last + index) % count)
    let failure: unknown
    for (const index of order) {
      const config = this.#configs[index]
      if (config === undefined) continue
      if (count === 1) return config
      try {
        if (await isPrimary(config)) {
          this.#last = index
          return config
        }
      } catch (error) {
        failure = error
      }
    }
    throw failure ?? new Error('none of the hosts in DATABASE_URL takes writes: all are in recovery')
  }
}

/** Opens one connection of its own, outside any pool. The caller ends it. */
export async function connect(settings: ConnectionSettings): Promise<pg.Client> {
  const client = new (clientClass(settings))()
  // A connection that breaks while nobody waits for an answer must not end the process: the next query tells.
  client.on('error', () => undefined)
  await client.connect()
  return client
}

/** A class of clients, for `pg.Pool` among others, that look for the primary each time one is opened. */
export function clientClass(settings: ConnectionSettings): new () => pg.Client {
  const configs = splitHosts(settings.url).map((url) => clientConfig(url, settings))
  const chooser = new HostChooser(configs)

  return class PrimaryClient extends pg.Client {
    constructor() {
      // The connection's own time limit: the pool's would also end the wait for a free connection.
      super(configs[0])
    }

    override connect(): Promise<pg.Client>
    override connect(callback: (error: Error) => void): void
    override connect(callback?: (error: Error) => void): Promise<pg.Client> | undefined {
      const connecting = chooser
        .choose()
        .then((chosen) => {
          const { host, port } = new pg.Client(chosen)
          Object.assign(this, { host, port })
          return super.connect()
        })
        .catch((error: unknown) => {
          throw new ConnectionError(`${this.host}:${this.port}/${this.database}`, error)
        })
      if (callback === undefined) return connecting
      connecting.then(() => callback(undefined as unknown as Error), callback)
      return undefined
    }
  }
}
