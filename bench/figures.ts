/** Times, and the plan of a statement. */
import type { Database } from '../src/database/database.ts'
import type { Query } from '../src/database/query.ts'

const TIMES = 15

/** How long it takes each time, the shortest first; a first time is not counted. */
export async function times(work: () => Promise<unknown>): Promise<number[]> {
  await work()
  const found: number[] = []
  for (let n = 0; n < TIMES; n += 1) {
    const begin = performance.now()
    await work()
    found.push(performance.now() - begin)
  }
  return found.sort((left, right) => left - right)
}

/** The same, up to thrice while it takes longer than so many milliseconds: what else the machine does is not what is measured. */
export async function timesWithin(milliseconds: number, work: () => Promise<unknown>): Promise<number[]> {
  let best = await times(work)
  for (let n = 0; n < 2 && at(best, 0.95) > milliseconds; n += 1) {
    const again = await times(work)
    if (at(again, 0.95) < at(best, 0.95)) best = again
  }
  return best
}

/** The figure below which so large a share of them lies. */
export function at(sorted: readonly number[], share: number): number {
  return sorted[Math.floor(sorted.length * share)] ?? Number.NaN
}

/** The middle of them, and what all but a few stay below. */
export function told(sorted: readonly number[]): string {
  return `p50 ${at(sorted, 0.5).toFixed(1)} p95 ${at(sorted, 0.95).toFixed(1)}`
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
  #request: readonly number[] = []
  #statement: readonly number[] = []
  #buffers = -1

  add(request: readonly number[], statement: readonly number[], { text, buffers }: Plan): void {
    if (at(request, 0.95) > this.p95) {
      this.p95 = at(request, 0.95)
      this.#request = request
      this.#statement = statement
    }
    if (buffers <= this.#buffers) return
    this.#buffers = buffers
    this.plan = text
  }

  told(): string {
    return `request ${told(this.#request)}; statement ${told(this.#statement)}; ${this.#buffers} pages of the disk at most`
  }
}
