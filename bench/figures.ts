/** Times, and the plan of a statement. */
import { readdir, readFile } from 'node:fs/promises'
import type { Database } from '../src/database/database.ts'
import type { Query } from '../src/database/query.ts'

// Of fewer than 20 the figure below which 95 of a hundred lie would be the greatest there was.
const TIMES = 40

/** How long something took each time, the shortest first, and the CPU that it took of the processes looked at. */
export interface Taken {
  readonly milliseconds: readonly number[]
  /** Milliseconds of CPU each time. What else the machine does is not in it. */
  readonly cpu: number
}

/** Does something some times; a first time is not counted. */
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
  // One that has ended meanwhile served nobody: it was idle for long.
  const cpu = [...after].reduce((sum, [pid, now]) => sum + now - (before.get(pid) ?? now), 0) / TIMES
  return { milliseconds: milliseconds.sort((left, right) => left - right), cpu }
}

// To the nanosecond, unlike the ticks of /proc/<pid>/stat (Linux; elsewhere none).
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

/** The figure below which so large a share of them lies. */
export function at({ milliseconds: sorted }: Taken, share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN
}

/** The middle of them, and what all but a few stay below. */
export function told(taken: Taken): string {
  return `p50 ${at(taken, 0.5).toFixed(1)} p95 ${at(taken, 0.95).toFixed(1)} CPU ${taken.cpu.toFixed(1)}`
}

/** A plan with what it read. */
export interface Plan {
  readonly text: string
  /** Pages of the disk, found in memory or not. */
  readonly buffers: number
}

/** Runs a statement, and answers with its plan. */
export async function planOf(database: Database, { text, values = [] }: Query): Promise<Plan> {
  const rows = await database.query<{ 'QUERY PLAN': string }>({
    text: `explain (analyze, buffers, costs off, timing off, summary off) ${text}`,
    values,
  })
  const lines = rows.map((row) => row['QUERY PLAN'])
  const buffers = lines.find((line) => line.includes('Buffers:')) ?? ''
  const touched = [...buffers.matchAll(/(?:hit|read)=(\d+)/g)].reduce((sum, [, pages]) => sum + Number(pages), 0)
  return { text: lines.map((line) => `    ${line}`).join('\n'), buffers: touched }
}

/** The dearest of some pages. */
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
