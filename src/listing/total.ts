/** The number of a list's entries (spec 6.1): exact up to 10,000, above that the planner's estimate. */
import type { Executor } from '../database/query.ts'
import type { Narrowed } from './conditions.ts'

/** The number up to which entries are counted, and served by page number (spec 6.1). */
export const EXACT_UP_TO = 10_000

/** The number of entries. */
export interface Total {
  readonly count: number
  readonly isExact: boolean
}

/** The total of a list whose entries were all read. */
export function totalOf(count: number): Total {
  return { count, isExact: count <= EXACT_UP_TO }
}

interface Plan {
  readonly Plan: { readonly 'Plan Rows': number }
}

/** Counts the rows of `from` (the text after the word), filtered. Reads at most 10,001. */
export async function countRows(executor: Executor, from: string, { where, values }: Narrowed): Promise<Total> {
  const rows = `select 1 from ${from} ${where}`
  const [counted] = await executor.query<{ count: number }>({
    text: `select count(*) from (${rows} limit ${EXACT_UP_TO + 1}) as counted`,
    values,
  })
  const count = counted?.count ?? 0
  if (count <= EXACT_UP_TO) return totalOf(count)
  const [explained] = await executor.query<{ 'QUERY PLAN': readonly Plan[] }>({
    text: `explain (format json) ${rows}`,
    values,
  })
  const expected = explained?.['QUERY PLAN'][0]?.Plan['Plan Rows'] ?? 0
  return { count: Math.max(expected, EXACT_UP_TO + 1), isExact: false }
}
