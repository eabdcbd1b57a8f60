/** A PgBouncer with only the settings that docs/operations.md asks for. */
import { type ChildProcess, spawn } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { connect } from '../../src/database/connection.ts'
import type { ServerUser } from '../../src/database/embedded/server-user.ts'
import { freePort } from '../support/free-port.ts'

export type PoolMode = 'session' | 'transaction'

/** Where PgBouncer runs, and the PostgreSQL behind it. */
export interface PoolerSite {
  readonly folder: string
  readonly socketDirectory: string
  readonly user: ServerUser | undefined
}

/** Two workers, an API process and some commands: as many as `max_connections` would need. */
const POOL_SIZE = 80

export class Pooler {
  /** The URL on loopback. */
  readonly url: string
  /** The same over its unix socket. */
  readonly socketUrl: string
  readonly #file: string
  readonly #user: ServerUser | undefined
  #child: ChildProcess | undefined
  #said = ''

  private constructor(file: string, port: number, { folder, user }: PoolerSite) {
    this.#file = file
    this.#user = user
    this.url = `postgres://zvirka@127.0.0.1:${port}/zvirka`
    this.socketUrl = `postgresql:///zvirka?host=${encodeURIComponent(folder)}&port=${port}&user=zvirka&sslmode=disable`
  }

  /** Starts one on a free port. */
  static async start(mode: PoolMode, site: PoolerSite): Promise<Pooler> {
    const port = await freePort()
    const file = join(site.folder, `${mode}.ini`)
    const lines = [
      '[databases]',
      `zvirka = host=${site.socketDirectory} port=5432 dbname=zvirka user=zvirka`,
      '[pgbouncer]',
      'listen_addr = 127.0.0.1',
      `listen_port = ${port}`,
      `unix_socket_dir = ${site.folder}`,
      'auth_type = any',
      `pool_mode = ${mode}`,
      `default_pool_size = ${POOL_SIZE}`,
    ]
    await writeFile(file, `${lines.join('\n')}\n`)
    const pooler = new Pooler(file, port, site)
    await pooler.start()
    return pooler
  }

  /** Starts it again after it was killed, and waits until it answers. */
  async start(): Promise<void> {
    // PgBouncer refuses to run as root.
    const as = this.#user === undefined ? {} : { uid: this.#user.uid, gid: this.#user.gid }
    const child = spawn('pgbouncer', [this.#file], { ...as, stdio: ['ignore', 'ignore', 'pipe'] })
    child.stderr.setEncoding('utf8').on('data', (text: string) => (this.#said += text))
    this.#child = child
    while (child.exitCode === null) {
      const answers = await connect({ url: this.url, applicationName: 'tests' }).then(
        (client) => client.end().then(() => true),
        () => false,
      )
      if (answers) return
      await delay(50)
    }
    throw new Error(`pgbouncer ended with ${child.exitCode}: ${this.#said}`)
  }

  /** Like RELOAD on its console. */
  reload(): void {
    this.#child?.kill('SIGHUP')
  }

  async kill(): Promise<void> {
    const child = this.#child
    if (child === undefined || child.exitCode !== null || child.signalCode !== null) return
    const gone = new Promise((resolve) => child.once('close', resolve))
    child.kill('SIGKILL')
    await gone
  }
}
