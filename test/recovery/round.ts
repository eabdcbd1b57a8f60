/** One round: servers, people, workers; a backup and restore, or an update, meanwhile; then what is wrong. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { startSimulator } from '../../simulator/simulator.ts'
import { Cluster } from '../chaos/cluster.ts'
import { LATENCY } from '../chaos/faults.ts'
import { People } from '../chaos/people.ts'
import { createDice } from '../chaos/random.ts'
import { Round } from '../chaos/round.ts'
import { zvirka } from '../cli/zvirka.ts'
import { makeKeysFile } from '../support/keys.ts'
import { Facility } from './facility.ts'
import { restoreInMidRun } from './restore.ts'
import { dumpWay, pointInTimeWay, TwoServers } from './server.ts'
import { updateInMidRun } from './update.ts'

/** The kinds of rounds. */
export const WAYS = ['pg_dump', 'point in time', 'update'] as const
export type WayName = (typeof WAYS)[number]

const PERSONS = 500
const PARTIES = 60
/** Calls a second, low enough that the run lasts long enough. */
const RATE_LIMIT = 30

export interface RoundOptions {
  readonly binaries: string
  readonly way: WayName
  readonly seed: number
  readonly say: (line: string) => void
}

/** Plays one, with set-up and clean-up; returns what is wrong. */
export async function playRound({ binaries, way, seed, say }: RoundOptions): Promise<readonly string[]> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-people-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const servers = await TwoServers.start(binaries)
  stack.defer(() => servers.close())
  const dice = createDice(seed)
  const people = await People.make(folder, { persons: PERSONS, parties: PARTIES, seed }, dice)
  const { registers } = await loadRegistries(folder)
  const simulator = await startSimulator({ registers, callLogSize: 1_000_000, faults: { faults: [LATENCY] }, seed })
  stack.defer(() => simulator.close())
  for (const passport of people.somePassports(0.1)) simulator.registers.invalidPassports.add(passport)
  const migrated = await zvirka(['migrate'], { DATABASE_URL: servers.first.url.replace('=postgres&', '=zvirka&') })
  if (migrated.code !== 0) throw new Error(`migrate: ${migrated.err}`)
  const facility = await Facility.make(servers.first.url)
  stack.defer(() => facility.close())
  const settings = { ...facility.settings, ZVIRKA_ENCRYPTION_KEYS_FILE: makeKeysFile() }
  const cluster = await Cluster.start({ servers, simulator, workers: 2, rateLimit: RATE_LIMIT, settings })
  stack.defer(() => cluster.close())
  const round = new Round({ cluster, people, say })
  const more: string[] = []
  const { problems } = await round.play(async () => {
    if (way === 'update') more.push(...(await updateInMidRun({ cluster, round, people, stack })))
    else
      more.push(
        ...(await restoreInMidRun({ cluster, round, facility, way: way === 'pg_dump' ? dumpWay() : pointInTimeWay() })),
      )
  })
  return [...more, ...problems]
}
