/** Lists of employee requests (spec 5, 4.3), for REST by pages and for GraphQL by cursors. */
import type { Executor } from '../database/query.ts'
import { countRows, type Total } from '../listing/total.ts'
import type { EmployeeRequestStatus } from './data.ts'
import { findLegalEntities } from './plans/legal-entities.ts'
import { countableRequests, listRequests, type Narrowing, type RequestSlice, type TimeRange } from './plans/listing.ts'
import type { ReadRequest } from './read.ts'

export type { RequestOrder, RequestPlace, RequestSlice } from './plans/listing.ts'

/** The filters of a list; undefined: no filter. */
export interface RequestFilter {
  readonly id?: string | undefined
  readonly status?: EmployeeRequestStatus | undefined
  /** `neither`: no request matches. */
  readonly noTaxId?: boolean | 'neither' | undefined
  readonly legalEntityId?: string | undefined
  readonly edrpou?: string | undefined
  /** A part of the name; case and kind of apostrophe do not matter. */
  readonly legalEntityName?: string | undefined
  /** The e-mail of the invited person, in any case. */
  readonly email?: string | undefined
  /** The time of insertion. */
  readonly insertedAt?: TimeRange | undefined
}

/** A list of requests. */
interface RequestList {
  read(slice: RequestSlice): Promise<ReadRequest[]>
  /** The total: exact up to 10,000, above that the planner's estimate. */
  count(): Promise<Total>
}

/**
 * The requests that match a filter, as one legal entity sees them: only its own.
 *
 * @param seenBy the legal entity; undefined: the NHS, which sees all
 */
export async function requestsOf(
  executor: Executor,
  filter: RequestFilter,
  seenBy: string | undefined,
): Promise<RequestList> {
  const narrowing = await narrowingOf(executor, filter, seenBy)
  return {
    read: (slice) => executor.query<ReadRequest>(listRequests(narrowing, slice)),
    count: () => countRequests(executor, narrowing),
  }
}

function countRequests(executor: Executor, narrowing: Narrowing): Promise<Total> {
  const { from, narrowed } = countableRequests(narrowing)
  return countRows(executor, from, narrowed)
}

async function narrowingOf(executor: Executor, filter: RequestFilter, seenBy: string | undefined): Promise<Narrowing> {
  const { id, status, noTaxId, email, insertedAt } = filter
  if (noTaxId === 'neither') return { legalEntityIds: [] }
  return {
    ...{ id, status, noTaxId, insertedAt, email: email?.toLowerCase() },
    ...(await legalEntitiesOf(executor, filter, seenBy)),
    isOfFew: insertedAt !== undefined && (await isOfFew(executor, insertedAt)),
  }
}

// This many are gathered quickly. With more, walking all of them by name soon finds the first names.
async function isOfFew(executor: Executor, insertedAt: TimeRange): Promise<boolean> {
  return (await countRequests(executor, { insertedAt })).isExact
}

/**
 * The maximum number of legal entities that are walked side by side; with more, checking each request in order soon finds the next ones.
 */
const MOST_SIDE_BY_SIDE = 1000

// Undefined: those of any legal entity.
async function legalEntitiesOf(
  executor: Executor,
  { legalEntityId, edrpou, legalEntityName: name }: RequestFilter,
  seenBy: string | undefined,
): Promise<Pick<Narrowing, 'legalEntityIds' | 'legalEntity'>> {
  const id = seenBy ?? legalEntityId
  if (seenBy !== undefined && legalEntityId !== undefined && legalEntityId !== seenBy) return { legalEntityIds: [] }
  if (edrpou === undefined && name === undefined) return id === undefined ? {} : { legalEntityIds: [id] }
  const legalEntity = { id, edrpou, name }
  const found = await executor.query<{ id: string }>(findLegalEntities(legalEntity, MOST_SIDE_BY_SIDE + 1))
  return found.length > MOST_SIDE_BY_SIDE ? { legalEntity } : { legalEntityIds: found.map((each) => each.id) }
}
