/**
 * A round of an update by docs/operations.md: the database is migrated while workers and an API of the previous version run, which are then
 * replaced.
 */
import { cp, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { type Cluster, openPlace } from '../chaos/cluster.ts'
import type { People } from '../chaos/people.ts'
import { startProxy } from '../chaos/proxy.ts'
import type { Round } from '../chaos/round.ts'
import { ApiClient, makeTokens } from '../ha/client.ts'
import { repository } from '../support/imports.ts'
import { until } from '../support/until.ts'
import type { TwoServers } from './server.ts'

const CALLS = 120
/** The most client problems to report. */
const MOST_TOLD = 10
const VERSION = '999.0.0'
/** A plausible next migration: another column, index and table. */
const MIGRATION = `
alter table mpi.person_verification_summaries add column of_a_version_to_come integer not null default 0;
create index of_a_version_to_come on mpi.person_dms_passport_checks (updated_at);
create table zvirka.of_a_version_to_come (id bigint generated always as identity primary key);
`

/** The parts of a round. */
export interface UpdateParts {
  readonly cluster: Cluster<TwoServers>
  readonly round: Round
  readonly people: People
  /** Removes what was created, after the round. */
  readonly stack: AsyncDisposableStack
}

/** Plays it; returns the problems on the way. */
export async function updateInMidRun({ cluster, round, people, stack }: UpdateParts): Promise<string[]> {
  const { servers, simulator } = cluster
  const problems: string[] = []
  const expect = (isRight: boolean, what: string) => void (isRight || problems.push(what))
  const untilCalls = (count: number) => until(`${count} calls`, async () => simulator.calls().length >= count)
  const apis = await Promise.all([1, 2].map((number) => openPlace(`api ${number}`, servers, simulator)))
  for (const { databases, registry } of apis)
    stack.defer(async () => void (await Promise.all([...databases, registry].map((each) => each.close()))))
  const startApi = async (place: (typeof apis)[number]) => {
    const noLimits = { ZVIRKA_RATE_LIMIT_TOKEN: 'off', ZVIRKA_RATE_LIMIT_ADDRESS: 'off' }
    const settings = { PORT: '0', ZVIRKA_MONITORING_PORT: '0', ...noLimits }
    const command = cluster.launchAt(place, ['api'], settings)
    const [, port = ''] = await command.untilSays(/"address":"http:\/\/[^"]*:(\d+)"/)
    return { command, port: Number(port) }
  }
  const [first, second] = apis
  if (first === undefined || second === undefined) throw new Error('there are two')
  const before = await startApi(first)
  // As the proxy in front of the API does: it switches to the new process, and the old one completes its requests.
  let { port } = before
  const door = await startProxy(() => ({ host: '127.0.0.1', port }))
  stack.defer(() => door.close())
  const client = new ApiClient(`http://127.0.0.1:${door.port}`, await makeTokens(await servers.primaryUrl()))
  for (const id of client.ids) people.everHeld.set(id, new Set())
  const isOver = new AbortController()
  const asking = client.run(isOver.signal)
  await untilCalls(CALLS)

  const main = await makeNextVersion(stack)
  cluster.launchFrom(main)
  const migrated = await cluster.launch(['migrate']).ended
  expect(migrated.code === 0 && /applied 9000_/.test(migrated.out), `migrate: ${migrated.out}${migrated.err}`)
  round.say('the database is migrated')
  await untilCalls(simulator.calls().length + CALLS)
  for (const place of cluster.places) {
    expect(place.command?.isOver === false, `${place.name} of the version before ended: ${place.command?.said.err}`)
    place.command?.signal('SIGTERM')
    cluster.setWell(place, false)
    expect((await place.command?.ended)?.code === 0, `${place.name} of the version before did not end with 0`)
    await cluster.startWorker(place)
    round.say(`${place.name} is replaced`)
    await untilCalls(simulator.calls().length + CALLS / 2)
  }
  const after = await startApi(second)
  port = after.port
  await delay(500)
  before.command.signal('SIGTERM')
  expect((await before.command.ended).code === 0, 'the API of the version before did not end with 0')
  round.say('the API is replaced')
  await untilCalls(simulator.calls().length + CALLS / 2)
  isOver.abort()
  await asking
  await client.readAll()
  const versions = await cluster.ask<{ version: string }>(
    'select distinct version from zvirka.workers where ended_at is null',
  )
  expect(versions.map(({ version }) => version).join() === VERSION, `versions that work: ${JSON.stringify(versions)}`)
  after.command.signal('SIGTERM')
  expect((await after.command.ended).code === 0, 'the API did not end with 0')
  // An HTTP proxy resends a request if its connection was just being closed; this one cannot.
  const told = client.problems.filter((problem) => !/had no answer/.test(problem))
  return [...problems, ...told.slice(0, MOST_TOLD)]
}

/** A copy of the program as a later version with another migration; returns its main file. */
async function makeNextVersion(stack: AsyncDisposableStack): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-next-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  for (const path of ['src', 'migrations', 'bin'])
    await cp(join(repository, path), join(folder, path), { recursive: true })
  const description = JSON.parse(await readFile(join(repository, 'package.json'), 'utf8'))
  await writeFile(join(folder, 'package.json'), JSON.stringify({ ...description, version: VERSION }))
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'migrations/9000_a_version_to_come.sql'), MIGRATION)
  return join(folder, 'src/main.ts')
}
