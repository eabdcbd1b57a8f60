/**
 * One run shared by several workers, each a separate process (`zvirka worker`), with a registry that takes 200 ms: the gain per worker
 * (spec 2.1). The rate comes from the run's own record; CPU is that of the worker processes (Linux).
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type { Database } from '../src/database/database.ts'
import { getProcess } from '../src/synchronization/process.ts'
import { beginRun } from '../src/synchronization/runs.ts'
import { type BenchServer, openBench, withPeople } from './database.ts'
import { RUN, untilFinished } from './engine.ts'
import { environmentOf } from './memory.ts'
import { startRegistry } from './registry.ts'

const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const LATENCY_MILLISECONDS = 200
const TICK_MICROSECONDS = 10_000

/** The pace of a run with several workers. */
export interface SharedPace {
  readonly rate: number
  /** Microseconds of the workers' own CPU per person. */
  readonly cpu: number
}

/** Runs one run of `personsEach` persons per worker. */
export async function measureWorkers(server: BenchServer, workers: number, personsEach: number): Promise<SharedPace> {
  const persons = workers * personsEach
  const registry = await startRegistry(persons, LATENCY_MILLISECONDS)
  try {
    return await withPeople(server, persons, (url) => measure(url, registry.url, workers, persons))
  } finally {
    registry.stop()
  }
}

async function measure(url: string, registryUrl: string, workers: number, persons: number): Promise<SharedPace> {
  const database = openBench(url)
  const children = Array.from({ length: workers }, () => startWorker(url, registryUrl))
  try {
    await untilLiving(database, workers)
    const before = await cpuOf(children)
    const begin = performance.now()
    const run = await beginRun(database, { ...RUN, process: getProcess('dms_passport/person').key })
    if (run === undefined) throw new Error('a run is under way')
    await untilFinished(database, run.id)
    const rate = (persons / (performance.now() - begin)) * 1000
    return { rate, cpu: ((await cpuOf(children)) - before) / persons }
  } finally {
    await Promise.all(children.map(end))
    await database.close()
  }
}

function startWorker(databaseUrl: string, registryUrl: string): ChildProcess {
  return spawn(process.execPath, [MAIN, 'worker'], {
    env: { ...environmentOf(databaseUrl, registryUrl), ZVIRKA_WORKER_PORT: '0', LOG_LEVEL: 'error' },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
}

async function untilLiving(database: Database, workers: number): Promise<void> {
  for (;;) {
    const [row] = await database.query<{ living: number }>({
      text: 'select count(*)::int as living from zvirka.workers where ended_at is null',
    })
    if (row?.living === workers) return
    await delay(50)
  }
}

async function cpuOf(children: readonly ChildProcess[]): Promise<number> {
  const each = await Promise.all(
    children.map(async ({ pid }) => {
      const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
      return Number(fields[11]) + Number(fields[12])
    }),
  )
  return each.reduce((sum, ticks) => sum + ticks, 0) * TICK_MICROSECONDS
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null) return
  child.kill('SIGTERM')
  await once(child, 'exit')
}
