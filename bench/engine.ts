/** One run of the engine over a database of due subjects, with answers from the caller's function. */
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../src/database/database.ts'
import type { Ask, AskingRegistry } from '../src/synchronization/ask.ts'
import { findRun, type NewRun, type RunRow } from '../src/synchronization/plans/runs.ts'
import { getProcess, type SyncProcess } from '../src/synchronization/process.ts'
import { beginRun } from '../src/synchronization/runs.ts'
import { WORKER_SESSION } from '../src/synchronization/session.ts'
import { Worker } from '../src/synchronization/worker.ts'
import { ACT_INSTANTS, ACT_TEXTS, type ActInstant, type ActText, type DeathAct } from '../src/verification/death-act.ts'
import type { DracsDeathAnswer, DracsDeathQuestion, DracsDeathTerms } from '../src/verification/streams/dracs-death.ts'
import type { DrfoAnswer, DrfoQuestion, DrfoTerms } from '../src/verification/streams/drfo.ts'
import type { PassportQuestion } from '../src/verification/streams/passport.ts'
import type { UnzrQuestion } from '../src/verification/streams/unzr.ts'
import type { StatusAnswer } from '../src/verification/streams/yes-or-no.ts'
import { type CpuUse, startCpu } from './cpu.ts'
import { openBench, USER } from './database.ts'

/** One in this many documents is known to the registry. */
const ONE_FOUND_IN = 50

/** Whether the benchmarks' registry knows the document with this number. */
export const isFound = (number: number): boolean => number % ONE_FOUND_IN === 0

/** Answers immediately, in this process. */
export const answerAtOnce: Ask<PassportQuestion, StatusAnswer> = async ({ pasNumber }) => ({
  kind: 'answer',
  value: { status: isFound(Number(pasNumber)) ? 1 : 0 },
  messageId: randomUUID(),
})

/** The same for UNZR: one in `ONE_FOUND_IN` belongs to another person. */
export const answerUnzrAtOnce: Ask<UnzrQuestion> = async ({ unzr }) => ({
  kind: 'answer',
  value: { status: isFound(Number(unzr.slice(0, 8))) ? 0 : 1 },
  messageId: randomUUID(),
})

/** The same for tax ids: one in `ONE_FOUND_IN` does not match. */
export const answerDrfoAtOnce: Ask<DrfoQuestion, DrfoAnswer> = async ({ rnokpp }) => ({
  kind: 'answer',
  value: { result: isFound(Number(rnokpp)) ? 1 : 0, message: '' },
  messageId: randomUUID(),
})

/** The same for deaths: one in `ONE_FOUND_IN` has an act with the same name and birth date. */
export function answerDeathsAtOnce(): Ask<DracsDeathQuestion, DracsDeathAnswer> {
  let asked = 0
  return async ({ name, surname, patronymic = null, onDate: date_birth }) => {
    asked += 1
    const acts = isFound(asked) ? [{ ...NO_ACT, key: randomUUID(), name, surname, patronymic, date_birth }] : []
    return { kind: 'answer', value: { acts }, messageId: randomUUID() }
  }
}

const NO_ACT: DeathAct = {
  ...(Object.fromEntries([...ACT_TEXTS, ...ACT_INSTANTS].map((name) => [name, null])) as Record<
    ActText | ActInstant,
    null
  >),
  ...{ key: '', ar_op_name: '1', is_restore: null, doc_seizes: [] },
}

/** The settings that the rules of DRFO and of deaths need. */
const TERMS: DrfoTerms & DracsDeathTerms = {
  ...{ notVerified: new Set([1]), closed: new Set([2]), noSelfAuthAge: 14 },
  ...{ full: 0.9, partial: 0.7 },
}

/** The pace of one run: persons per second, and microseconds of CPU per person. */
export interface Pace {
  readonly rate: number
  readonly cpu: CpuUse
}

/** Runs the engine over all due subjects of a process. */
export async function measureEngine<Question = PassportQuestion>(
  url: string,
  subjects: number,
  ask: Ask<Question>,
  process: SyncProcess = getProcess('dms_passport/person'),
): Promise<Pace> {
  const database = openBench(url, { role: 'zvirka_worker', max: 6, session: WORKER_SESSION })
  const leaseDatabase = openBench(url, { role: 'zvirka_worker', max: 1 })
  const worker = makeWorker(database, leaseDatabase, { ask })
  try {
    await worker.start()
    const cpuSince = await startCpu(database)
    const begin = performance.now()
    const run = await beginRun(database, { ...RUN, process: process.key })
    if (run === undefined) throw new Error('a run is under way')
    await untilFinished(database, run.id)
    const rate = (subjects / (performance.now() - begin)) * 1000
    return { rate, cpu: await cpuSince(subjects) }
  } finally {
    await worker.stop()
    await database.close()
    await leaseDatabase.close()
  }
}

/** A run as a command starts it. */
export const RUN: Omit<NewRun, 'process'> = {
  cause: 'command',
  userId: USER,
  startedByWorker: null,
  validationPeriodDays: 270,
  triggeredSecondsAgo: null,
  takesWaiting: false,
  maxSubjects: null,
  maxBatches: null,
  isGuarded: true,
}

/** Waits until a run ends. */
export async function untilFinished(database: Database, runId: string): Promise<void> {
  for (;;) {
    const [run] = await database.query<RunRow>(findRun(runId))
    if (run?.state === 'finished') return
    if (run?.state !== 'running') throw new Error(`the run is ${run?.state}: ${run?.state_reason}`)
    await delay(20)
  }
}

function makeWorker(database: Database, leaseDatabase: Database, asked: AskingRegistry): Worker {
  return new Worker({
    database,
    leaseDatabase,
    description: { kind: 'bench', host: 'bench', pid: process.pid, version: 'bench' },
    leaseSeconds: 10,
    stopSeconds: 10,
    userId: USER,
    equip: () => ({
      ...asked,
      terms: async () => TERMS,
      breaker: {
        isOpen: false,
        msUntilProbe: () => 0,
        reserveProbe: () => undefined,
        releaseProbe: () => undefined,
      },
      batchSize: 100,
      concurrency: 16,
    }),
    breakers: () => ({}),
    events: {
      trouble: (error, where) => process.stderr.write(`${where}: ${String(error)}\n`),
      leaseLost: () => undefined,
      swept: () => undefined,
      runJoined: () => undefined,
      runLeft: () => undefined,
      runHeld: () => undefined,
      counted: () => undefined,
    },
  })
}
