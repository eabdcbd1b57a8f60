/** One round: its own cluster and people, and faults from a seed; then the histories and what is wrong with them. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { startSimulator } from '../../simulator/simulator.ts'
import { connect } from '../../src/database/connection.ts'
import { LEASE_SECONDS } from '../processes/ground.ts'
import { seenLongAgo } from '../support/schedules.ts'
import { check } from './checker/index.ts'
import { Cluster, PROCESSES } from './cluster.ts'
import { commit, LATENCY, tellToEnd } from './faults.ts'
import type { Histories, Kind, Return } from './histories.ts'
import { People } from './people.ts'
import { describePlan, type Plan, type Planned, planRound, wordsOf } from './plan.ts'
import { type Servers, startServers } from './postgres.ts'
import { createDice } from './random.ts'
import { readDatabase } from './read.ts'

export interface RoundOptions {
  readonly seed: number
  /** How long faults go on; preparation and settling are added. */
  readonly seconds: number
  readonly say: (line: string) => void
  /** Ends the round early; everything is still cleaned up. */
  readonly signal?: AbortSignal
}

/** The result of a round. */
export interface Outcome {
  readonly plan: Plan
  /** What is wrong; empty if nothing is. */
  readonly problems: readonly string[]
  readonly histories: Histories
}

/** Plays one round, with set-up and clean-up. */
export async function playRound({ seed, seconds, say, signal }: RoundOptions): Promise<Outcome> {
  const plan = planRound({ seed, seconds, leaseSeconds: LEASE_SECONDS })
  for (const line of describePlan(plan)) say(line)
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-people-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const dice = createDice(seed ^ 0x9e09)
  const [servers, people] = await Promise.all([startServers(), People.make(folder, plan, dice)])
  stack.defer(() => servers.remove())
  const { registers } = await loadRegistries(folder)
  const simulator = await startSimulator({ registers, callLogSize: 1_000_000, faults: { faults: [LATENCY] }, seed })
  stack.defer(() => simulator.close())
  for (const passport of people.somePassports(0.1)) simulator.registers.invalidPassports.add(passport)
  for (const passport of people.somePassports(0.05)) simulator.registers.stolenPassports.add(passport)
  const cluster = await Cluster.start({ servers, simulator, workers: plan.workers, rateLimit: plan.rateLimit })
  stack.defer(() => cluster.close())
  const interrupted = new Promise<never>((_, reject) => {
    signal?.addEventListener('abort', () => reject(new Error('interrupted')), { once: true })
  })
  const round = new Round({ cluster, people, say })
  const played = round.play((returns) => disturb(plan, cluster, returns, round.say))
  return { plan, ...(await Promise.race([played, interrupted])) }
}

/** Runs all lanes in parallel. */
async function disturb(plan: Plan, cluster: Cluster, returns: Return[], say: (line: string) => void): Promise<void> {
  const play = async ([lane, planned]: [string, readonly Planned[]]) => {
    for (const { after, fault } of planned) {
      await delay(after * 1000)
      say(`${lane}: ${wordsOf(fault)}`)
      await commit(cluster, fault, returns)
    }
  }
  await Promise.all(Object.entries(plan.lanes).map(play))
}

/** The parts of a round. */
export interface RoundParts {
  readonly cluster: Cluster<Servers>
  readonly people: People
  readonly say: (line: string) => void
}

/** Runs a cluster on people who change while something disturbs it, lets it settle, and reads the results. */
export class Round {
  readonly say: (line: string) => void
  readonly #cluster: Cluster<Servers>
  readonly #people: People
  readonly #returns: Return[] = []
  #begin = 0
  #stop = new AbortController()
  #changing: Promise<void> = Promise.resolve()

  constructor({ cluster, people, say }: RoundParts) {
    this.#cluster = cluster
    this.#people = people
    this.say = (line) => say(`  +${((performance.now() - this.#begin) / 1000).toFixed(1)} s ${line}`)
  }

  async play(disturb: (returns: Return[]) => Promise<void>): Promise<Omit<Outcome, 'plan'>> {
    await this.#load()
    this.#begin = performance.now()
    await Promise.all(this.#cluster.places.map((place) => this.#cluster.startWorker(place)))
    this.say('all workers are ready')
    this.startChanges()
    const isRead = new AbortController()
    const watching = this.#cluster.watchMachine(isRead.signal)
    await disturb(this.#returns)
    await this.stopChanges()
    this.say('the faults are over')
    await this.#settle()
    this.say('everything is settled')
    isRead.abort()
    await watching
    const histories = await this.#read()
    return { problems: [...this.#cluster.problems, ...check(histories)], histories }
  }

  /** Changes people and imports them, until stopped. */
  startChanges(): void {
    this.#stop = new AbortController()
    this.#changing = this.#changePeople(this.#stop.signal)
    // It is awaited when it is stopped.
    this.#changing.catch(() => undefined)
  }

  /** Waits for the last import. */
  async stopChanges(): Promise<void> {
    this.#stop.abort()
    await this.#changing
  }

  /** Imports everybody in their current state. */
  async importAll(): Promise<void> {
    for (const kind of ['person', 'party'] as const) await this.#import(kind, await this.#people.writeAll(kind))
  }

  /** Imports everybody, with schedules created long ago: the first worker finds their last ticks missed, and catches up on each once. */
  async #load(): Promise<void> {
    await this.importAll()
    const seen = seenLongAgo(
      PROCESSES.map(({ key }) => key),
      '* * * * *',
    )
    await this.#cluster.ask(seen.text, [...(seen.values ?? [])])
  }

  /** Repeats an import that failed because the database was down. */
  async #import(kind: Kind, file: string): Promise<void> {
    const args = ['import', kind === 'person' ? 'persons' : 'parties', file, '--quiet']
    for (let attempt = 1; ; attempt += 1) {
      const { code, out, err } = await this.#cluster.launch(args).ended
      if (code === 0) return
      if (attempt === 30) throw new Error(`${args.join(' ')} ended with ${code}: ${out}${err}`)
      await delay(500)
    }
  }

  async #changePeople(signal: AbortSignal): Promise<void> {
    for (let batch = 0; !signal.aborted; batch += 1) {
      const kind = batch % 3 === 2 ? 'party' : 'person'
      await this.#import(kind, await this.#people.change(kind, kind === 'party' ? 15 : 40))
      await delay(500, undefined, { signal }).catch(() => undefined)
    }
  }

  /** Lets the workers finish, and then checks subjects who wait after an error as an administrator would: with `zvirka sync`. */
  async #settle(): Promise<void> {
    await this.#cluster.simulator.clearFaults()
    for (const { name, command } of this.#cluster.places) {
      if (command?.isOver) this.#cluster.problems.push(`${name} had ended by itself: ${command.said.err.slice(-2000)}`)
    }
    for (let times = 1; times <= 10; times += 1) {
      const left = await this.#unsettled()
      if (left.length === 0) break
      await Promise.all(left.map((words) => this.#sync(words)))
    }
    await Promise.all(this.#cluster.places.map((place) => tellToEnd(this.#cluster, place)))
    // A tick may have started a run at the last moment.
    const open = await this.#cluster.ask<{ process: string }>('select process from zvirka.runs where ended_at is null')
    for (const { process } of open) {
      const words = PROCESSES.find(({ key }) => key === process)?.words
      if (words !== undefined) await this.#sync(words)
    }
  }

  async #sync(words: readonly string[]): Promise<void> {
    const { code, out, err } = await this.#cluster.launch(['sync', ...words, '--attach', '--json', '--quiet']).ended
    // 3: some had technical errors before it joined.
    if (code !== 0 && code !== 3)
      this.#cluster.problems.push(`sync ${words.join(' ')} ended with ${code}: ${out}${err}`)
  }

  /** The processes with a subject due or in review, or with an open run. */
  async #unsettled(): Promise<(readonly string[])[]> {
    const rows = await this.#cluster.ask<{ key: string }>(`
      select process as key from zvirka.runs where ended_at is null
      ${PROCESSES.map(({ key }) => {
        const [stream = '', kind = ''] = key.split('/')
        const checks = `${kind === 'person' ? 'mpi' : 'prm'}.${kind}_${stream}_checks`
        return `union select '${key}' from ${checks} where status = 'VERIFICATION_NEEDED' and is_subject_active
                union select '${key}' from zvirka.claims where stream = '${stream}' and subject_kind = '${kind}'`
      }).join('\n')}`)
    const keys = new Set(rows.map(({ key }) => key))
    return PROCESSES.filter(({ key }) => keys.has(key)).map(({ words }) => words)
  }

  async #read(): Promise<Histories> {
    const url = await this.#cluster.servers.primaryUrl()
    const client = await connect({ url, applicationName: 'chaos' })
    try {
      return {
        ...(await readDatabase(client)),
        calls: this.#cluster.simulator.calls(),
        journal: {
          leaseSeconds: LEASE_SECONDS,
          databaseAway: this.#cluster.databaseAway.all,
          machineBusy: this.#cluster.machineBusy,
          nobodyWell: this.#cluster.nobodyWell.all,
          returns: this.#returns,
          pidOf: this.#cluster.pidOf,
          everHeld: this.#people.everHeld,
          switched: this.#people.switched,
        },
      }
    } finally {
      await client.end()
    }
  }
}
