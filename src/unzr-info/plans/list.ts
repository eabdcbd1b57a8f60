/** Lists of `mimir.unzr_info`, with an index for each filter (spec 4.3). */
import type { Query } from '../../database/query.ts'
import { Conditions } from '../../listing/conditions.ts'
import { keysetPage } from '../../listing/keyset.ts'
import type { Slice, TimePlace } from '../../listing/slice.ts'
import { COLUMNS, type UnzrInfoStatus } from './unzr-info.ts'

/** The filters. */
export interface UnzrInfoFilter {
  readonly databaseId?: string | undefined
  readonly unzr?: string | undefined
  readonly jobStatus?: UnzrInfoStatus | undefined
}

/** The condition of a filter, for listing and counting. */
export function narrowUnzrInfo({ databaseId, unzr, jobStatus }: UnzrInfoFilter): Conditions {
  return new Conditions()
    .addIf(databaseId, (id) => `id = ${id}`)
    .addIf(unzr, (number) => `unzr = ${number}`)
    .addIf(jobStatus, (status) => `job_status = ${status}`)
}

/** A page of rows, by creation time. */
export function listUnzrInfo(filter: UnzrInfoFilter, slice: Slice<TimePlace>): Query {
  return keysetPage({ columns: COLUMNS, from: 'mimir.unzr_info', time: 'inserted_at' }, narrowUnzrInfo(filter), slice)
}
