/**
 * Lists of employee requests (spec 5), in the order in which they were put in. A list is read from indexes that have that order: one range of
 * one index, or, of several legal entities with the same code or name, a range for each, of which the first ones are merged. The last of a
 * range's leading columns is named in its bounds and its order, so that the index of all requests has not that order: statistics that lag
 * behind cannot make the planner walk all of them in search of a few. Those before it are compared by `=`: with them in the order as well it
 * would sort by parts what a shorter index brings.
 */
import type { Query } from '../../database/query.ts'
import { Conditions, type Narrowed } from '../../listing/conditions.ts'
import { foldedName } from '../../verification-store/kinds.ts'
import type { EmployeeRequestStatus } from '../data.ts'
import { REQUEST_COLUMNS } from './requests.ts'

/** What a list is narrowed to; undefined is not asked for. */
export interface Narrowing {
  readonly id?: string | undefined
  readonly status?: EmployeeRequestStatus | undefined
  readonly noTaxId?: boolean | undefined
  /** Of any of these. */
  readonly legalEntityIds?: readonly string[] | undefined
}

/** A request's place in a list. */
export interface RequestPlace {
  /** To the microsecond, ISO 8601. */
  readonly at: string
  readonly id: string
}

/** Which part of a list is wanted. */
export interface RequestSlice {
  /** The newest first. */
  readonly isDescending: boolean
  readonly limit: number
  readonly offset: number
  /** From its end: the last ones. */
  readonly isFromEnd: boolean
  readonly after: RequestPlace | undefined
  readonly before: RequestPlace | undefined
}

/** Which legal entities a filter means. */
export interface LegalEntityNarrowing {
  readonly id?: string | undefined
  readonly edrpou?: string | undefined
  /** The whole name, whatever its case and apostrophe. Undefined is not asked for. */
  readonly name?: string | undefined
}

/** The ids of legal entities. */
export function findLegalEntities({ id, edrpou, name }: LegalEntityNarrowing): Query {
  const { where, values } = new Conditions()
    .addIf(id, (p) => `l.id = ${p}`)
    .addIf(edrpou, (p) => `l.edrpou = ${p}`)
    .addIf(name, (p) => `${foldedName('l.name')} = ${foldedName(`${p}::text`)}`).narrowed
  return { text: `select l.id from prm.legal_entities l ${where}`, values }
}

/** The requests of a part of a list; from its end they come in reverse. */
export function listRequests(narrowing: Narrowing, slice: RequestSlice): Query {
  const conditions = new Conditions()
  const direction = slice.isDescending === slice.isFromEnd ? 'asc' : 'desc'
  const order = (alias: string) => `order by ${alias}.inserted_at ${direction}, ${alias}.id ${direction}`
  const limit = conditions.parameter(slice.limit)
  const offset = conditions.parameter(slice.offset)
  const chosen = chosenText(narrowing, slice, direction, `${limit}::bigint + ${offset}::bigint`, conditions)
  return {
    text: `
select ${REQUEST_COLUMNS}
  from (select c.id, c.inserted_at from (${chosen}) c ${order('c')} limit ${limit} offset ${offset}) page
  join il.employee_requests r on r.id = page.id
  left join prm.legal_entities l on l.id = r.legal_entity_id
 ${order('r')}`,
    values: conditions.narrowed.values,
  }
}

/** The same list for counting. */
export function countableRequests(narrowing: Narrowing): { readonly from: string; readonly narrowed: Narrowed } {
  const conditions = columnsOf(narrowing)
    .reduce((all, [column, value]) => all.add(value, (p) => `r.${column} = ${p}`), new Conditions())
    .addIf(narrowing.legalEntityIds, (p) => `r.legal_entity_id = any (${p}::uuid[])`)
    .addIf(narrowing.id, (p) => `r.id = ${p}`)
  return { from: 'il.employee_requests r', narrowed: conditions.narrowed }
}

function columnsOf({ status, noTaxId }: Narrowing): (readonly [string, unknown])[] {
  return [
    ...(status === undefined ? [] : [['status', status]]),
    ...(noTaxId === undefined ? [] : [['no_tax_id', noTaxId]]),
  ] as [string, unknown][]
}

function chosenText(
  narrowing: Narrowing,
  slice: RequestSlice,
  direction: string,
  most: string,
  conditions: Conditions,
): string {
  const lead = columnsOf(narrowing).map(([column, value]) => [`r.${column}`, conditions.parameter(value)] as const)
  const { id, legalEntityIds } = narrowing
  if (id !== undefined) return one(id, lead, legalEntityIds, slice, conditions)
  if (legalEntityIds === undefined) return range(lead, [], slice, direction, most, conditions)
  // No index has all three: a legal entity's requests of one status are few enough to look through.
  const [leading, looked] = lead.length > 1 ? [lead.slice(0, 1), lead.slice(1)] : [lead, []]
  const each = range([['r.legal_entity_id', 'e.id'], ...leading], looked, slice, direction, most, conditions)
  return `select w.id, w.inserted_at from unnest(${conditions.parameter(legalEntityIds)}::uuid[]) as e (id) cross join lateral (${each}) w`
}

type Lead = readonly (readonly [column: string, value: string])[]

const PLACE = ['r.inserted_at', 'r.id'] as const

// One range of one index; `looked` is looked at in each of its rows.
function range(
  lead: Lead,
  looked: Lead,
  slice: RequestSlice,
  direction: string,
  most: string,
  conditions: Conditions,
): string {
  const last = lead.slice(-1)
  const columns = [...last.map(([column]) => column), ...PLACE]
  const bounds = [...equal(lead.slice(0, -1)), ...boundsOf(last, slice, conditions), ...equal(looked)]
  const where = bounds.length === 0 ? '' : `where ${bounds.join(' and ')}`
  const order = columns.map((column) => `${column} ${direction}`).join(', ')
  return `select r.id, r.inserted_at from il.employee_requests r ${where} order by ${order} limit ${most}`
}

function equal(columns: Lead): string[] {
  return columns.map(([column, value]) => `${column} = ${value}`)
}

// Between the places, within the values of the leading columns.
function boundsOf(lead: Lead, slice: RequestSlice, conditions: Conditions): string[] {
  const [above, below] = slice.isDescending ? [slice.before, slice.after] : [slice.after, slice.before]
  const bound = (operator: '>' | '<', place: RequestPlace | undefined) => {
    const at = place && [`${conditions.parameter(place.at)}::timestamptz`, `${conditions.parameter(place.id)}::uuid`]
    const columns = [...lead.map(([column]) => column), ...(at === undefined ? [] : PLACE)]
    const values = [...lead.map(([, value]) => value), ...(at ?? [])]
    const sign = at === undefined ? `${operator}=` : operator
    return columns.length === 0 ? [] : [`(${columns.join(', ')}) ${sign} (${values.join(', ')})`]
  }
  return [...bound('>', above), ...bound('<', below)]
}

// The one request of an id, if it is among those that are asked for.
function one(
  id: string,
  lead: Lead,
  legalEntityIds: readonly string[] | undefined,
  slice: RequestSlice,
  conditions: Conditions,
): string {
  const all = [
    `r.id = ${conditions.parameter(id)}`,
    ...equal(lead),
    ...(legalEntityIds === undefined
      ? []
      : [`r.legal_entity_id = any (${conditions.parameter(legalEntityIds)}::uuid[])`]),
    ...boundsOf([], slice, conditions),
  ]
  return `select r.id, r.inserted_at from il.employee_requests r where ${all.join(' and ')}`
}
