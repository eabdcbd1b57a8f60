/** Carries out the faults of a plan. */
import { setTimeout as delay } from 'node:timers/promises'
import { until } from '../support/until.ts'
import type { Cluster, Place } from './cluster.ts'
import type { Return } from './histories.ts'
import type { Fault } from './plan.ts'
import { type Servers, untilSynchronous } from './postgres.ts'

/** The registry's normal latency. */
export const LATENCY = { kind: 'latency', delay: { distribution: 'uniform', min_ms: 10, max_ms: 150 } } as const

/** How long to wait for a worker after the database is back; the checker decides whether that was too long. */
const LONGEST_RETURN_MS = 20_000

const pause = (seconds: number) => delay(seconds * 1000)

/** Carries out one fault, from beginning to end. */
export async function commit(cluster: Cluster, fault: Fault, returns: Return[]): Promise<void> {
  switch (fault.kind) {
    case 'postgres killed':
      return away(cluster, returns, async () => {
        await cluster.servers.primary.kill()
        await pause(fault.seconds)
        await cluster.servers.primary.start()
        if (cluster.servers.isReplicated) await untilSynchronous(cluster.servers.primary)
      })
    case 'backend killed':
      return away(cluster, returns, () => killBackend(cluster))
    case 'connections ended every second':
      for (let second = 0; second < fault.seconds; second += 1) {
        await cluster.ask(
          `select pg_terminate_backend(pid) from pg_stat_activity where application_name like 'zvirka%'`,
        )
        await pause(1)
      }
      return
    case 'fail-over':
      return failOver(cluster, fault.seconds, returns)
    case 'registry':
      await cluster.simulator.setFaults({ faults: [LATENCY, ...fault.faults] })
      await pause(fault.seconds)
      return cluster.simulator.setFaults({ faults: [LATENCY] })
    default:
      return disturb(cluster, fault)
  }
}

async function away(cluster: Cluster, returns: Return[], work: () => Promise<void>): Promise<void> {
  cluster.databaseAway.set(true)
  await work()
  cluster.databaseAway.set(false)
  await measureReturn(cluster, returns)
}

/** The server then ends all its sessions and recovers by itself. */
async function killBackend(cluster: Cluster): Promise<void> {
  const [backend] = await cluster.ask<{ pid: number }>(
    `select pid from pg_stat_activity where application_name like 'zvirka worker%' order by random() limit 1`,
  )
  if (backend === undefined) return
  process.kill(backend.pid, 'SIGKILL')
  await pause(0.2)
  await cluster.servers.primary.start()
  if (cluster.servers.isReplicated) await untilSynchronous(cluster.servers.primary)
}

async function failOver(cluster: Cluster, seconds: number, returns: Return[]): Promise<void> {
  // Only a standby with every acknowledged commit may be promoted.
  await untilSynchronous(cluster.servers.primary)
  await away(cluster, returns, async () => {
    await cluster.servers.primary.kill()
    await pause(seconds)
    cluster.servers.failOver()
    await cluster.ask('select pg_promote()')
  })
}

/** Measures how long each worker not affected otherwise takes to renew its lease. */
export async function measureReturn(cluster: Cluster<Servers>, returns: Return[]): Promise<void> {
  const at = Date.now()
  const waiting = new Map<number, Place>()
  for (const place of cluster.places) if (place.isWell && place.command) waiting.set(place.command.pid, place)
  while (waiting.size > 0 && Date.now() - at < LONGEST_RETURN_MS) {
    for (const [pid, place] of waiting) if (!place.isWell || place.command?.pid !== pid) waiting.delete(pid)
    const rows = await cluster.ask<{ pid: number }>(
      `select pid from zvirka.workers where ended_at is null and lease_until > clock_timestamp()
          and renewed_at > to_timestamp($1 / 1000.0)`,
      [at],
    )
    for (const { pid } of rows) if (waiting.delete(pid)) returns.push({ at, pid, milliseconds: Date.now() - at })
    await delay(100)
  }
  for (const [pid, { isWell }] of waiting) if (isWell) returns.push({ at, pid, milliseconds: undefined })
}

type WorkerFault = Extract<Fault, { worker: number }>

async function disturb(cluster: Cluster, fault: WorkerFault): Promise<void> {
  const place = cluster.places[fault.worker]
  if (place?.command === undefined) return
  switch (fault.kind) {
    case 'worker killed':
      cluster.setWell(place, false)
      await place.command.kill()
      await pause(fault.seconds)
      return cluster.startWorker(place)
    case 'worker told to end':
      cluster.setWell(place, false)
      await tellToEnd(cluster, place)
      await pause(fault.seconds)
      return cluster.startWorker(place)
    case 'worker stopped and continued':
      cluster.setWell(place, false)
      place.command.signal('SIGSTOP')
      await pause(fault.seconds)
      place.command.signal('SIGCONT')
      return cluster.setWell(place, true)
    case 'database silent':
    case 'database refused':
      cluster.setWell(place, false)
      await Promise.all(
        place.databases.map((each) => each.set(fault.kind === 'database silent' ? 'silent' : 'refusing')),
      )
      await pause(fault.seconds)
      await Promise.all(place.databases.map((each) => each.set('passing')))
      return cluster.setWell(place, true)
    case 'registry silent':
      await place.registry.set('silent')
      await pause(fault.seconds)
      return place.registry.set('passing')
  }
}

/** Seconds for a worker to end: its calls and writes, and a database that may be down. */
const END_SECONDS = 60

/** Sends SIGTERM: the worker must end by itself, with success. */
export async function tellToEnd(cluster: Cluster<Servers>, place: Place): Promise<void> {
  const { command } = place
  if (command === undefined) return
  command.signal('SIGTERM')
  await until('its end', async () => command.isOver, END_SECONDS).catch(() => undefined)
  if (!command.isOver) {
    cluster.problems.push(
      `${place.name} did not end within ${END_SECONDS} s of SIGTERM: ${command.said.err.slice(-2000)}`,
    )
    return command.kill()
  }
  const { code, err } = await command.ended
  if (code !== 0) cluster.problems.push(`${place.name} ended with ${code} after SIGTERM: ${err.slice(-2000)}`)
}
