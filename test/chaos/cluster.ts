/** The cluster of a round: servers, registry, worker processes, each of them behind proxies of its own. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Simulator } from '../../simulator/simulator.ts'
import { type Command, createLauncher, type Launcher } from '../processes/command.ts'
import { environmentOf, LEASE_SECONDS } from '../processes/ground.ts'
import type { Span } from './histories.ts'
import { type PostgresServer, type ServerPair, tell } from './postgres.ts'
import { socketOf, startProxy, type TcpProxy } from './proxy.ts'

export const PROCESSES = [
  { key: 'unzr/person', words: ['unzr', 'person'] },
  { key: 'mvs_passport/person', words: ['mvs-passport', 'person'] },
  { key: 'dms_passport/person', words: ['dms-passport', 'person'] },
  { key: 'mvs_passport/party', words: ['mvs-passport', 'party'] },
  { key: 'dms_passport/party', words: ['dms-passport', 'party'] },
] as const

const WATCH_MS = 1000
const BUSY_MS = 500
const now = () => Date.now()

/** Times during which something is so. */
export class Spans {
  readonly #over: Span[] = []
  #since: number | undefined

  set(isSo: boolean): void {
    if (isSo) this.#since ??= now()
    else if (this.#since !== undefined) {
      this.#over.push({ from: this.#since, until: now() })
      this.#since = undefined
    }
  }

  get isSo(): boolean {
    return this.#since !== undefined
  }

  get all(): readonly Span[] {
    return this.#since === undefined ? this.#over : [...this.#over, { from: this.#since, until: now() }]
  }
}

export interface ClusterOptions {
  readonly servers: ServerPair
  readonly simulator: Simulator
  readonly workers: number
  readonly rateLimit: number | 'off'
}

/** A place where a worker runs, again and again if need be. */
export interface Place {
  readonly name: string
  readonly databases: readonly [TcpProxy, TcpProxy]
  readonly registry: TcpProxy
  command: Command | undefined
  /** Whether it may work: it is there, not stopped, and reaches the database. */
  isWell: boolean
  launches: number
}

export class Cluster {
  readonly simulator: Simulator
  readonly places: readonly Place[]
  readonly pidOf = new Map<string, number>()
  readonly databaseAway = new Spans()
  readonly nobodyWell = new Spans()
  readonly machineBusy: Span[] = []
  /** What went wrong on the way, apart from what the histories show. */
  readonly problems: string[] = []
  readonly #servers: ServerPair
  readonly #options: ClusterOptions
  readonly #launcher: Launcher
  #hasFailedOver = false
  #isClosed = false

  private constructor(options: ClusterOptions, places: readonly Place[]) {
    this.#options = options
    this.#servers = options.servers
    this.simulator = options.simulator
    this.places = places
    this.#launcher = createLauncher()
    this.nobodyWell.set(true)
  }

  static async start(options: ClusterOptions): Promise<Cluster> {
    const { servers, simulator } = options
    const place = async (_: unknown, index: number): Promise<Place> => ({
      name: `worker ${index + 1}`,
      databases: [
        await startProxy(() => socketOf(servers.primary.url)),
        await startProxy(() => socketOf(servers.standby.url)),
      ],
      registry: await startProxy(() => ({ host: '127.0.0.1', port: simulator.port })),
      command: undefined,
      isWell: false,
      launches: 0,
    })
    return new Cluster(options, await Promise.all(Array.from({ length: options.workers }, place)))
  }

  /** The server that takes writes. */
  get primary(): PostgresServer {
    return this.#hasFailedOver ? this.#servers.standby : this.#servers.primary
  }

  /** Whether there is a standby that commits wait for. */
  get isReplicated(): boolean {
    return !this.#hasFailedOver
  }

  failOver(): void {
    this.#hasFailedOver = true
  }

  /** Starts a command that reaches database and registry directly. */
  launch(args: readonly string[]): Command {
    const hosts = [this.#servers.primary, this.#servers.standby].map(({ url }) =>
      encodeURIComponent(new URL(url).searchParams.get('host') ?? ''),
    )
    const url = `postgresql://zvirka@${hosts.join(',')}/zvirka?sslmode=disable`
    return this.#launch(args, url, this.simulator.url, 'command')
  }

  #launch(args: readonly string[], databaseUrl: string, registryUrl: string, name: string): Command {
    const userId = `${name}-${this.pidOf.size + 1}`
    const command = this.#launcher.launch(args, {
      ...environmentOf(databaseUrl, registryUrl),
      ...this.#settings(),
      TREMBITA_SEVDEIR_USERID: userId,
    })
    this.pidOf.set(userId, command.pid)
    return command
  }

  #settings(): Record<string, string> {
    const everyMinute = ['UNZR_PERSON', 'MVS_PERSON', 'DMS_PERSON', 'MVS_PARTY', 'DMS_PARTY'].map(
      (name) => [`${name}_SYNCHRONIZATION_SCHEDULE`, '* * * * *'] as const,
    )
    return {
      ...Object.fromEntries(everyMinute),
      TREMBITA_MVS_CONCURRENCY: '4',
      TREMBITA_MVS_RATE_LIMIT: String(this.#options.rateLimit),
      TREMBITA_TIMEOUT_MS: '1500',
      ZVIRKA_LEASE_SECONDS: String(LEASE_SECONDS),
      ZVIRKA_STOP_SECONDS: '2',
      ZVIRKA_TRIGGER_DELAY_SECONDS: '1',
      // Of a few hundred people one bad document may be shared by many.
      ZVIRKA_RUN_GUARD: 'off',
    }
  }

  /** Starts the worker of a place and waits until it is ready; where it cannot start it is started again, as a service manager does. */
  async startWorker(place: Place, seconds = 120): Promise<void> {
    const [first, second] = place.databases
    const url = `postgresql://zvirka@127.0.0.1:${first.port},127.0.0.1:${second.port}/zvirka?sslmode=disable`
    const registry = `http://127.0.0.1:${place.registry.port}/`
    const end = performance.now() + seconds * 1000
    for (;;) {
      place.launches += 1
      const command = this.#launch(['worker'], url, registry, place.name.replace(' ', '-'))
      place.command = command
      const isReady = await command.untilSays(/the worker is ready/, 60).then(
        () => true,
        () => false,
      )
      if (isReady) break
      await command.kill()
      if (performance.now() > end) throw new Error(`${place.name} does not start: ${command.said.err}`)
      await delay(300)
    }
    this.setWell(place, true)
  }

  setWell(place: Place, isWell: boolean): void {
    place.isWell = isWell
    this.nobodyWell.set(!this.places.some((each) => each.isWell))
  }

  /** Looks once a second how long the primary takes to answer on a new connection, until the signal. */
  async watchMachine(signal: AbortSignal): Promise<void> {
    while (!signal.aborted && !this.#isClosed) {
      const from = now()
      const answered = await this.ask('select 1').then(
        () => true,
        () => false,
      )
      if (answered && now() - from > BUSY_MS) this.machineBusy.push({ from: from - WATCH_MS, until: now() })
      await delay(WATCH_MS, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Asks the primary, as superuser. */
  ask<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return tell<Row>(this.primary.url, text, values)
  }

  /** Ends all processes at once and closes what was opened, but not the servers and the simulator. */
  async close(): Promise<void> {
    this.#isClosed = true
    await this.#launcher.killAll()
    await Promise.all(
      this.places.flatMap(({ databases, registry }) => [...databases, registry].map((each) => each.close())),
    )
  }
}
