/**
 * Events for those who follow them (spec 6.3, 6.5). They stand in the order of their places, in which nothing ever appears before what was
 * shown already: a transaction that is still under way holds back what lies beyond its own first place (migration 0008). So whoever reads
 * on from where they were misses nothing and sees nothing twice.
 */
import type { Executor } from '../database/query.ts'
import { type Listed, listed, type Slice } from '../listing/slice.ts'
import { countRows, type Total, totalOf } from '../listing/total.ts'
import {
  EVENTS,
  type EventFilter,
  type EventRow,
  eventConditions,
  findEvent,
  findHorizon,
  findSpan,
  listEvents,
  type Span,
} from './plans/events.ts'

export { ATTRIBUTES, type EventFilter, type EventRow, type EventTime } from './plans/events.ts'

const NOTHING = totalOf(0)

async function horizonOf(executor: Executor): Promise<number> {
  const [row] = await executor.query<{ horizon: number }>(findHorizon)
  return row?.horizon ?? 0
}

// Where events of a time stand; undefined: any do. Null: nothing happened in it.
async function spanOf(executor: Executor, { time }: EventFilter): Promise<Span | undefined | null> {
  if (time === undefined) return undefined
  const [span] = await executor.query<Span>(findSpan(time))
  return span ?? null
}

/** A slice of the events, oldest first. `next` is never null: at the end it is the position up to which everything was read. */
export async function followEvents(
  executor: Executor,
  filter: EventFilter,
  slice: Slice<number>,
): Promise<Listed<EventRow, number>> {
  const horizon = await horizonOf(executor)
  const span = await spanOf(executor, filter)
  if (span === null) return nothing(horizon, slice)
  const { limit } = slice
  const found = await executor.query<EventRow>(listEvents(filter, horizon, { ...slice, limit: limit + 1 }, span))
  const total = await countRows(executor, EVENTS, eventConditions(filter, horizon, span).narrowed)
  const { rows, next = lastSeen(horizon, slice) } = listed(found, limit, ({ place }) => place, total)
  return { rows, next, total }
}

/** The slice of a list that no event belongs to. */
export async function followNothing(executor: Executor, slice: Slice<number>): Promise<Listed<EventRow, number>> {
  return nothing(await horizonOf(executor), slice)
}

function nothing(horizon: number, slice: Slice<number>): Listed<EventRow, number> {
  return { rows: [], next: lastSeen(horizon, slice), total: NOTHING }
}

function lastSeen(horizon: number, { above = 0 }: Slice<number>): number {
  return Math.max(horizon, above)
}

/** Events of a slice, in either direction. */
export async function findEvents(executor: Executor, filter: EventFilter, slice: Slice<number>): Promise<EventRow[]> {
  const horizon = await horizonOf(executor)
  const span = await spanOf(executor, filter)
  return span === null ? [] : executor.query<EventRow>(listEvents(filter, horizon, slice, span))
}

/** How many events a filter has. */
export async function countEvents(executor: Executor, filter: EventFilter): Promise<Total> {
  const horizon = await horizonOf(executor)
  const span = await spanOf(executor, filter)
  return span === null ? NOTHING : countRows(executor, EVENTS, eventConditions(filter, horizon, span).narrowed)
}

/** One event; undefined: there is none. */
export async function findEventById(executor: Executor, id: string): Promise<EventRow | undefined> {
  const [row] = await executor.query<EventRow>(findEvent(id))
  return row
}
