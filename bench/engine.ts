/** The engine with answers from within the process, against the yardstick D. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Ask } from '../src/synchronization/ask.ts'
import { findRun, type RunRow } from '../src/synchronization/plans/runs.ts'
import { dmsPassportPerson } from '../src/synchronization/process.ts'
import { beginRun } from '../src/synchronization/runs.ts'
import { WORKER_SESSION } from '../src/synchronization/session.ts'
import { Worker } from '../src/synchronization/worker.ts'
import { type BenchServer, fill, openBench, startBenchServer, USER } from './database.ts'
import { startCpu } from './cpu.ts'
import { measureBareSql } from './yardstick.ts'

/** One in so many documents is known to the registry. */
const ONE_FOUND_IN = 50

export const isFound = (number: number): boolean => number % ONE_FOUND_IN === 0

/** Answers at once, from within the process. */
export const answerAtOnce: Ask = async ({ pasNumber }) => ({
  kind: 'answer',
  value: { status: isFound(Number(pasNumber)) ? 1 : 0 },
  messageId: randomUUID(),
})

/** Runs the engine over everybody who is due; answers with persons a second. */
export async function measureEngine(url: string, persons: number, ask: Ask): Promise<number> {
  const database = openBench(url, { max: 6, session: WORKER_SESSION })
  const leaseDatabase = openBench(url, { max: 1 })
  const worker = new Worker({
    database,
    leaseDatabase,
    description: { kind: 'bench', host: 'bench', pid: process.pid, version: 'bench' },
    leaseSeconds: 10,
    stopSeconds: 10,
    userId: USER,
    equip: () => ({
      ask,
      breaker: { isOpen: false, msUntilProbe: () => 0, reserveProbe: () => undefined, releaseProbe: () => undefined },
      batchSize: 100,
      concurrency: 16,
    }),
    breakers: () => ({}),
    events: {
      trouble: (error, where) => console.error(where, error),
      leaseLost: () => undefined,
      swept: () => undefined,
      runJoined: () => undefined,
      runLeft: () => undefined,
      runHeld: (_run, reason) => console.error(reason),
      counted: () => undefined,
    },
  })
  const begin = performance.now()
  const cpuSince = await startCpu(database)
  const run = await beginRun(database, {
    process: dmsPassportPerson.key,
    cause: 'command',
    userId: USER,
    startedByWorker: null,
    validationPeriodDays: 270,
    triggeredSecondsAgo: null,
    takesWaiting: false,
    maxSubjects: null,
    maxBatches: null,
    isGuarded: true,
  })
  if (run === undefined) throw new Error('a run is under way')
  await worker.start()
  for (;;) {
    const [now] = await database.query<RunRow>(findRun(run.id))
    if (now?.state === 'finished') break
    await delay(10)
  }
  const rate = (persons / (performance.now() - begin)) * 1000
  console.log('cpu us/person', JSON.stringify(await cpuSince(persons)))
  await worker.stop()
  await database.close()
  await leaseDatabase.close()
  return rate
}

async function onFreshDatabase(
  server: BenchServer,
  persons: number,
  measure: (url: string) => Promise<number>,
): Promise<number> {
  const url = await server.create(`bench_${randomUUID().replaceAll('-', '')}`)
  const owner = openBench(url, { role: 'zvirka_owner', max: 1 })
  await fill(owner, persons)
  await owner.close()
  try {
    return await measure(url)
  } finally {
    await server.drop(url)
  }
}

if (import.meta.main) {
  const persons = Number(process.argv[2] ?? 20_000)
  const rounds = Number(process.argv[3] ?? 3)
  const server = await startBenchServer()
  try {
    for (let round = 0; round < rounds; round += 1) {
      const bare = await onFreshDatabase(server, persons, async (url) => {
        const database = openBench(url)
        const cpuSince = await startCpu(database)
        const rate = await measureBareSql(database, isFound)
        console.log('bare cpu us/person', JSON.stringify(await cpuSince(persons)))
        await database.close()
        return rate
      })
      const engine = await onFreshDatabase(server, persons, (url) => measureEngine(url, persons, answerAtOnce))
      console.log(`D ${bare.toFixed(0)}/s  engine ${engine.toFixed(0)}/s  ratio ${(engine / bare).toFixed(2)}`)
    }
  } finally {
    await server.release()
  }
}
