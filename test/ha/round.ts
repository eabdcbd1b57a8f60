/**
 * One round under Patroni: workers, an API and its client, changing people, and one fault during the run; then the histories and what is
 * wrong.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { startSimulator } from '../../simulator/simulator.ts'
import { Cluster, openPlace } from '../chaos/cluster.ts'
import { LATENCY } from '../chaos/faults.ts'
import type { Histories } from '../chaos/histories.ts'
import { People } from '../chaos/people.ts'
import { createDice } from '../chaos/random.ts'
import { Round } from '../chaos/round.ts'
import { ApiClient, makeTokens } from './client.ts'
import { commit, type Fault, type Times } from './faults.ts'
import type { Patroni } from './patroni.ts'

/** Enough that even during the longest outage somebody is due. */
const PERSONS = 600
const PARTIES = 80
/** Calls a second, low enough that the run lasts beyond the fault. */
const RATE_LIMIT = 25
const MID_RUN_SECONDS = 4

export interface RoundOptions {
  readonly servers: Patroni
  readonly fault: Fault
  readonly seed: number
  readonly say: (line: string) => void
  /** Ends the round early; everything that it started is still ended. */
  readonly signal: AbortSignal
}

/** The result of a round. */
export interface Outcome {
  readonly problems: readonly string[]
  readonly histories: Histories
  readonly times: Times
  readonly answers: ApiClient['answers']
}

/** Plays one round on a complete cluster, which is complete again afterwards. */
export async function playRound({ servers, fault, seed, say, signal }: RoundOptions): Promise<Outcome> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-people-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const dice = createDice(seed)
  await servers.renew()
  const people = await People.make(folder, { persons: PERSONS, parties: PARTIES, seed }, dice)
  const { registers } = await loadRegistries(folder)
  const simulator = await startSimulator({ registers, callLogSize: 1_000_000, faults: { faults: [LATENCY] }, seed })
  stack.defer(() => simulator.close())
  for (const passport of people.somePassports(0.1)) simulator.registers.invalidPassports.add(passport)
  const cluster = await Cluster.start({ servers, simulator, workers: 2, rateLimit: RATE_LIMIT })
  stack.defer(() => cluster.close())
  const place = await openPlace('api', servers, simulator)
  stack.defer(async () => {
    for (const each of [...place.databases, place.registry]) await each.close()
  })

  const api = cluster.launchAt(place, ['api'], {
    PORT: '0',
    ZVIRKA_MONITORING_PORT: '0',
    ZVIRKA_RATE_LIMIT_TOKEN: 'off',
    ZVIRKA_RATE_LIMIT_ADDRESS: 'off',
  })
  const [, url = ''] = await api.untilSays(/"address":"(http:[^"]+)"/)
  const client = new ApiClient(url, await makeTokens((await servers.leader()).url))
  for (const id of client.ids) people.everHeld.set(id, new Set())

  let times: Times = { began: 0, back: 0 }
  const round = new Round({ cluster, people, say })
  signal.throwIfAborted()
  const interrupted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => reject(new Error('interrupted')), { once: true })
  })
  const playing = round.play(async (returns) => {
    const isOver = new AbortController()
    const asking = client.run(isOver.signal)
    await delay(MID_RUN_SECONDS * 1000)
    say(`  ${fault}`)
    times = await commit(cluster, [place], fault, returns)
    isOver.abort()
    await asking
    await client.readAll()
  })
  // Errors after everything was ended do not matter.
  playing.catch(() => undefined)
  const { problems, histories } = await Promise.race([playing, interrupted])
  const more = api.isOver ? [`the API had ended by itself: ${api.said.err.slice(-2000)}`] : []
  api.signal('SIGTERM')
  const { code } = await api.ended
  if (code !== 0) more.push(`the API ended with ${code} after SIGTERM`)
  return { problems: [...problems, ...client.problems, ...more], histories, times, answers: client.answers }
}
