/**
 * Reads events (spec 6.5) by position. A time is converted to positions first, since every index used has that order; at either end at most
 * an hour's events are skipped.
 */
import type { Query } from '../../database/query.ts'
import { Conditions, type Narrowed } from '../../listing/conditions.ts'
import type { Slice } from '../../listing/slice.ts'

/** A stored event. `place` is its position in the order for followers. */
export interface EventRow {
  readonly place: number
  readonly id: string
  readonly event_type: string
  readonly entity_type: string
  readonly entity_id: string
  readonly properties: Readonly<Record<string, unknown>>
  readonly event_time: Date
  readonly changed_by: string
  readonly inserted_at: Date
}

/** The time of events: on a date in Kyiv, `YYYY-MM-DD`, or between two instants, inclusive. */
export type EventTime = { readonly day: string } | { readonly from: string; readonly to: string }

/** The attributes whose changes are events. */
export const ATTRIBUTES = ['status', 'verification_status', 'employee_id'] as const

/** The filters of events. */
export interface EventFilter {
  readonly time?: EventTime | undefined
  readonly eventType?: string | undefined
  readonly entityType?: string | undefined
  readonly entityId?: string | undefined
  readonly attribute?: (typeof ATTRIBUTES)[number] | undefined
  /** Of the attribute. */
  readonly newValue?: string | undefined
}

/** A period with the positions of its events. */
export interface EventSpan {
  readonly from: string
  /** Exclusive for a date, inclusive for an instant. */
  readonly to: string
  readonly is_day: boolean
  readonly first: number
  readonly last: number
}

/** The position up to which no new event can appear; read it before the events, in a separate query (migration 0008). */
export const findHorizon: Query = { name: 'events horizon', text: 'select event_manager.events_horizon() as horizon' }

/** The table that events are listed from. */
export const EVENTS = 'event_manager.events e'

const HOUR = `date_trunc('hour', e.event_time at time zone 'UTC')`

/** The span of a period; no row: it has no events. */
export function findSpan(time: EventTime): Query {
  const isDay = 'day' in time
  const [from, to] = isDay
    ? [`$1::date::timestamp at time zone 'Europe/Kyiv'`, `($1::date + 1)::timestamp at time zone 'Europe/Kyiv'`]
    : ['$1::timestamptz', '$2::timestamptz']
  const end = (direction: 'asc' | 'desc') =>
    `(select e.place from ${EVENTS} where ${HOUR} = h.hour order by ${HOUR} ${direction}, e.place ${direction} limit 1)`
  const iso = (column: string) => `to_char(${column} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')`
  return {
    text: `
select ${iso('t."from"')} as "from", ${iso('t."to"')} as "to", ${isDay} as is_day, p.first, p.last
  from (select ${from} as "from", ${to} as "to") t
 cross join lateral (
   select min(h.first) as first, max(h.last) as last
     from (select ${end('asc')} as first, ${end('desc')} as last
             from generate_series(date_trunc('hour', t."from" at time zone 'UTC'), t."to" at time zone 'UTC', '1 hour') as h (hour)) h) p
 where p.first is not null`,
    values: isDay ? [time.day] : [time.from, time.to],
  }
}

/** The conditions of a filter, up to the horizon, and within a span. */
export function eventConditions(filter: EventFilter, horizon: number, span: EventSpan | undefined): Conditions {
  const { attribute, newValue } = filter
  const conditions = looked(filter, span)
    .add(span?.first ?? 0, (p) => `e.place >= ${p}`)
    .add(Math.min(horizon, span?.last ?? horizon), (p) => `e.place <= ${p}`)
  return attribute === undefined ? conditions : conditions.addIf(newValue, (p) => `${newValueOf(attribute)} = ${p}`)
}

// All conditions except positions and the attribute's value.
function looked({ eventType, entityType, entityId, attribute }: EventFilter, span: EventSpan | undefined): Conditions {
  const conditions = new Conditions()
    .addIf(eventType, (p) => `e.event_type = ${p}`)
    .addIf(entityType, (p) => `e.entity_type = ${p}`)
    .addIf(entityId, (p) => `e.entity_id = ${p}`)
    .addIf(span?.from, (p) => `e.event_time >= ${p}::timestamptz`)
    .addIf(span?.to, (p) => `e.event_time ${span?.is_day === true ? '<' : '<='} ${p}::timestamptz`)
  return attribute === undefined ? conditions : conditions.require(`e.properties ? '${attribute}'`)
}

type Attribute = (typeof ATTRIBUTES)[number]

function newValueOf(attribute: Attribute, row = 'e'): string {
  return `(${row}.properties #>> '{${attribute},new_value}')`
}

const COLUMNS = 'place, id, event_type, entity_type, entity_id, properties, event_time, changed_by, inserted_at'

/** A page of matching events. */
export function listEvents(filter: EventFilter, horizon: number, slice: Slice<number>, span?: EventSpan): Query {
  const { above = -1, below = horizon + 1, direction } = slice
  const conditions = looked(filter, span)
  const walk: Walk = {
    lowest: conditions.parameter(Math.max(above + 1, span?.first ?? 0)),
    highest: conditions.parameter(Math.min(below - 1, span?.last ?? horizon, horizon)),
    newValue: filter.newValue === undefined ? undefined : conditions.parameter(filter.newValue),
    direction,
    part: `limit ${conditions.parameter(slice.limit)}::bigint + ${conditions.parameter(slice.offset ?? 0)}::bigint`,
  }
  const offset = conditions.parameter(slice.offset ?? 0)
  const { where, values }: Narrowed = conditions.narrowed
  const conditionsText = where === '' ? 'where true' : where
  return {
    text: `
select ${COLUMNS} from (${walkText(filter, conditionsText, walk)}) e order by place ${walk.direction} offset ${offset}`,
    values,
  }
}

/** How to walk an index, as SQL text. */
interface Walk {
  readonly lowest: string
  readonly highest: string
  readonly newValue: string | undefined
  readonly direction: 'asc' | 'desc'
  /** The number of rows to read. */
  readonly part: string
}

function walkText(filter: EventFilter, where: string, walk: Walk): string {
  const { entityId, attribute } = filter
  const { lowest, highest, newValue, direction, part } = walk
  const between = `e.place >= ${lowest} and e.place <= ${highest}`
  const text = (and: string, lead = '') =>
    `select e.* from ${EVENTS} ${where} and ${and} order by ${lead}e.place ${direction} ${part}`
  // One entity has few events.
  if (attribute === undefined || entityId !== undefined) {
    const value = attribute === undefined || newValue === undefined ? '' : ` and ${newValueOf(attribute)} = ${newValue}`
    return text(`${between}${value}`)
  }
  // The value is in ranges and in the sort order, so that no other index has that order (see people/plans/list.ts).
  const ofValue = (value: string, and = '') => {
    const bound = (sign: string, place: string) => `(${newValueOf(attribute)}, e.place) ${sign} (${value}, ${place})`
    return text(`${and}${bound('>=', lowest)} and ${bound('<=', highest)}`, `${newValueOf(attribute)} ${direction}, `)
  }
  if (attribute !== 'employee_id') return sideBySide(attribute, newValue, ofValue, walk)
  return newValue === undefined ? text(between) : ofValue(newValue)
}

/** Walks the events of each existing entity type and attribute value, which are few, reading a page of each. */
function sideBySide(
  attribute: Attribute,
  newValue: string | undefined,
  ofValue: (value: string, and: string) => string,
  { direction, part }: Walk,
): string {
  const kind = `n.entity_type, ${newValueOf(attribute, 'n')}`
  const next = (beyond: string) =>
    `select ${kind} as value from event_manager.events n where n.properties ? '${attribute}' ${beyond} order by ${kind} limit 1`
  const wanted = newValue === undefined ? '' : `where k.value = ${newValue}`
  return `
with recursive kinds as (
  (${next('')})
  union all
  select k.* from kinds cross join lateral (${next(`and (${kind}) > (kinds.entity_type, kinds.value)`)}) k
)
select w.* from kinds k cross join lateral (${ofValue('k.value', 'e.entity_type = k.entity_type and ')}) w ${wanted}
 order by w.place ${direction} ${part}`
}

/** One event; no row if there is none. */
export function findEvent(id: string): Query {
  return { text: `select ${COLUMNS} from event_manager.events where id = $1`, values: [id] }
}
