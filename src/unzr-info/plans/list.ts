/** Lists of `mimir.unzr_info`, each filter from an index of its own (spec 4.3). */
import type { Query } from '../../database/query.ts'
import { Conditions, type Narrowed } from '../../listing/conditions.ts'
import { type KeysetPage, keysetPage } from '../../listing/keyset.ts'
import { COLUMNS, type UnzrInfoStatus } from './unzr-info.ts'

/** Which rows. */
export interface UnzrInfoFilter {
  readonly databaseId?: string
  readonly unzr?: string
  readonly jobStatus?: UnzrInfoStatus
}

/** The condition of a filter, to list by and to count by. */
export function narrowUnzrInfo({ databaseId, unzr, jobStatus }: UnzrInfoFilter): Narrowed {
  return new Conditions()
    .addIf(databaseId, (id) => `id = ${id}`)
    .addIf(unzr, (number) => `unzr = ${number}`)
    .addIf(jobStatus, (status) => `job_status = ${status}`).narrowed
}

/** A page of rows, by the time at which they were made. */
export function listUnzrInfo(filter: UnzrInfoFilter, page: KeysetPage): Query {
  return keysetPage({ columns: COLUMNS, from: 'mimir.unzr_info', time: 'inserted_at' }, narrowUnzrInfo(filter), page)
}
