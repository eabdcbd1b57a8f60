/** Lists of `mimir.unzr_info`, each filter from an index of its own (spec 4.3). */
import type { Query } from '../../database/query.ts'
import { COLUMNS, type UnzrInfoStatus } from './unzr-info.ts'

/** Which rows. */
export interface UnzrInfoFilter {
  readonly databaseId?: string
  readonly unzr?: string
  readonly jobStatus?: UnzrInfoStatus
}

/** A part of the list by the time at which rows were made: so many, from its beginning or its end, between two places (time and id). */
export interface UnzrInfoPage {
  readonly limit: number
  readonly isAscending: boolean
  readonly isFromEnd: boolean
  readonly after: readonly string[] | undefined
  readonly before: readonly string[] | undefined
}

/** The condition of a filter, to list by and to count by. */
export function narrowUnzrInfo({ databaseId, unzr, jobStatus }: UnzrInfoFilter): {
  readonly where: string
  readonly values: readonly unknown[]
} {
  const values: unknown[] = []
  const conditions: string[] = []
  if (databaseId !== undefined) conditions.push(`id = $${values.push(databaseId)}`)
  if (unzr !== undefined) conditions.push(`unzr = $${values.push(unzr)}`)
  if (jobStatus !== undefined) conditions.push(`job_status = $${values.push(jobStatus)}`)
  return { where: conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`, values }
}

/** A page of rows; one that was asked for from the end comes last row first. */
export function listUnzrInfo(
  filter: UnzrInfoFilter,
  { limit, isAscending, isFromEnd, after, before }: UnzrInfoPage,
): Query {
  const { where, values: narrowed } = narrowUnzrInfo(filter)
  const values = [...narrowed]
  const conditions = where === '' ? [] : [where.slice('where '.length)]
  const beyond = (place: readonly string[] | undefined, sign: '<' | '>') => {
    if (place === undefined) return
    const [time, id] = place
    conditions.push(`(inserted_at, id) ${sign} ($${values.push(time)}::timestamptz, $${values.push(id)}::uuid)`)
  }
  beyond(after, isAscending ? '>' : '<')
  beyond(before, isAscending ? '<' : '>')
  const direction = isAscending === isFromEnd ? 'desc' : 'asc'
  return {
    text: `
select ${COLUMNS} from mimir.unzr_info ${conditions.length === 0 ? '' : `where ${conditions.join(' and ')}`}
 order by inserted_at ${direction}, id ${direction} limit $${values.push(limit)}`,
    values,
  }
}
