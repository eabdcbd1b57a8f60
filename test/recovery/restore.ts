/**
 * A round of backup and restore: the database is backed up during a run, continues, is lost, and is restored elsewhere by
 * docs/operations.md.
 */
import { setTimeout as delay } from 'node:timers/promises'
import { type Cluster, openPlace, type Place, PROCESSES } from '../chaos/cluster.ts'
import type { Round } from '../chaos/round.ts'
import type { Command } from '../processes/command.ts'
import { until } from '../support/until.ts'
import type { Facility } from './facility.ts'
import type { TwoServers, Way } from './server.ts'

/** By then the registry has received every call sent before its worker was killed. */
const CALLS_ARRIVE_MS = 1000
/** Long enough for a mail to go out, and for a trigger to start a run. */
const WATCH_MS = 5000
const CALLS = 120

/** The parts of a round. */
export interface RestoreParts {
  readonly cluster: Cluster<TwoServers>
  readonly round: Round
  readonly facility: Facility
  readonly way: Way
}

/** Plays it; returns the problems on the way. Histories are for the checker. */
export async function restoreInMidRun(parts: RestoreParts): Promise<string[]> {
  const { cluster, round, facility, way } = parts
  const { servers, simulator } = cluster
  const problems: string[] = []
  const expect = (isRight: boolean, what: string) => void (isRight || problems.push(what))
  const place = await openPlace('api', servers, simulator)
  const untilCalls = (count: number) => until(`${count} calls`, async () => simulator.calls().length >= count)
  try {
    const before = await startApi(cluster, place)
    await invite(facility, before.url)
    await untilMails(facility, 1)
    // Its worker also knows that the mail was sent.
    await until('no mail to wait', async () => (await waitingMails(cluster)) === 0)
    await untilCalls(CALLS)
    await facility.link.set('refusing')
    await invite(facility, before.url)
    await until('a mail to wait', async () => (await waitingMails(cluster)) === 1)
    const from = Date.now()
    await way.backUp(servers.first)
    round.say('the back-up is there')
    await facility.link.set('passing')
    await untilMails(facility, 2)
    await untilCalls(simulator.calls().length + CALLS)

    await round.stopChanges()
    await lose(cluster, before.command)
    round.say('the server is lost')
    await way.restore(servers.first, servers.second)
    servers.move()
    cluster.databaseAway.set(false)
    const [claims] = await cluster.ask<{ count: number }>('select count(*)::int as count from zvirka.claims')
    expect((claims?.count ?? 0) > 0, 'the back-up was not taken in mid-run: nobody was claimed')
    expect((await waitingMails(cluster)) === 1, 'the back-up has no mail that waits')

    await command(cluster, 'migrate')
    const said = JSON.parse(await command(cluster, 'restored', '--json', '--reason', 'the disk of the server was lost'))
    // What is restored knows nothing of the workers since: in its history nobody was there who could have swept.
    cluster.machineBusy.push({ from, until: Date.now() })
    round.say(`zvirka restored: ${JSON.stringify(said)}`)
    await delay(CALLS_ARRIVE_MS)
    const [calls, mails] = [simulator.calls().length, facility.box.list().length]
    await Promise.all(cluster.places.map((each) => cluster.startWorker(each)))
    const after = await startApi(cluster, place)
    expect((await facility.invite(after.url)) === 401, 'a token from before the loss is valid after it')
    await round.importAll()
    await until('each tick to be skipped', async () => (await skippedTicks(cluster)) >= PROCESSES.length)
    await delay(WATCH_MS)
    expect(simulator.calls().length === calls, 'a registry was asked before its process was released')
    expect(facility.box.list().length === mails, 'a mail went out once more')

    for (const { words } of PROCESSES) await command(cluster, 'release', ...words)
    for (const id of await heldRuns(cluster)) await command(cluster, 'run', 'stop', id)
    round.say('the processes are released')
    await untilCalls(calls + 1)
    round.startChanges()
    await untilCalls(calls + CALLS)
    expect(facility.box.list().length === mails, 'a mail went out once more')
    after.command.signal('SIGTERM')
    expect((await after.command.ended).code === 0, 'the API did not end with 0')
    return problems
  } finally {
    for (const each of [...place.databases, place.registry]) await each.close()
  }
}

async function startApi(cluster: Cluster<TwoServers>, place: Place): Promise<{ command: Command; url: string }> {
  const api = cluster.launchAt(place, ['api'], { PORT: '0', ZVIRKA_MONITORING_PORT: '0' })
  const [, url = ''] = await api.untilSays(/"address":"(http:[^"]+)"/)
  return { command: api, url }
}

async function invite(facility: Facility, api: string): Promise<void> {
  const status = await facility.invite(api)
  if (status !== 201) throw new Error(`an invitation was answered with ${status}`)
}

/** Kills everything that works on the database, and the server with it. */
async function lose(cluster: Cluster<TwoServers>, api: Command): Promise<void> {
  cluster.databaseAway.set(true)
  for (const place of cluster.places) {
    cluster.setWell(place, false)
    await place.command?.kill()
  }
  await api.kill()
  await cluster.servers.first.lose()
}

/** Runs a command to its end; returns its output. */
async function command(cluster: Cluster<TwoServers>, ...args: readonly string[]): Promise<string> {
  const { code, out, err } = await cluster.launch(args).ended
  if (code !== 0) throw new Error(`zvirka ${args.join(' ')} ended with ${code}: ${out}${err}`)
  return out
}

function untilMails(facility: Facility, count: number): Promise<unknown> {
  return until(`${count} mails`, async () => facility.box.list().length >= count)
}

async function waitingMails(cluster: Cluster<TwoServers>): Promise<number> {
  const waiting = `select from pgboss.job where name = 'invitation_mail' and state in ('created', 'retry', 'active')`
  return (await cluster.ask(waiting)).length
}

async function skippedTicks(cluster: Cluster<TwoServers>): Promise<number> {
  return (
    await cluster.ask(`select distinct process from zvirka.ticks where outcome = 'skipped'
    and time > (select max(ended_at) from zvirka.workers)`)
  ).length
}

async function heldRuns(cluster: Cluster<TwoServers>): Promise<string[]> {
  const rows = await cluster.ask<{ id: string }>(`select id from zvirka.runs where state = 'paused'`)
  return rows.map(({ id }) => id)
}
