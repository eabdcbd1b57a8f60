import type { Query } from '../database/query.ts'
import type { Conditions } from './conditions.ts'
import { type Slice, type TimePlace, within } from './slice.ts'

/** A list of a table, sorted by a time or a number and the column `id`. All SQL texts come from the code. */
interface KeysetList {
  readonly columns: string
  readonly from: string
  readonly time: string
  /** Its type, if it is not a time. */
  readonly type?: 'double precision'
}

/** The statement for a page of a list. */
export function keysetPage(
  { columns, from, time, type }: KeysetList,
  conditions: Conditions,
  slice: Slice<TimePlace>,
): Query {
  within(conditions, slice, time, 'id', type)
  const limit = conditions.parameter(slice.limit)
  const { where, values } = conditions.narrowed
  const order = `${time} ${slice.direction}, id ${slice.direction}`
  return { text: `select ${columns} from ${from} ${where} order by ${order} limit ${limit}`, values }
}
