/**
 * Verifications for REST (spec 6.3): of one subject, and lists of those visible to a client. The NHS sees all; a legal entity sees its
 * employees' parties, and persons with an active declaration with one of its employees.
 */
import type { Executor } from '../database/query.ts'
import { type Listed, listed, type Slice, type TimePlace } from '../listing/slice.ts'
import { countRows, EXACT_UP_TO, type Total, totalOf } from '../listing/total.ts'
import type { SubjectKind } from '../verification/status.ts'
import {
  countableVerifications,
  countEmployees,
  findDeclaration,
  findVerification,
  findWorkplace,
  type ListedVerification,
  type Listing,
  listVerifications,
  type PartyFilter,
  type PersonFilter,
  partyListing,
  personListing,
  type SubjectVerification,
} from './plans/verification-lists.ts'

export { DECLARATION_STATUSES, type SubjectVerification } from './plans/verification-lists.ts'

/** The verification of a subject; undefined if there is no such subject, or it has none. */
export async function findVerificationOf(
  executor: Executor,
  kind: SubjectKind,
  id: string,
): Promise<SubjectVerification | undefined> {
  const [row] = await executor.query<SubjectVerification>(findVerification(kind, id))
  return row
}

/** Whether a party is an employee of a legal entity. */
export async function worksFor(executor: Executor, partyId: string, legalEntityId: string): Promise<boolean> {
  const [row] = await executor.query<{ works: boolean }>(findWorkplace(partyId, legalEntityId))
  return row?.works ?? false
}

/** Whether a person has an active declaration with an employee of a legal entity. */
export async function hasDeclarationWith(
  executor: Executor,
  personId: string,
  legalEntityId: string,
): Promise<boolean> {
  const [row] = await executor.query<{ has: boolean }>(findDeclaration(personId, legalEntityId))
  return row?.has ?? false
}

/** A page of matching persons, newest first. */
export function listPersonVerifications(
  executor: Executor,
  filter: PersonFilter,
  slice: Slice<TimePlace>,
): Promise<Listed<SubjectVerification, TimePlace>> {
  return list(executor, personListing(filter), slice)
}

/** A page of matching parties, newest first. */
export async function listPartyVerifications(
  executor: Executor,
  filter: PartyFilter,
  slice: Slice<TimePlace>,
): Promise<Listed<SubjectVerification, TimePlace>> {
  return list(executor, partyListing({ ...filter, isOfFew: await isOfFew(executor, filter) }), slice)
}

// If many employees have the status, walking by time soon finds the newest.
async function isOfFew(executor: Executor, { employeeStatus }: PartyFilter): Promise<boolean> {
  if (employeeStatus === undefined || employeeStatus === 'APPROVED') return false
  const [counted] = await executor.query<{ count: number }>(countEmployees(employeeStatus, EXACT_UP_TO))
  return (counted?.count ?? 0) <= EXACT_UP_TO
}

async function list(
  executor: Executor,
  listing: Listing,
  slice: Slice<TimePlace>,
): Promise<Listed<SubjectVerification, TimePlace>> {
  const query = listVerifications(listing, { ...slice, limit: slice.limit + 1 })
  const read = await executor.query<ListedVerification>(query)
  const gathered = read[0]?.total ?? undefined
  const total = gathered === undefined ? await count(executor, listing) : totalOf(gathered)
  const all = listed(read, slice.limit, ({ inserted_at, id }) => ({ at: inserted_at, id }), total)
  return { ...all, rows: all.rows.filter((row) => row.has_verification) }
}

function count(executor: Executor, listing: Listing): Promise<Total> {
  const { from, narrowed } = countableVerifications(listing)
  return countRows(executor, from, narrowed)
}
