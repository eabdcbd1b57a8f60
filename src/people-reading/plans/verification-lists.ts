/** Reads verifications for REST (spec 6.3). Nothing personal is selected. */
import type { Query } from '../../database/query.ts'
import { Conditions, type Narrowed } from '../../listing/conditions.ts'
import { type Slice, type TimePlace, within } from '../../listing/slice.ts'
import type { CumulativeStatus } from '../../verification/cumulative.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { KINDS } from '../../verification-store/kinds.ts'
import { perKind, verificationJoins } from '../../verification-store/reading.ts'
import type { VerificationRow } from '../verifications.ts'
import { streamColumns } from './verifications.ts'

/** A subject with its verification row. */
export type SubjectVerification = VerificationRow & {
  readonly verification_status: CumulativeStatus
  /** When the subject was inserted, in microseconds. */
  readonly inserted_at: string
}

/** Statuses of declarations (spec 1.3). */
export const DECLARATION_STATUSES = ['active', 'pending_verification', 'terminated', 'closed', 'rejected'] as const
type DeclarationStatus = (typeof DECLARATION_STATUSES)[number]

/** Filters of persons. A legal entity sees those with an active declaration with one of its employees. */
export interface PersonFilter {
  readonly verificationStatus?: CumulativeStatus | undefined
  readonly employeeId?: string | undefined
  /** Of their declaration with that employee; default: active. */
  readonly declarationStatus?: DeclarationStatus | undefined
  /** The legal entity whose employees count; undefined: any. */
  readonly legalEntityId?: string | undefined
}

/** Filters of parties. A legal entity sees its employees. */
export interface PartyFilter {
  readonly verificationStatus?: CumulativeStatus | undefined
  readonly divisionId?: string | undefined
  /** Of the employee that links to the party. A legal entity sees only active ones. */
  readonly employeeStatus?: string | undefined
  /** The legal entity whose employees count; undefined: any. */
  readonly legalEntityId?: string | undefined
  /** Whether few employees have that status, so that they are gathered. */
  readonly isOfFew?: boolean | undefined
}

/** An active employee: a former employer does not see dismissed or stopped employees. */
const WORKS = `e.is_active and e.status = 'APPROVED'`

/** One verification; no row: no such subject, or it has none. */
export function findVerification(kind: SubjectKind, id: string): Query {
  return {
    name: `verification of ${kind}`,
    text: verificationText(kind),
    values: [id],
  }
}

const verificationText = perKind(
  (kind) => `
select s.id, s.verification_status, ${placeOf('s')} as inserted_at, ${streamColumns(kind)}
  from ${KINDS[kind].subjects} s
  ${verificationJoins(kind, 's.id')}
 where s.id = $1 and v.id is not null`,
)

/** Whether a party is an employee of a legal entity. */
export function findWorkplace(partyId: string, legalEntityId: string): Query {
  return {
    name: 'party in legal entity',
    text: `select exists (select from prm.employees e where e.party_id = $1 and e.legal_entity_id = $2 and ${WORKS}) as works`,
    values: [partyId, legalEntityId],
  }
}

/** Whether a person has an active declaration with an employee of a legal entity. */
export function findDeclaration(personId: string, legalEntityId: string): Query {
  return {
    name: 'person with declaration in legal entity',
    text: `select ${treatedBy('$1', '$2')} as has`,
    values: [personId, legalEntityId],
  }
}

// `offset 0` prevents a join with all declarations.
function treatedBy(person: string, legalEntity: string): string {
  return `exists (select from ops.declarations t join prm.employees e on e.id = t.employee_id
                   where t.person_id = ${person} and t.status = 'active' and e.legal_entity_id = ${legalEntity} and ${WORKS} offset 0)`
}

/**
 * How to find a list's subjects: all of them, or the few found by an employee, a division or a legal entity. The former walks the index
 * with the list's order; the latter are gathered and filtered, since a walk might pass millions before it finds one.
 */
export interface Listing {
  readonly kind: SubjectKind
  readonly verificationStatus: CumulativeStatus | undefined
  /** Selects the ids of those few, with parameters of these conditions; undefined: all are walked. */
  readonly among: ((conditions: Conditions) => string) | undefined
  /** A condition on walked subjects, which most fulfil; `s` is the subject. */
  readonly only?: ((conditions: Conditions) => string) | undefined
  /** Selects the employee or declaration that links the client to a subject, as columns; `w` is the subject. */
  readonly link: (conditions: Conditions) => string
}

/** The listing of persons. */
export function personListing({
  verificationStatus,
  employeeId,
  declarationStatus,
  legalEntityId,
}: PersonFilter): Listing {
  const status = declarationStatus ?? 'active'
  // Literally as in the indexes.
  const withStatus = (conditions: Conditions) =>
    status === 'active' ? `d.status = 'active'` : `d.status <> 'active' and d.status = ${conditions.parameter(status)}`
  const among = (conditions: Conditions) => {
    const patients = `d.person_id as id from ops.declarations d
      where d.employee_id = ${conditions.parameter(employeeId)} and ${withStatus(conditions)}`
    if (legalEntityId === undefined) return patients
    const entity = conditions.parameter(legalEntityId)
    const ours = `${patients} and exists (select from prm.employees e where e.id = d.employee_id
              and e.legal_entity_id = ${entity} and ${WORKS})`
    // A former patient is visible to the facility that treats them now.
    return status === 'active' ? ours : `${ours} and ${treatedBy('d.person_id', entity)}`
  }
  const link = (conditions: Conditions) => {
    const ofEmployee = employeeId === undefined ? '' : ` and d.employee_id = ${conditions.parameter(employeeId)}`
    return `d.declaration_number, d.status as declaration_status from ops.declarations d
             where d.person_id = w.id and ${withStatus(conditions)}${ofEmployee} order by d.start_date desc, d.id limit 1`
  }
  return { kind: 'person', verificationStatus, link, among: employeeId === undefined ? undefined : among }
}

/** The listing of parties. */
export function partyListing(filter: PartyFilter): Listing {
  const { verificationStatus, divisionId, employeeStatus, legalEntityId, isOfFew = false } = filter
  const leads = (conditions: Conditions) => {
    const ofDivision = divisionId === undefined ? '' : ` and e.division_id = ${conditions.parameter(divisionId)}`
    const ofEntity =
      legalEntityId === undefined ? '' : ` and e.legal_entity_id = ${conditions.parameter(legalEntityId)}`
    return `${employment(filter, conditions)}${ofDivision}${ofEntity}`
  }
  const among = (conditions: Conditions) => `e.party_id as id from prm.employees e where ${leads(conditions)}`
  // A scalar subquery, so that it is evaluated for one walked subject at a time.
  const only = (conditions: Conditions) =>
    `(select true from prm.employees e where e.party_id = s.id and ${leads(conditions)} limit 1)`
  const isOfAll = divisionId === undefined && legalEntityId === undefined
  const isNarrowed = !isOfAll || employeeStatus !== undefined
  const link = (conditions: Conditions) =>
    `e.id as employee_id, e.division_id from prm.employees e where e.party_id = w.id and ${isNarrowed ? leads(conditions) : 'true'}
      order by (${WORKS}) desc, e.inserted_at desc, e.id limit 1`
  const isGathered = !isOfAll || isOfFew
  const isWalkedWith = isOfAll && employeeStatus !== undefined && !isOfFew
  return {
    ...{ kind: 'party', verificationStatus, link },
    ...{ among: isGathered ? among : undefined, only: isWalkedWith ? only : undefined },
  }
}

// The conditions on employees that link to a party. For a legal entity only active ones do, whatever status is requested.
function employment({ employeeStatus: status, legalEntityId }: PartyFilter, conditions: Conditions): string {
  if (status === undefined || status === 'APPROVED') return WORKS
  const withStatus = `e.status <> 'APPROVED' and e.status = ${conditions.parameter(status)}`
  return legalEntityId === undefined ? withStatus : `${WORKS} and ${withStatus}`
}

/** Employees of a status are counted up to this number, to decide whether the status is rare. */
export function countEmployees(status: string, most: number): Query {
  return {
    text: `select count(*) from (select from prm.employees e where e.status <> 'APPROVED' and e.status = $1 limit $2) few`,
    values: [status, most + 1],
  }
}

/** A row of a list. */
export type ListedVerification = SubjectVerification & {
  /** False: it has none. It keeps its position, so that no page ends early. */
  readonly has_verification: boolean
  /** The list's total, if all of it was gathered anyway. */
  readonly total: number | null
}

/** A page of a list, newest first. */
export function listVerifications(listing: Listing, slice: Slice<TimePlace>): Query {
  const { kind, among } = listing
  const { subjects, subjectId } = KINDS[kind]
  const conditions = new Conditions()
  // For subjects skipped by a page number only their index entries are read.
  const page = among === undefined ? walked(listing, slice, conditions) : gathered(listing, slice, conditions)
  return {
    text: `
select w.id, s.*, l.*, ${placeOf('w')} as inserted_at, v.${subjectId} is not null as has_verification,
       ${among === undefined ? 'null::bigint' : 'w.total'} as total, ${streamColumns(kind)}
  from (${page}) w
 cross join lateral (select ${subjectColumns(kind)} from ${subjects} s where s.id = w.id offset 0) s
  left join lateral (select ${listing.link(conditions)}) l on true
  ${verificationJoins(kind, 'w.id')}
 order by w.inserted_at desc, w.id desc`,
    values: conditions.narrowed.values,
  }
}

function subjectColumns(kind: SubjectKind): string {
  return `s.verification_status, s.updated_at as subject_updated_at${kind === 'person' ? ', s.status as subject_status' : ''}`
}

/** The same list for counting, without checking for a verification: everybody that this service inserted has one. */
export function countableVerifications({ kind, verificationStatus, among, only }: Listing): {
  from: string
  narrowed: Narrowed
} {
  const conditions = new Conditions()
  const { subjects } = KINDS[kind]
  const from = among === undefined ? `${subjects} s` : fromGathered(kind, among(conditions))
  conditions.addIf(verificationStatus, (p) => `s.verification_status = ${p}`)
  if (only !== undefined) conditions.require(only(conditions))
  return { from, narrowed: conditions.narrowed }
}

// The status is in the sort order and in ranges: so no other index has that order, and outdated statistics cannot make the planner walk the
// index of all subjects past millions in search of a few.
function walked(
  { kind, verificationStatus: status, only }: Listing,
  slice: Slice<TimePlace>,
  conditions: Conditions,
): string {
  if (only !== undefined) conditions.require(only(conditions))
  const lead = status === undefined ? [] : ['s.verification_status']
  const below = (columns: readonly string[], values: readonly string[], operator: string) =>
    conditions.require(`(${[...lead, ...columns].join(', ')}) ${operator} (${values.join(', ')})`)
  const parameters = () => (status === undefined ? [] : [conditions.parameter(status)])
  if (status !== undefined) below([], parameters(), '>=')
  if (slice.below !== undefined) {
    const { at, id } = slice.below
    const place = [`${conditions.parameter(at)}::timestamptz`, `${conditions.parameter(id)}::uuid`]
    below(['s.inserted_at', 's.id'], [...parameters(), ...place], '<')
  } else if (status !== undefined) below([], parameters(), '<=')
  const order = [...lead, 's.inserted_at', 's.id'].map((column) => `${column} desc`).join(', ')
  return `select s.id, s.inserted_at from ${KINDS[kind].subjects} s ${limited(order, slice, conditions)}`
}

function gathered(
  { kind, verificationStatus, among }: Listing,
  slice: Slice<TimePlace>,
  conditions: Conditions,
): string {
  const from = fromGathered(kind, among?.(conditions) ?? '')
  const status =
    verificationStatus === undefined ? 'true' : `s.verification_status = ${conditions.parameter(verificationStatus)}`
  within(conditions, slice, 'g.inserted_at', 'g.id')
  return `select g.id, g.inserted_at, g.total
    from (select s.id, s.inserted_at, count(*) over () as total from ${from} where ${status}) g
    ${limited('g.inserted_at desc, g.id desc', slice, conditions)}`
}

// `offset 0` prevents full table scans, whatever number the planner estimates.
function fromGathered(kind: SubjectKind, among: string): string {
  return `(select distinct ${among} offset 0) c
 cross join lateral (select * from ${KINDS[kind].subjects} s where s.id = c.id offset 0) s`
}

function limited(order: string, slice: Slice<TimePlace>, conditions: Conditions): string {
  const [limit, offset] = [conditions.parameter(slice.limit), conditions.parameter(slice.offset ?? 0)]
  return `${conditions.narrowed.where} order by ${order} limit ${limit} offset ${offset}`
}

function placeOf(row: string): string {
  return `to_char(${row}.inserted_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
}
