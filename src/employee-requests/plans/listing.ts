/**
 * Lists of employee requests (spec 5), sorted by time, status or name. A list is read from indexes with that order: ranges of an index, one
 * per legal entity and, if sorted by status, per status, whose first rows are merged. The last leading column of a range is in its bounds
 * and its sort order, so that no index over all requests has that order: outdated statistics cannot make the planner walk all of them in
 * search of a few. Earlier leading columns are compared with `=`: in the sort order they would cause a partial sort of a shorter index.
 */
import type { Query } from '../../database/query.ts'
import { Conditions, type Narrowed } from '../../listing/conditions.ts'
import type { Slice, TimePlace } from '../../listing/slice.ts'
import { type EmployeeRequestStatus, REQUEST_STATUSES } from '../data.ts'
import { type LegalEntityNarrowing, narrowedTo } from './legal-entities.ts'
import { REQUEST_COLUMNS } from './requests.ts'

/** The filters of a list; undefined: no filter. */
export interface Narrowing {
  readonly id?: string | undefined
  readonly status?: EmployeeRequestStatus | undefined
  readonly noTaxId?: boolean | undefined
  /** Lower-cased. Few requests have one. */
  readonly email?: string | undefined
  /** The time of insertion. */
  readonly insertedAt?: TimeRange | undefined
  /** One of these legal entities. */
  readonly legalEntityIds?: readonly string[] | undefined
  /** A matching legal entity, if there are too many to walk side by side. */
  readonly legalEntity?: LegalEntityNarrowing | undefined
  /** Whether `insertedAt` has few requests, so that they are gathered for another sort order. */
  readonly isOfFew?: boolean | undefined
}

/** A time interval, inclusive, in microseconds, ISO 8601 in UTC; undefined is open. */
export interface TimeRange {
  readonly from: string | undefined
  readonly to: string | undefined
}

/** A request's position in a list. */
export interface RequestPlace extends TimePlace {
  /** For lists by status. */
  readonly status?: EmployeeRequestStatus | undefined
}

/** The orders of lists; for the order by name, positions are found by id only. */
export type RequestOrder = 'inserted_at' | 'status' | 'name'

/** A page of a list; equal entries are sorted by any other order in the same direction. */
export interface RequestSlice extends Slice<RequestPlace> {
  readonly order?: RequestOrder | undefined
}

/** The sort key of names (migration 0017). */
const NAME_KEY = '(il.request_name_key(r.data) collate "C")'

const ORDERS: Readonly<Record<RequestOrder, readonly string[]>> = {
  inserted_at: ['r.inserted_at', 'r.id'],
  status: ['r.status', 'r.inserted_at', 'r.id'],
  name: [NAME_KEY, 'r.inserted_at', 'r.id'],
}

/** The requests of a page. */
export function listRequests(narrowing: Narrowing, slice: RequestSlice): Query {
  const conditions = new Conditions()
  const { order = 'inserted_at', direction } = slice
  const ordered = (columns: readonly string[]) => columns.map((column) => `${column} ${direction}`).join(', ')
  const limit = conditions.parameter(slice.limit)
  const offset = conditions.parameter(slice.offset ?? 0)
  const walk: Walk = { narrowing, slice, order, most: `${limit}::bigint + ${offset}::bigint`, conditions }
  const keys = ORDERS[order].map((_, n) => `c.k${n}`)
  return {
    text: `
select ${REQUEST_COLUMNS}
  from (select c.id from (${chosenText(walk)}) c order by ${ordered(keys)} limit ${limit} offset ${offset}) page
  join il.employee_requests r on r.id = page.id
  left join prm.legal_entities l on l.id = r.legal_entity_id
 order by ${ordered(ORDERS[order])}`,
    values: conditions.narrowed.values,
  }
}

/** The same list for counting. */
export function countableRequests(narrowing: Narrowing): { readonly from: string; readonly narrowed: Narrowed } {
  const conditions = columnsOf(narrowing)
    .reduce((all, [column, value]) => all.add(value, (p) => `${column} = ${p}`), new Conditions())
    .addIf(narrowing.legalEntityIds, (p) => `r.legal_entity_id = any (${p}::uuid[])`)
    .addIf(narrowing.id, (p) => `r.id = ${p}`)
    .addIf(narrowing.email, (p) => `${EMAIL} = ${p}`)
    .addIf(narrowing.insertedAt?.from, (p) => `r.inserted_at >= ${p}::timestamptz`)
    .addIf(narrowing.insertedAt?.to, (p) => `r.inserted_at <= ${p}::timestamptz`)
  if (narrowing.legalEntity !== undefined) conditions.require(ofLegalEntity(narrowing.legalEntity, conditions))
  return { from: 'il.employee_requests r', narrowed: conditions.narrowed }
}

const EMAIL = `(r.data #>> '{party,email}')`

/** How to walk a list. */
interface Walk {
  readonly narrowing: Narrowing
  readonly slice: RequestSlice
  readonly order: RequestOrder
  /** The number of rows to read from each range. */
  readonly most: string
  readonly conditions: Conditions
}

function columnsOf({ status, noTaxId }: Narrowing): (readonly [string, unknown])[] {
  return [
    ...(status === undefined ? [] : [['r.status', status]]),
    ...(noTaxId === undefined ? [] : [['r.no_tax_id', noTaxId]]),
  ] as [string, unknown][]
}

function chosenText(walk: Walk): string {
  const { narrowing, order, conditions } = walk
  const { status, legalEntityIds } = narrowing
  const lead = columnsOf(narrowing).map(([column, value]) => [column, conditions.parameter(value)] as const)
  if (isGathered(walk)) return gathered(walk, lead)
  const byStatus = order === 'status' && status === undefined
  const statuses: Lead = byStatus ? [['r.status', 's.status']] : []
  const entities: Lead = legalEntityIds === undefined ? [] : [['r.legal_entity_id', 'e.id']]
  // No index has all three: a legal entity's requests with one status are few enough to check.
  const most = entities.length === 0 ? (order === 'name' ? 1 : 2) : order === 'name' ? 0 : 1
  const all = [...statuses, ...lead]
  const each = range([...entities, ...all.slice(0, most)], all.slice(most), walk)
  const sources = [
    ...(legalEntityIds === undefined ? [] : [`unnest(${conditions.parameter(legalEntityIds)}::uuid[]) as e (id)`]),
    ...(byStatus ? [`unnest(array[${REQUEST_STATUSES.map((each) => `'${each}'`).join(', ')}]) as s (status)`] : []),
  ]
  return sources.length === 0 ? each : `select w.* from ${sources.join(' cross join ')} cross join lateral (${each}) w`
}

// An id or an e-mail has few requests; so has a short period, for which there is no index by name.
function isGathered({ narrowing: { id, email, insertedAt, isOfFew = false, legalEntityIds }, order }: Walk): boolean {
  if (id !== undefined || email !== undefined) return true
  return order === 'name' && insertedAt !== undefined && isOfFew && legalEntityIds === undefined
}

type Lead = readonly (readonly [column: string, value: string])[]

// One range of one index; `looked` is checked in each of its rows.
function range(lead: Lead, looked: Lead, walk: Walk): string {
  const { order, most, narrowing, conditions } = walk
  const { direction } = walk.slice
  const last = lead.slice(-1)
  // By status, the status is the first leading column, or the only one.
  const place = ORDERS[order === 'status' ? 'inserted_at' : order]
  const isByTime = order !== 'name'
  const bounds = [
    ...equal(lead.slice(0, -1)),
    ...boundsOf(last, walk),
    ...equal(looked),
    ...(isByTime ? [] : within(narrowing.insertedAt, conditions)),
    ...(narrowing.legalEntity === undefined ? [] : [ofLegalEntity(narrowing.legalEntity, conditions)]),
  ]
  const columns = [...last.map(([column]) => column), ...place]
  const ordered = columns.map((column) => `${column} ${direction}`).join(', ')
  return `${keysOf(order)} ${bounds.length === 0 ? '' : `where ${bounds.join(' and ')}`} order by ${ordered} limit ${most}`
}

function keysOf(order: RequestOrder): string {
  const keys = ORDERS[order].map((column, n) => `${column} as k${n}`)
  return `select ${keys.join(', ')}, r.id from il.employee_requests r`
}

function equal(columns: Lead): string[] {
  return columns.map(([column, value]) => `${column} = ${value}`)
}

function within({ from, to }: TimeRange = { from: undefined, to: undefined }, conditions: Conditions): string[] {
  return [
    ...(from === undefined ? [] : [`r.inserted_at >= ${conditions.parameter(from)}::timestamptz`]),
    ...(to === undefined ? [] : [`r.inserted_at <= ${conditions.parameter(to)}::timestamptz`]),
  ]
}

// Any of them: checked one by one, whatever number the planner estimates.
function ofLegalEntity(narrowing: LegalEntityNarrowing, conditions: Conditions): string {
  return `(select true from prm.legal_entities l where l.id = r.legal_entity_id and ${narrowedTo(narrowing, conditions)} limit 1)`
}

const LEAST = `'00000000-0000-0000-0000-000000000000'::uuid`
const GREATEST = `'ffffffff-ffff-ffff-ffff-ffffffffffff'::uuid`

/** One end of a range. */
interface End {
  readonly sign: '>' | '<'
  readonly place: RequestPlace | undefined
  /** Of the requested period. */
  readonly time: string | undefined
}

// Between the cursors and within a period, within the values of the leading columns.
function boundsOf(lead: Lead, walk: Walk): string[] {
  const { slice, order, narrowing, conditions } = walk
  const { above, below } = slice
  const time = order === 'name' ? undefined : narrowing.insertedAt
  const at = (text: string | undefined) => text && `${conditions.parameter(text)}::timestamptz`
  const ends: End[] = [
    { sign: '>', place: above, time: at(time?.from) },
    { sign: '<', place: below, time: at(time?.to) },
  ]
  return ends.flatMap((end) => {
    const inner = innerBound(end, walk)
    const columns = [...lead.map(([column]) => column), ...(inner?.columns ?? [])]
    const values = [...lead.map(([, value]) => value), ...(inner?.values ?? [])]
    const sign = end.place === undefined ? `${end.sign}=` : end.sign
    return columns.length === 0 ? [] : [`(${columns.join(', ')}) ${sign} (${values.join(', ')})`]
  })
}

// The part of a bound after the leading columns.
function innerBound(end: End, walk: Walk): { columns: readonly string[]; values: readonly string[] } | undefined {
  const { order, conditions, narrowing } = walk
  const { sign, place, time } = end
  const columns = ORDERS[order === 'name' ? 'name' : 'inserted_at']
  const beyond = sign === '>' ? LEAST : GREATEST
  if (place === undefined) return time === undefined ? undefined : { columns, values: [time, beyond] }
  const values = placeValues(place, order, conditions)
  if (order === 'name') return { columns, values }
  const [id = '', placeTime = '', status = ''] = values.toReversed()
  const [all, none] = sign === '>' ? [`'-infinity'`, `'infinity'`] : [`'infinity'`, `'-infinity'`]
  // For another status all rows match, or none.
  const atStatus = () => {
    const walked = narrowing.status === undefined ? 's.status' : `${conditions.parameter(narrowing.status)}::text`
    return `(case when ${walked} = ${status} then ${placeTime} when ${walked} ${sign} ${status} then ${all} else ${none} end)`
  }
  const at = order === 'status' ? atStatus() : placeTime
  if (time === undefined) return { columns, values: [at, id] }
  const nearest = sign === '>' ? `greatest(${at}, ${time})` : `least(${at}, ${time})`
  return { columns, values: [nearest, `(case when ${at} ${sign}= ${time} then ${id} else ${beyond} end)`] }
}

// The values of a position, by the columns of a sort order.
function placeValues({ at, id, status }: RequestPlace, order: RequestOrder, conditions: Conditions): string[] {
  const key = `${conditions.parameter(id)}::uuid`
  const found = (column: string) => `(select ${column} from il.employee_requests r where r.id = ${key})`
  if (order === 'name') return [found(NAME_KEY), found('r.inserted_at'), key]
  const place = [`${conditions.parameter(at)}::timestamptz`, key]
  return order === 'status' ? [`${conditions.parameter(status)}::text`, ...place] : place
}

// Few rows, all checked.
function gathered(walk: Walk, lead: Lead): string {
  const { narrowing, conditions, order, most } = walk
  const { above, below, direction } = walk.slice
  const { id, email, insertedAt, legalEntityIds, legalEntity } = narrowing
  const all = [
    ...(id === undefined ? [] : [`r.id = ${conditions.parameter(id)}`]),
    ...(email === undefined ? [] : [`${EMAIL} = ${conditions.parameter(email)}`]),
    ...equal(lead),
    ...(legalEntityIds === undefined
      ? []
      : [`r.legal_entity_id = any (${conditions.parameter(legalEntityIds)}::uuid[])`]),
    ...(legalEntity === undefined ? [] : [ofLegalEntity(legalEntity, conditions)]),
    ...within(insertedAt, conditions),
  ]
  const keys = ORDERS[order].map((_, n) => `g.k${n} ${direction}`).join(', ')
  const columns = ORDERS[order].map((_, n) => `g.k${n}`)
  const bound = (place: RequestPlace | undefined, sign: '>' | '<') =>
    place === undefined ? [] : [`(${columns.join(', ')}) ${sign} (${placeValues(place, order, conditions).join(', ')})`]
  const bounds = [...bound(above, '>'), ...bound(below, '<')]
  const where = bounds.length === 0 ? '' : `where ${bounds.join(' and ')}`
  // `offset 0`: find first, then sort.
  return `select g.* from (${keysOf(order)} where ${all.join(' and ')} offset 0) g ${where} order by ${keys} limit ${most}`
}
