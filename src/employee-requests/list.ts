/** Lists of employee requests (spec 5, 4.3), for REST by pages and for GraphQL by cursors. */
import type { Executor } from '../database/query.ts'
import { countRows, type Total } from '../listing/total.ts'
import type { EmployeeRequestStatus } from './data.ts'
import {
  countableRequests,
  findLegalEntities,
  listRequests,
  type Narrowing,
  type RequestSlice,
} from './plans/listing.ts'
import type { ReadRequest } from './read.ts'

export type { RequestPlace, RequestSlice } from './plans/listing.ts'

/** What a list is narrowed to; undefined is not asked for. */
export interface RequestFilter {
  readonly id?: string | undefined
  readonly status?: EmployeeRequestStatus | undefined
  /** `neither`: no request has that. */
  readonly noTaxId?: boolean | 'neither' | undefined
  readonly legalEntityId?: string | undefined
  readonly edrpou?: string | undefined
  /** The whole name, whatever its case and apostrophe. */
  readonly legalEntityName?: string | undefined
}

/** A list of requests. */
export interface RequestList {
  /** The requests of a part of it, in the list's order. */
  read(slice: RequestSlice): Promise<ReadRequest[]>
  /** How many there are: exact up to 10,000, above that what the planner expects. */
  count(): Promise<Total>
}

/**
 * The requests of a filter, as one legal entity sees them: its own.
 *
 * @param seenBy the legal entity; undefined: the NHS, which sees all
 */
export async function requestsOf(
  executor: Executor,
  filter: RequestFilter,
  seenBy: string | undefined,
): Promise<RequestList> {
  const { id, status, noTaxId } = filter
  const narrowing =
    noTaxId === 'neither'
      ? { legalEntityIds: [] }
      : { id, status, noTaxId, legalEntityIds: await legalEntitiesOf(executor, filter, seenBy) }
  return {
    async read(slice) {
      const rows = await executor.query<ReadRequest>(listRequests(narrowing, slice))
      return slice.isFromEnd ? rows.reverse() : rows
    },
    count: () => countRequests(executor, narrowing),
  }
}

function countRequests(executor: Executor, narrowing: Narrowing): Promise<Total> {
  const { from, narrowed } = countableRequests(narrowing)
  return countRows(executor, from, narrowed)
}

// Undefined: those of any.
async function legalEntitiesOf(
  executor: Executor,
  { legalEntityId, edrpou, legalEntityName: name }: RequestFilter,
  seenBy: string | undefined,
): Promise<readonly string[] | undefined> {
  const id = seenBy ?? legalEntityId
  if (seenBy !== undefined && legalEntityId !== undefined && legalEntityId !== seenBy) return []
  if (edrpou === undefined && name === undefined) return id === undefined ? undefined : [id]
  const found = await executor.query<{ id: string }>(findLegalEntities({ id, edrpou, name }))
  return found.map((each) => each.id)
}
