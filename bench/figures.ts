/** Timings, and plans of statements. */
import { readdir, readFile } from 'node:fs/promises'
import type { Database } from '../src/database/database.ts'
import type { Query } from '../src/database/query.ts'

// With fewer than 20 samples the 95th percentile would be the maximum.
const TIMES = 40

/** Durations, shortest first, and the CPU time of the given processes. */
export interface Taken {
  readonly milliseconds: readonly number[]
  /** Milliseconds of CPU each time, without the machine's other load. */
  readonly cpu: number
}

/** Runs something `TIMES` times, after one uncounted warm-up. */
export async function take(work: () => Promise<unknown>, processes: readonly number[]): Promise<Taken> {
  await work()
  const milliseconds: number[] = []
  const before = await cpuOf(processes)
  for (let n = 0; n < TIMES; n += 1) {
    const begin = performance.now()
    await work()
    milliseconds.push(performance.now() - begin)
  }
  const after = await cpuOf(processes)
  // A process that ended meanwhile had been idle and took no part.
  const cpu = [...after].reduce((sum, [pid, now]) => sum + now - (before.get(pid) ?? now), 0) / TIMES
  return { milliseconds: milliseconds.sort((left, right) => left - right), cpu }
}

// In nanoseconds, unlike the ticks of /proc/<pid>/stat. Linux only; elsewhere empty.
async function cpuOf(processes: readonly number[]): Promise<ReadonlyMap<number, number>> {
  const ofThread = async (path: string) => Number((await readFile(path, 'utf8')).split(' ')[0]) / 1e6
  const each = processes.map(async (pid) => {
    const threads = await readdir(`/proc/${pid}/task`)
    const times = await Promise.all(threads.map((thread) => ofThread(`/proc/${pid}/task/${thread}/schedstat`)))
    return [pid, times.reduce((sum, time) => sum + time, 0)] as const
  })
  const found = await Promise.allSettled(each)
  return new Map(found.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
}

/** A percentile of the durations. */
export function at({ milliseconds: sorted }: Taken, share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN
}

/** The median and a high percentile, as text. */
export function told(taken: Taken): string {
  return `p50 ${at(taken, 0.5).toFixed(1)} p95 ${at(taken, 0.95).toFixed(1)} CPU ${taken.cpu.toFixed(1)}`
}

/** A plan with the number of rows and pages read. */
export interface Plan {
  readonly text: string
  /** Pages read, from cache or disk. */
  readonly buffers: number
}

/** Runs a statement with EXPLAIN ANALYZE and returns the plan. */
export async function planOf(database: Pick<Database, 'query'>, { text, values = [] }: Query): Promise<Plan> {
  const rows = await database.query<{ 'QUERY PLAN': string }>({
    text: `explain (analyze, buffers, costs off, timing off, summary off) ${text}`,
    values,
  })
  const lines = rows.map((row) => row['QUERY PLAN'])
  const buffers = lines.find((line) => line.includes('Buffers:')) ?? ''
  const touched = [...buffers.matchAll(/(?:hit|read)=(\d+)/g)].reduce((sum, [, pages]) => sum + Number(pages), 0)
  return { text: lines.map((line) => `    ${line}`).join('\n'), buffers: touched }
}

/** The worst figures of several pages, and the plan that read most. */
export class Worst {
  plan = ''
  p95 = 0
  #request: Taken = { milliseconds: [], cpu: 0 }
  #statement: Taken = { milliseconds: [], cpu: 0 }
  #buffers = -1

  add(request: Taken, statement: Taken, { text, buffers }: Plan): void {
    this.p95 = Math.max(this.p95, at(request, 0.95))
    if (request.cpu > this.#request.cpu) this.#request = request
    if (statement.cpu > this.#statement.cpu) this.#statement = statement
    if (buffers <= this.#buffers) return
    this.#buffers = buffers
    this.plan = text
  }

  told(): string {
    return `request ${told(this.#request)} (p95 of the worst page ${this.p95.toFixed(1)}); statement ${told(this.#statement)}; ${this.#buffers} pages of the disk at most`
  }
}
