/** Pages of a list that is ordered by a time, or a number, and an id, each found by where the one before ended (spec 4: cursors). */
import type { Query } from '../database/query.ts'
import type { Narrowed } from './conditions.ts'

/** A part of such a list: so many, from its beginning or its end, between two places (time and id). */
export interface KeysetPage {
  readonly limit: number
  readonly isAscending: boolean
  readonly isFromEnd: boolean
  readonly after: readonly string[] | undefined
  readonly before: readonly string[] | undefined
}

/** What is listed. All of it is text of ours. */
export interface KeysetList {
  readonly columns: string
  readonly from: string
  /** The column of the time; the id's is `id`. */
  readonly time: string
  /** Its type, where it is not a time. */
  readonly type?: 'double precision'
}

/** The statement for a page; one that was asked for from the end comes last row first. */
export function keysetPage({ columns, from, time, type }: KeysetList, narrowed: Narrowed, page: KeysetPage): Query {
  const { limit, isAscending, isFromEnd, after, before } = page
  const values = [...narrowed.values]
  const conditions = narrowed.where === '' ? [] : [narrowed.where.replace(/^where /, '')]
  const beyond = (place: readonly string[] | undefined, sign: '<' | '>') => {
    if (place === undefined) return
    const [at, id] = place
    conditions.push(`(${time}, id) ${sign} ($${values.push(at)}::${type ?? 'timestamptz'}, $${values.push(id)}::uuid)`)
  }
  beyond(after, isAscending ? '>' : '<')
  beyond(before, isAscending ? '<' : '>')
  const direction = isAscending === isFromEnd ? 'desc' : 'asc'
  const where = conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`
  return {
    text: `select ${columns} from ${from} ${where} order by ${time} ${direction}, id ${direction} limit $${values.push(limit)}`,
    values,
  }
}
