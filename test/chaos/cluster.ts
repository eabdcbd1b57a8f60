/** The cluster of a round: servers, registry and worker processes, each behind its own proxies. */
import { setTimeout as delay } from 'node:timers/promises'
import type { Simulator } from '../../simulator/simulator.ts'
import { type Command, createLauncher, type Launcher } from '../processes/command.ts'
import { environmentOf, LEASE_SECONDS } from '../processes/ground.ts'
import type { Span } from './histories.ts'
import { type ServerPair, type Servers, tell } from './postgres.ts'
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

/** Time spans during which a condition holds. */
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

export interface ClusterOptions<S extends Servers> {
  readonly servers: S
  readonly simulator: Simulator
  readonly workers: number
  readonly rateLimit: number | 'off'
  /** Extra settings for every process. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A place where a worker runs, restarted if needed. */
export interface Place {
  readonly name: string
  /** In the order of the servers. */
  readonly databases: readonly TcpProxy[]
  readonly registry: TcpProxy
  command: Command | undefined
  /** Whether it can work: running, not paused, and connected to the database. */
  isWell: boolean
  launches: number
}

/** Opens the proxies of a place. */
export async function openPlace(name: string, servers: Servers, simulator: Simulator): Promise<Place> {
  return {
    name,
    databases: await Promise.all(servers.urls.map((url) => startProxy(() => socketOf(url)))),
    registry: await startProxy(() => ({ host: '127.0.0.1', port: simulator.port })),
    command: undefined,
    isWell: false,
    launches: 0,
  }
}

export class Cluster<S extends Servers = ServerPair> {
  readonly simulator: Simulator
  readonly servers: S
  readonly places: readonly Place[]
  readonly pidOf = new Map<string, number>()
  readonly databaseAway = new Spans()
  readonly nobodyWell = new Spans()
  readonly machineBusy: Span[] = []
  /** Problems other than those that the histories show. */
  readonly problems: string[] = []
  readonly #options: ClusterOptions<S>
  readonly #launchers: Launcher[] = [createLauncher()]
  #isClosed = false

  private constructor(options: ClusterOptions<S>, places: readonly Place[]) {
    this.#options = options
    this.servers = options.servers
    this.simulator = options.simulator
    this.places = places
    this.nobodyWell.set(true)
  }

  static async start<S extends Servers>(options: ClusterOptions<S>): Promise<Cluster<S>> {
    const { servers, simulator, workers } = options
    const names = Array.from({ length: workers }, (_, index) => `worker ${index + 1}`)
    return new Cluster(options, await Promise.all(names.map((name) => openPlace(name, servers, simulator))))
  }

  /** From now on, starts another version: the main file in its folder. */
  launchFrom(main: string): void {
    this.#launchers.push(createLauncher(main))
  }

  /** Starts a command with direct access to database and registry. */
  launch(args: readonly string[]): Command {
    const hosts = this.servers.urls.map((each) => {
      const { searchParams } = new URL(each)
      return `${encodeURIComponent(searchParams.get('host') ?? '')}:${searchParams.get('port')}`
    })
    const url = `postgresql://zvirka@${hosts.join(',')}/zvirka?sslmode=disable`
    return this.#launch(args, url, this.simulator.url, 'command')
  }

  #launch(
    args: readonly string[],
    databaseUrl: string,
    registryUrl: string,
    name: string,
    more: Readonly<Record<string, string>> = {},
  ): Command {
    const userId = `${name}-${this.pidOf.size + 1}`
    const command = this.#launchers.at(-1)?.launch(args, {
      ...environmentOf(databaseUrl, registryUrl),
      ...this.#settings(),
      TREMBITA_SEVDEIR_USERID: userId,
      ...more,
    })
    if (command === undefined) throw new Error('there is no program')
    this.pidOf.set(userId, command.pid)
    return command
  }

  #settings(): Record<string, string> {
    const everyMinute = ['UNZR_PERSON', 'MVS_PERSON', 'DMS_PERSON', 'MVS_PARTY', 'DMS_PARTY'].map(
      (name) => [`${name}_SYNCHRONIZATION_SCHEDULE`, '* * * * *'] as const,
    )
    return {
      ...Object.fromEntries(everyMinute),
      // The checker models registries that answer yes or no; DRFO and DRACS have their own models (test/synchronization).
      TREMBITA_DRFO_SERVICE_SUBSYSTEM_CODE: '',
      TREMBITA_DRACS_SERVICE_SUBSYSTEM_CODE: '',
      TREMBITA_MVS_CONCURRENCY: '4',
      TREMBITA_MVS_RATE_LIMIT: String(this.#options.rateLimit),
      TREMBITA_TIMEOUT_MS: '1500',
      ZVIRKA_LEASE_SECONDS: String(LEASE_SECONDS),
      ZVIRKA_STOP_SECONDS: '2',
      ZVIRKA_TRIGGER_DELAY_SECONDS: '1',
      ...this.#options.settings,
      // With a few hundred people, one bad document may be shared by many.
      ZVIRKA_RUN_GUARD: 'off',
    }
  }

  /** Starts a command that reaches database and registry through the proxies of a place. */
  launchAt(place: Place, args: readonly string[], more: Readonly<Record<string, string>> = {}): Command {
    const hosts = place.databases.map(({ port }) => `127.0.0.1:${port}`)
    const url = `postgresql://zvirka@${hosts.join(',')}/zvirka?sslmode=disable`
    place.launches += 1
    place.command = this.#launch(
      args,
      url,
      `http://127.0.0.1:${place.registry.port}/`,
      place.name.replace(' ', '-'),
      more,
    )
    return place.command
  }

  /** Starts the worker of a place and waits until it is ready; retries a failed start, as a service manager does. */
  async startWorker(place: Place, seconds = 120): Promise<void> {
    const end = performance.now() + seconds * 1000
    for (;;) {
      const command = this.launchAt(place, ['worker'])
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

  /** Measures once a second how long the primary takes to answer on a new connection, until the signal. */
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

  /** Queries the primary as superuser. */
  async ask<Row>(text: string, values: readonly unknown[] = []): Promise<Row[]> {
    return tell<Row>(await this.servers.primaryUrl(), text, values)
  }

  /** Kills all processes and closes everything opened here, but not the servers and the simulator. */
  async close(): Promise<void> {
    this.#isClosed = true
    await Promise.all(this.#launchers.map((launcher) => launcher.killAll()))
    await Promise.all(
      this.places.flatMap(({ databases, registry }) => [...databases, registry].map((each) => each.close())),
    )
  }
}
