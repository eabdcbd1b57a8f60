/**
 * A round behind PgBouncer: workers verify people while imports change them, an API client reads and writes, and jobs are processed. Meanwhile
 * PgBouncer reads its settings again, and is killed and started again.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { startSimulator } from '../../simulator/simulator.ts'
import { openDatabase } from '../../src/database/database.ts'
import { Cluster, openPlace } from '../chaos/cluster.ts'
import { LATENCY, measureReturn } from '../chaos/faults.ts'
import { People } from '../chaos/people.ts'
import { tell } from '../chaos/postgres.ts'
import { createDice } from '../chaos/random.ts'
import { Round } from '../chaos/round.ts'
import { ApiClient, makeTokens } from '../ha/client.ts'
import { Facility } from '../recovery/facility.ts'
import { makeKeysFile } from '../support/keys.ts'
import { makeToken } from '../support/token.ts'
import { until } from '../support/until.ts'
import type { Pooler } from './pooler.ts'

const PERSONS = 400
const PARTIES = 50
/** Calls a second, low enough that the runs last until the end. */
const RATE_LIMIT = 25
const CALLS = 60
const AWAY_MS = 4000
/** Mails, and as many requests to the UNZR register, that a fault interrupts. */
const JOBS = 6

export interface PoolerRoundOptions {
  readonly pooler: Pooler
  /** The URL of a superuser, without PgBouncer, in a migrated database. */
  readonly databaseUrl: string
  readonly seed: number
  readonly say: (line: string) => void
}

/** Plays it; returns what is wrong. */
export async function playPoolerRound({ pooler, databaseUrl, seed, say }: PoolerRoundOptions): Promise<string[]> {
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-people-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const servers = { urls: [pooler.socketUrl], primaryUrl: async () => databaseUrl }
  const people = await People.make(folder, { persons: PERSONS, parties: PARTIES, seed }, createDice(seed))
  const { registers } = await loadRegistries(folder)
  const simulator = await startSimulator({ registers, callLogSize: 1_000_000, faults: { faults: [LATENCY] }, seed })
  stack.defer(() => simulator.close())
  const facility = await Facility.make(databaseUrl)
  stack.defer(() => facility.close())
  const settings = { ...facility.settings, ZVIRKA_ENCRYPTION_KEYS_FILE: makeKeysFile() }
  const cluster = await Cluster.start({ servers, simulator, workers: 2, rateLimit: RATE_LIMIT, settings })
  stack.defer(() => cluster.close())
  const place = await openPlace('api', servers, simulator)
  stack.defer(async () => void (await Promise.all([...place.databases, place.registry].map((each) => each.close()))))
  const api = cluster.launchAt(place, ['api'], {
    ...{ PORT: '0', ZVIRKA_MONITORING_PORT: '0', ZVIRKA_RATE_LIMIT_TOKEN: 'off', ZVIRKA_RATE_LIMIT_ADDRESS: 'off' },
  })
  const [, url = ''] = await api.untilSays(/"address":"(http:[^"]+)"/)
  const client = new ApiClient(url, await makeTokens(databaseUrl))
  for (const id of client.ids) people.everHeld.set(id, new Set())
  const askAboutUnzr = await unzrRequests(databaseUrl, url)

  const problems: string[] = []
  let invited = 0
  const sendJobs = async () => {
    for (let job = 0; job < JOBS; job += 1) {
      const status = await facility.invite(url)
      if (status !== 201) problems.push(`an invitation was answered with ${status}`)
      invited += 1
      await askAboutUnzr()
    }
  }
  const untilJobsDone = () =>
    until('all jobs to be done', async () => {
      const left = `select from pgboss.job where state <> 'completed' and name <> 'unzr_info_failed'`
      return (await tell(databaseUrl, left)).length === 0
    })
  const untilCalls = (count: number) => until(`${count} calls`, async () => simulator.calls().length >= count)
  const round = new Round({ cluster, people, say })
  const { problems: found } = await round.play(async (returns) => {
    const isOver = new AbortController()
    const asking = client.run(isOver.signal)
    await untilCalls(CALLS)
    await sendJobs()
    await untilJobsDone()
    round.say('jobs are done behind PgBouncer')
    await sendJobs()
    pooler.reload()
    round.say('PgBouncer has read its settings again')
    await untilJobsDone()
    await untilCalls(simulator.calls().length + CALLS)
    await sendJobs()
    cluster.databaseAway.set(true)
    await pooler.kill()
    round.say('PgBouncer is killed, with jobs in progress')
    await delay(AWAY_MS)
    await pooler.start()
    cluster.databaseAway.set(false)
    round.say('PgBouncer is started again')
    await measureReturn(cluster, returns)
    await untilJobsDone()
    await untilCalls(simulator.calls().length + CALLS)
    isOver.abort()
    await asking
    await client.readAll()
    if (facility.box.list().length !== invited)
      problems.push(`${facility.box.list().length} mails for ${invited} invitations`)
  })
  const unzr = await tell<{ status: string; count: number }>(
    databaseUrl,
    'select job_status as status, count(*)::int from mimir.unzr_info group by 1',
  )
  if (JSON.stringify(unzr) !== JSON.stringify([{ status: 'processed', count: 3 * JOBS }]))
    problems.push(`requests to the UNZR register: ${JSON.stringify(unzr)}`)
  if (api.isOver) problems.push(`the API had ended by itself: ${api.said.err.slice(-2000)}`)
  api.signal('SIGTERM')
  if ((await api.ended).code !== 0) problems.push('the API did not end with 0')
  return [...problems, ...client.problems, ...found]
}

/** Returns what asks the register about another UNZR each time, as a user of the NHS. */
async function unzrRequests(databaseUrl: string, api: string): Promise<() => Promise<void>> {
  const owner = openDatabase({ url: databaseUrl, role: 'zvirka_owner', applicationName: 'tests', max: 1 })
  const token = await makeToken(owner, { scope: 'unzr:read unzr:write' }).finally(() => owner.close())
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const query = 'mutation ($unzr: String!) { syncUnzrInfoRegister(input: { unzr: $unzr }) { unzrInfo { id } } }'
  let count = 0
  return async () => {
    count += 1
    const variables = { unzr: `19900101-${String(count).padStart(5, '0')}` }
    const body = JSON.stringify({ query, variables })
    const answer = await (await fetch(`${api}/graphql`, { method: 'POST', headers, body })).text()
    if (!answer.includes('"unzrInfo":{"id"')) throw new Error(answer)
  }
}
