/**
 * A worker: an identity with a lease, and a loop for each active run (spec 2.1, 2.7). It reads the runs twice a second, so that a pause or
 * stop takes effect within 2 s, and sweeps every 2 s. If its lease expires, it continues under a new identity.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Database } from '../database/database.ts'
import type { GuardFinding } from '../messages/run-findings.ts'
import { NO_TRACING, spanTime, type Tracing } from '../observability/tracing.ts'
import { traceLeaseLost, traceRunEnd, traceTakeOver } from '../observability/tracing-runs.ts'
import { WorkTrace } from '../observability/tracing-work.ts'
import type { AskingRegistry, ServiceBreaker } from './ask.ts'
import type { ReadTerms } from './claimer.ts'
import { Guard, type Judged } from './guard.ts'
import { Lease } from './lease.ts'
import { branchesOf, countDue } from './plans/claim.ts'
import { MAY_READ_TABLES } from './plans/counts.ts'
import { holdRun, joinRun, lockDueCount, type RunRow, runsUnderWay, setDueAtStart } from './plans/runs.ts'
import { type RunCounts, startGuardWindow } from './plans/tally.ts'
import { holdLease, type WorkerDescription } from './plans/workers.ts'
import { findProcess, type SyncProcess } from './process.ts'
import { type LoopEnd, RunLoop } from './run-loop.ts'
import { SWEEP_MILLISECONDS, type Swept, sweep } from './sweep.ts'

const POLL_MILLISECONDS = 400

/** How this worker runs a process: its registry and its concurrency. */
export interface ProcessEquipment extends AskingRegistry {
  readonly breaker: ServiceBreaker
  readonly batchSize: number
  readonly concurrency: number
  /** Reads the settings that the rules need, if any. */
  readonly terms?: ReadTerms
}

/** Events of a worker; none contains personal data. */
interface WorkerEvents {
  trouble(error: unknown, where: string): void
  leaseLost(workerId: string): void
  swept(swept: Swept): void
  runJoined(run: RunRow): void
  runLeft(run: RunRow, end: LoopEnd): void
  runHeld(run: RunRow, finding: GuardFinding): void
  /** Outcomes of a process were written, with the counts. */
  counted(process: SyncProcess, counts: RunCounts): void
}

export interface WorkerOptions {
  readonly database: Database
  /** A pool with one connection, only for the lease. */
  readonly leaseDatabase: Database
  readonly description: WorkerDescription
  readonly leaseSeconds: number
  readonly stopSeconds: number
  readonly userId: string
  /** Undefined: this installation has no access to the process's services, and ignores its runs. */
  readonly equip: (process: SyncProcess) => ProcessEquipment | undefined
  readonly breakers: () => object
  /** Whether runs of a process may call now; outside the permitted hours they wait (spec 3.3). Default: always. */
  readonly mayCall?: (process: SyncProcess) => boolean
  /** Takes part only in this run (`zvirka sync`). */
  readonly onlyRun?: string
  readonly tracing?: Tracing
  readonly events: WorkerEvents
}

interface Part {
  readonly loop: RunLoop
  readonly guard: Guard | undefined
  readonly trace: WorkTrace | undefined
  readonly ended: Promise<void>
  isLooking: boolean
}

export class Worker {
  readonly #options: WorkerOptions
  readonly #tracing: Tracing
  readonly #parts = new Map<string, Part>()
  readonly #stopping = new AbortController()
  #lease: Lease
  #work: Promise<unknown> | undefined
  #onlyRun: string | undefined

  constructor(options: WorkerOptions) {
    this.#options = options
    this.#tracing = options.tracing ?? NO_TRACING
    this.#onlyRun = options.onlyRun
    this.#lease = this.#newLease()
  }

  /** The current identity; it changes after the lease expires. */
  get workerId(): string {
    return this.#lease.workerId
  }

  /** Seconds since the last renewal of the lease. */
  get leaseAgeSeconds(): number {
    return this.#lease.ageSeconds
  }

  /** Registers and sweeps; from then on the worker takes part in runs. */
  async start(): Promise<void> {
    await this.#lease.begin()
    await this.sweep()
    this.#work = Promise.all([
      this.#repeat('runs', POLL_MILLISECONDS, () => this.#lookAtRuns()),
      this.#repeat('sweep', SWEEP_MILLISECONDS, () => this.sweep()),
    ])
  }

  /** From now on takes part only in this run. */
  keepTo(runId: string): void {
    this.#onlyRun = runId
  }

  /** Finishes or releases its claims, and ends the identity (spec 2.7: SIGTERM). */
  async stop(): Promise<void> {
    this.#stopping.abort()
    for (const { loop } of this.#parts.values()) loop.leave()
    await Promise.all([...this.#parts.values()].map(({ ended }) => ended))
    await this.#work
    await this.#lease.end()
    // Releases claims that this worker does not know of (a claim that was not acknowledged), instead of leaving them to the next start.
    await this.#sweepAll().catch((error) => this.#options.events.trouble(error, 'sweep'))
  }

  /**
   * One sweep for the cluster (spec 2.7). Skipped with an expired lease: after a suspension or an outage it would end runs as lost that
   * this worker is about to continue under its new identity.
   */
  async sweep(): Promise<void> {
    if (this.#lease.isLost) return
    if ((await this.#options.database.query(holdLease(this.workerId))).length === 0) return this.#lease.lose()
    const since = spanTime()
    const swept = await this.#sweepAll()
    traceTakeOver(this.#tracing, this.workerId, swept, since)
    if (swept.deadWorkers > 0) this.#options.events.swept(swept)
  }

  #sweepAll(): Promise<Swept> {
    const { database } = this.#options
    return sweep(database, (run) => traceRunEnd(this.#tracing, run, run.state))
  }

  async #repeat(where: string, milliseconds: number, act: () => Promise<void>): Promise<void> {
    const { signal } = this.#stopping
    while (!signal.aborted) {
      try {
        await act()
      } catch (error) {
        this.#options.events.trouble(error, where)
      }
      await delay(milliseconds, undefined, { signal }).catch(() => undefined)
    }
  }

  async #lookAtRuns(): Promise<void> {
    if (this.#lease.isLost) await this.#takeNewIdentity()
    const runs = await this.#options.database.query<RunRow>(runsUnderWay())
    const underWay = new Set(runs.map(({ id }) => id))
    for (const [id, { loop }] of this.#parts) if (!underWay.has(id)) loop.leave()
    for (const run of runs) this.#follow(run)
  }

  #follow(run: RunRow): void {
    const process = findProcess(run.process)
    if (process === undefined || this.#lease.isLost || this.#stopping.signal.aborted) return
    if (!this.#mayFollow(run.id)) return
    const part = this.#parts.get(run.id)
    if (part === undefined) {
      if (run.state !== 'stopping') this.#join(run, process)
      return
    }
    part.loop.setMayWork(run.state === 'running' && this.#mayCall(process))
  }

  #mayFollow(runId: string): boolean {
    return this.#onlyRun === undefined || this.#onlyRun === runId
  }

  #join(run: RunRow, process: SyncProcess): void {
    const { database, userId, equip, stopSeconds, events } = this.#options
    const equipment = equip(process)
    if (equipment === undefined) return
    const lease = this.#lease
    const guard = run.guard_share === null ? undefined : new Guard(database, run.process, run.guard_share)
    const trace = this.#tracing.isOn ? new WorkTrace(this.#tracing, run, lease.workerId) : undefined
    const loop = new RunLoop({
      database,
      trace,
      run,
      writing: { process, runId: run.id, workerId: lease.workerId, userId },
      mayWork: run.state === 'running' && this.#mayCall(process),
      ...equipment,
      stopMilliseconds: stopSeconds * 1000,
      onTrouble: (error) => events.trouble(error, run.process),
      onWritten: (counts) => {
        if (counts !== undefined) events.counted(process, counts)
        void this.#look(run)
      },
      onLeaseLost: () => lease.lose(),
    })
    events.runJoined(run)
    const ended = loop.run().then((end) => {
      this.#parts.delete(run.id)
      trace?.left(end)
      if (end === 'finished') traceRunEnd(this.#tracing, run, end)
      events.runLeft(run, end)
    })
    this.#parts.set(run.id, { loop, guard, trace, ended, isLooking: false })
    if (run.due_at_start === null) this.#countDue(run, process).catch((error) => events.trouble(error, 'count'))
  }

  #mayCall(process: SyncProcess): boolean {
    return this.#options.mayCall?.(process) ?? true
  }

  // Counted once per run, by one of its workers (spec 2.9).
  async #countDue(run: RunRow, process: SyncProcess): Promise<void> {
    await this.#options.database.transaction(async (tx) => {
      const [lock] = await tx.query<{ held: boolean }>(lockDueCount(run.id))
      if (!lock?.held) return
      // Nearly everybody may be due: a full scan is then faster than the index access that worker sessions prefer.
      await tx.query(MAY_READ_TABLES)
      const [row] = await tx.query<{ due: number }>(countDue(process, run, branchesOf(run)))
      if (row !== undefined) await tx.query(setDueAtStart(run.id, row.due))
    })
  }

  // The guard looks after outcomes were written, one look at a time (spec 2.6).
  async #look(run: RunRow): Promise<void> {
    const part = this.#parts.get(run.id)
    if (part?.guard === undefined || part.isLooking) return
    part.isLooking = true
    try {
      const judged = await part.guard.look()
      if (judged !== undefined) await this.#hold(run, part, judged)
    } catch (error) {
      this.#options.events.trouble(error, 'guard')
    } finally {
      part.isLooking = false
    }
  }

  // A run of `zvirka sync` is stopped, any other is paused.
  async #hold(run: RunRow, { loop, trace }: Part, { finding, windowAfter }: Judged): Promise<void> {
    const { database, userId, events } = this.#options
    loop.setMayWork(false)
    const to = run.started_by_worker === null ? 'paused' : 'stopping'
    const isHeld = await database.transaction(async (tx) => {
      const [held] = await tx.query(holdRun({ runId: run.id, to, userId, finding, windowAfter }))
      if (held !== undefined) await tx.query(startGuardWindow(run.process))
      return held !== undefined
    })
    if (!isHeld) return
    trace?.held(to, finding)
    events.runHeld(run, finding)
  }

  async #takeNewIdentity(): Promise<void> {
    for (const { loop } of this.#parts.values()) loop.loseLease()
    await Promise.all([...this.#parts.values()].map(({ ended }) => ended))
    const lease = this.#newLease()
    await lease.begin()
    await this.#joinAtOnce(lease).catch((error) => {
      lease.lose()
      throw error
    })
    traceLeaseLost(this.#tracing, this.#lease.workerId)
    this.#options.events.leaseLost(this.#lease.workerId)
    this.#lease = lease
  }

  // Joins immediately, so that no sweep finds a run of `zvirka sync` without a live worker in between.
  async #joinAtOnce({ workerId }: Lease): Promise<void> {
    const { database } = this.#options
    for (const { id } of await database.query<RunRow>(runsUnderWay())) {
      if (this.#mayFollow(id)) await database.query(joinRun(id, workerId))
    }
  }

  #newLease(): Lease {
    const { leaseDatabase, description, leaseSeconds, breakers, events } = this.#options
    const onTrouble = (error: unknown) => events.trouble(error, 'lease')
    const lease = new Lease({ database: leaseDatabase, worker: description, leaseSeconds, breakers, onTrouble })
    // Immediately, not when the database is back: a worker that stops during an outage must not wait to write what would be refused.
    void lease.lost.then(() => {
      for (const { loop } of this.#parts.values()) loop.loseLease()
    })
    return lease
  }
}
