/** Events, for those who follow them (spec 6.3, 6.5). */
import { z } from 'zod'
import { type EventRow, followEvents } from '../../../events/events.ts'
import { isDay } from '../../instants.ts'
import { EXAMPLES } from '../examples.ts'
import { pageQuery, pagingOf, sliceOf, textCursor } from '../paging.ts'
import { guardedRoute, type Route } from '../route.ts'
import { id } from '../shapes.ts'

const event = z.object({
  id: z.guid(),
  event_type: z.string(),
  entity_type: z.string(),
  entity_id: z.guid(),
  properties: z.record(z.string(), z.unknown()),
  event_time: z.iso.datetime(),
  changed_by: z.guid(),
  inserted_at: z.iso.datetime(),
})

const day = z.stringFormat('date', isDay).meta({ format: 'date' })

const placeCursor = textCursor<number>(
  /^event \d{1,15}$/,
  (place) => `event ${place}`,
  (text) => Number(text.slice(6)),
)

const list = guardedRoute({
  method: 'GET',
  path: '/api/events',
  summary: 'Events, oldest first',
  description:
    'In an order in which nothing is skipped: an event never appears before one that was shown already. `paging.next` is never null: whoever asks again with `after` gets what happened since.',
  tag: 'Events',
  access: { scopes: ['event:read'] },
  query: z.strictObject({
    date: day.optional().describe('The day in Kyiv on which it happened.'),
    event_type: z.enum(['StatusChangeEvent']).optional(),
    entity_type: z.string().min(1).max(64).optional().describe('Such as Person, Party, Employee, EmployeeRequest.'),
    entity_id: id.optional(),
    ...pageQuery,
  }),
  data: z.array(event),
  examples: [EXAMPLES.events],
  async handle({ query }, { database }) {
    const filter = {
      ...{ date: query.date, eventType: query.event_type },
      ...{ entityType: query.entity_type, entityId: query.entity_id },
    }
    const listed = await followEvents(database, filter, sliceOf(query, placeCursor))
    return { data: listed.rows.map(told), paging: pagingOf(query, listed, placeCursor) }
  },
})

function told({ id, event_type, entity_type, entity_id, properties, event_time, changed_by, inserted_at }: EventRow) {
  return {
    ...{ id, event_type, entity_type, entity_id, properties, changed_by },
    event_time: event_time.toISOString(),
    inserted_at: inserted_at.toISOString(),
  }
}

/** `GET /api/events`. */
export const eventRoutes: readonly Route[] = [list]
