/** Events, for those who follow them (spec 6.3, 6.5). */
import { z } from 'zod'
import {
  ATTRIBUTES,
  type EventFilter,
  type EventRow,
  type EventTime,
  findEventById,
  followEvents,
  followNothing,
} from '../../../events/events.ts'
import { isDay } from '../../../verification/calendar.ts'
import { invalid, notFound, requiredRule, type Violation } from '../../errors.ts'
import { isInstant } from '../../instants.ts'
import { EXAMPLES } from '../examples.ts'
import { pageQuery, pagingOf, sliceOf, textCursor } from '../paging.ts'
import { guardedRoute, type Route } from '../route.ts'
import { id, idParams } from '../shapes.ts'

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

// The platform also writes UTC times without a zone.
const zoned = (text: string) => (/(Z|[+-]\d\d(:?\d\d)?)$/.test(text.slice(10)) ? text : `${text}Z`)
const isMoment = (text: string) => isInstant(zoned(text))
const moment = z.stringFormat('date', isMoment).meta({ format: 'date-time' })
const dayOrMoment = z.stringFormat('date', (text) => isDay(text) || isMoment(text))

const placeCursor = textCursor<number>(
  /^event \d{1,15}$/,
  (place) => `event ${place}`,
  (text) => Number(text.slice(6)),
)

/** As on the platform, a time window is at most three hours. */
const WINDOW_HOURS = 3
const WINDOW_MS = WINDOW_HOURS * 3_600_000

// With one end given, the window has the maximum length.
function timeOf(date: string | undefined, dateTo: string | undefined): EventTime | undefined {
  if (date === undefined && dateTo === undefined) return undefined
  if (date !== undefined && isDay(date)) {
    if (dateTo === undefined) return { day: date }
    throw wrong('$.date', 'invalid', 'a day cannot be combined with date_to')
  }
  const [begin, end] = [date, dateTo].map((text) => (text === undefined ? undefined : zoned(text)))
  const shifted = (from: string | undefined, by: number) => new Date(Date.parse(from ?? '') + by).toISOString()
  const from = begin ?? shifted(end, -WINDOW_MS)
  const to = end ?? shifted(begin, WINDOW_MS)
  const length = Date.parse(to) - Date.parse(from)
  if (length < 0) throw wrong('$.date_to', 'invalid', 'date_to lies before date')
  if (length <= WINDOW_MS) return { from, to }
  throw wrong(
    '$.date_to',
    'invalid',
    `Period must be less than or equal to ${WINDOW_HOURS} hours. Please set allowed period to the query`,
  )
}

function wrong(entry: string, rule: Violation['rule'], description: string): Error {
  return invalid([{ entryType: 'query_parameter', entry, rule, description }])
}

const query = z.strictObject({
  date: dayOrMoment
    .optional()
    .describe(
      'The start of the period, a date-time (ISO 8601; UTC without a zone): up to `date_to`, or for three hours. Or a day in Kyiv.',
    ),
  date_to: moment
    .optional()
    .describe(
      'The end of the period, a date-time: at most three hours after `date`; without `date` the three hours before.',
    ),
  event_type: z.enum(['StatusChangeEvent']).optional(),
  entity_type: z.string().min(1).max(64).optional().describe('Such as Person, Party, Employee, EmployeeRequest.'),
  entity_id: id.optional(),
  attribute_name: z
    .string()
    .min(1)
    .max(64)
    .optional()
    .describe(`What changed: ${ATTRIBUTES.join(', ')}. Events contain no other attributes.`),
  new_value: z.string().min(1).max(255).optional().describe('What `attribute_name` became.'),
  ...pageQuery,
})

// Undefined: no event matches.
function filterOf(given: z.output<typeof query>): EventFilter | undefined {
  const { attribute_name: name, new_value: newValue } = given
  if (name === undefined && newValue !== undefined) {
    throw invalid([{ entryType: 'query_parameter', entry: '$.attribute_name', ...requiredRule('attribute_name') }])
  }
  const attribute = ATTRIBUTES.find((each) => each === name)
  const time = timeOf(given.date, given.date_to)
  if (name !== attribute) return undefined
  const of = { eventType: given.event_type, entityType: given.entity_type, entityId: given.entity_id }
  return { time, ...of, attribute, newValue }
}

const list = guardedRoute({
  method: 'GET',
  path: '/api/events',
  summary: 'Events, oldest first',
  description:
    'Ordered so that nothing is skipped: a new event never appears before one that was already shown. `paging.next` is never null: ask again with `after` to get later events.',
  tag: 'Events',
  access: { scopes: ['event:read'] },
  personal: 'nobody',
  query,
  data: z.array(event),
  examples: [EXAMPLES.events],
  async handle({ query }, { database }) {
    const slice = sliceOf(query, placeCursor, 'asc')
    const filter = filterOf(query)
    const listed = await (filter === undefined ? followNothing(database, slice) : followEvents(database, filter, slice))
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

const one = guardedRoute({
  method: 'GET',
  path: '/api/events/:id',
  summary: 'An event',
  tag: 'Events',
  access: { scopes: ['event:read'] },
  personal: 'nobody',
  params: idParams,
  data: event,
  errors: { 404: 'There is no such event' },
  examples: [EXAMPLES.event],
  async handle({ params }, { database }) {
    const found = await findEventById(database, params.id)
    if (found === undefined) throw notFound()
    return { data: told(found) }
  },
})

/** `GET /api/events` and `GET /api/events/{id}`. */
export const eventRoutes: readonly Route[] = [list, one]
