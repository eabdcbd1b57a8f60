/** Reading events (spec 6.5). */
import type { Query } from '../../database/query.ts'
import { Conditions, type Narrowed } from '../../listing/conditions.ts'

/** An event as it is stored. `place` is its place in the order in which events can be followed. */
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

/** What events are wanted. */
export interface EventFilter {
  /** The day in Kyiv on which it happened, `YYYY-MM-DD`. */
  readonly date?: string | undefined
  readonly eventType?: string | undefined
  readonly entityType?: string | undefined
  readonly entityId?: string | undefined
}

/** Between which places, neither included, and in which order. */
export interface EventRange {
  readonly above?: number | undefined
  readonly below?: number | undefined
  readonly isNewestFirst: boolean
  readonly offset: number
  readonly limit: number
}

/** Up to which place nothing can appear any more; read it before the events, by a statement of its own (migration 0025). */
export const findHorizon: Query = { name: 'events horizon', text: 'select event_manager.events_horizon() as horizon' }

/** The table that events are listed from. */
export const EVENTS = 'event_manager.events e'

/** The conditions of a filter, up to the horizon. */
export function eventConditions(filter: EventFilter, horizon: number): Conditions {
  return new Conditions()
    .add(horizon, (p) => `e.place <= ${p}`)
    .addIf(filter.date, (p) => `(e.event_time at time zone 'Europe/Kyiv')::date = ${p}`)
    .addIf(filter.eventType, (p) => `e.event_type = ${p}`)
    .addIf(filter.entityType, (p) => `e.entity_type = ${p}`)
    .addIf(filter.entityId, (p) => `e.entity_id = ${p}`)
}

/** Events of a filter in a range. */
export function listEvents(filter: EventFilter, horizon: number, range: EventRange): Query {
  const conditions = eventConditions(filter, horizon)
    .addIf(range.above, (p) => `e.place > ${p}`)
    .addIf(range.below, (p) => `e.place < ${p}`)
  const limit = conditions.parameter(range.limit)
  const offset = conditions.parameter(range.offset)
  const { where, values }: Narrowed = conditions.narrowed
  return {
    text: `
select e.place, e.id, e.event_type, e.entity_type, e.entity_id, e.properties, e.event_time, e.changed_by, e.inserted_at
  from ${EVENTS} ${where}
 order by e.place ${range.isNewestFirst ? 'desc' : 'asc'} limit ${limit} offset ${offset}`,
    values,
  }
}

/** One event; no row: there is none, or it cannot be followed yet. */
export function findEvent(id: string): Query {
  return {
    text: `select e.place, e.id, e.event_type, e.entity_type, e.entity_id, e.properties, e.event_time, e.changed_by, e.inserted_at
             from ${EVENTS} where e.id = $1`,
    values: [id],
  }
}
