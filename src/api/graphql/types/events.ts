/** Events (spec 4.3, 6.5) in the order in which they can be followed, so pages never change later. */
import { countEvents, type EventFilter, type EventRow, findEventById, findEvents } from '../../../events/events.ts'
import type { Access } from '../../enforce.ts'
import { type Builder, guarded } from '../builder.ts'
import { addConnection, addOrder, asked, BY_NUMBER, readPage } from './connections.ts'

const READS: Access = { scopes: ['event:read'], isForNhs: true }

/** Adds the type and the list. */
export function addEvents(builder: Builder): void {
  const connection = addConnection(builder, 'Event', addEventType(builder))
  const filter = builder.inputType('EventFilter', {
    fields: (t) => ({
      date: t.field({ type: 'Date', description: 'The day in Kyiv on which it happened.' }),
      eventType: t.string(),
      entityType: t.string({ description: 'Such as Person, Party, Employee, EmployeeRequest.' }),
      entityId: t.field({ type: 'UUID' }),
    }),
  })
  const orderBy = addOrder(builder, 'EventOrderBy')
  builder.queryField('events', (t) =>
    t.field({
      type: connection,
      description: 'Changes of statuses of persons, parties and other entities.',
      extensions: guarded(READS, 'nobody'),
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: filter }),
        orderBy: t.arg({ type: orderBy, defaultValue: 'desc' }),
      },
      resolve: (_root, { filter: given, orderBy: order, ...args }, { database }) => {
        const { date, ...of } = asked(given)
        const wanted: EventFilter = { ...of, time: date === undefined ? date : { day: date } }
        return readPage(args, {
          cursors: BY_NUMBER,
          order,
          read: (slice) => findEvents(database, wanted, slice),
          placeOf: ({ place }) => place,
          total: () => countEvents(database, wanted),
        })
      },
    }),
  )
}

function addEventType(builder: Builder) {
  const event = builder.objectRef<EventRow>('Event')
  builder.node(event, {
    description: 'A change of a status.',
    extensions: guarded(READS, 'nobody'),
    brandLoadedObjects: true,
    id: { resolve: ({ id }) => id },
    loadOne: (id, { database }) => findEventById(database, id),
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      eventType: t.exposeString('event_type', { nullable: false }),
      entityType: t.exposeString('entity_type', { nullable: false }),
      entityId: t.expose('entity_id', { type: 'UUID', nullable: false }),
      properties: t.expose('properties', {
        type: 'JSON',
        nullable: false,
        description: 'What changed: `{"verification_status":{"new_value":"VERIFIED"}}`.',
      }),
      eventTime: t.expose('event_time', { type: 'DateTime', nullable: false }),
      changedBy: t.expose('changed_by', { type: 'UUID', nullable: false }),
      insertedAt: t.expose('inserted_at', { type: 'DateTime', nullable: false }),
    }),
  })
  return event
}
