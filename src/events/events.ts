/**
 * Events for followers (spec 6.3, 6.5). They are ordered by position, and nothing ever appears before what was already shown: an open
 * transaction holds back what is beyond its own first position (migration 0008). So a follower who continues from the last position misses
 * nothing and sees nothing twice.
 */
import type { Executor } from '../database/query.ts'
import { type Listed, listed, type Slice } from '../listing/slice.ts'
import { countRows, type Total, totalOf } from '../listing/total.ts'
import {
  EVENTS,
  type EventFilter,
  type EventRow,
  type EventSpan,
  eventConditions,
  findEvent,
  findHorizon,
  findSpan,
  listEvents,
} from './plans/events.ts'

export { ATTRIBUTES, type EventFilter, type EventRow, type EventTime } from './plans/events.ts'

const NOTHING = totalOf(0)

async function horizonOf(executor: Executor): Promise<number> {
  const [row] = await executor.query<{ horizon: number }>(findHorizon)
  return row?.horizon ?? 0
}

// The positions of a period's events; undefined: any. Null: there are none.
async function spanOf(executor: Executor, { time }: EventFilter): Promise<EventSpan | undefined | null> {
  if (time === undefined) return undefined
  const [span] = await executor.query<EventSpan>(findSpan(time))
  return span ?? null
}

/** A page of events, oldest first. `next` is never null: at the end it is the position up to which everything was read. */
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

/** The page of a list without events. */
export async function followNothing(executor: Executor, slice: Slice<number>): Promise<Listed<EventRow, number>> {
  return nothing(await horizonOf(executor), slice)
}

function nothing(horizon: number, slice: Slice<number>): Listed<EventRow, number> {
  return { rows: [], next: lastSeen(horizon, slice), total: NOTHING }
}

function lastSeen(horizon: number, { above = 0 }: Slice<number>): number {
  return Math.max(horizon, above)
}

/** A page of events, in either direction. */
export async function findEvents(executor: Executor, filter: EventFilter, slice: Slice<number>): Promise<EventRow[]> {
  const horizon = await horizonOf(executor)
  const span = await spanOf(executor, filter)
  return span === null ? [] : executor.query<EventRow>(listEvents(filter, horizon, slice, span))
}

/** The number of matching events. */
export async function countEvents(executor: Executor, filter: EventFilter): Promise<Total> {
  const horizon = await horizonOf(executor)
  const span = await spanOf(executor, filter)
  return span === null ? NOTHING : countRows(executor, EVENTS, eventConditions(filter, horizon, span).narrowed)
}

/** One event; undefined if there is none. */
export async function findEventById(executor: Executor, id: string): Promise<EventRow | undefined> {
  const [row] = await executor.query<EventRow>(findEvent(id))
  return row
}
