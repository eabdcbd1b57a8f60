/** Persons: the type, `person(id)`, `persons(…)` (spec 4.3). */
import type { EnumRef, ObjectRef } from '@pothos/core'
import type { PersonRow } from '../../../people-reading/subjects.ts'
import { notFound } from '../../errors.ts'
import { type Builder, guarded, idOf, MASKED, PLAIN } from '../builder.ts'
import { loadersOf } from '../loaders-people.ts'
import { addConnection, addOrder } from './connections.ts'
import { byNode, type People, subjectFields } from './person-and-party.ts'
import { addFilter, addPanelFilter, readList } from './person-filter.ts'

type Types = Builder['$inferSchemaTypes']

/** The access rule of reading persons. */
export const PERSON_ACCESS = { scopes: ['person:read'], isForNhs: true } as const

/** Adds persons. */
export function addPersons(builder: Builder, people: People): ObjectRef<Types, PersonRow> {
  const status = builder.enumType('PersonStatus', {
    values: { ACTIVE: { value: 'active' }, INACTIVE: { value: 'inactive' } } as const,
  })
  const person = addPersonType(builder, people, status)
  builder.queryField('person', (t) =>
    t.field({
      type: person,
      extensions: guarded(PERSON_ACCESS, 'person'),
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, context) => {
        const found = await loadersOf(context).person.subjects.load(idOf('Person', id))
        if (found === undefined) throw notFound('Person not found')
        return found
      },
    }),
  )
  const connection = addConnection(builder, 'Person', person)
  const filter = addFilter(builder, 'person', people.verification.enums, addPanelFilter(builder, status))
  const orderBy = addOrder(builder, 'PersonOrderBy')
  builder.queryField('persons', (t) =>
    t.field({
      type: connection,
      nullable: false,
      extensions: guarded(PERSON_ACCESS, 'person'),
      args: {
        filter: t.arg({ type: filter }),
        orderBy: t.arg({ type: orderBy, defaultValue: 'desc' }),
        ...t.arg.connectionArgs(),
      },
      resolve: (_root, args, context) => readList('person', args, context, 'Query.persons'),
    }),
  )
  return person
}

function addPersonType(
  builder: Builder,
  people: People,
  status: EnumRef<Types, PersonRow['status']>,
): ObjectRef<Types, PersonRow> {
  const ref = builder.objectRef<PersonRow>('Person')
  const method = addAuthenticationMethod(builder)
  builder.node(ref, {
    description: 'A patient.',
    extensions: guarded(PERSON_ACCESS, 'person'),
    id: { resolve: ({ id }) => id },
    loadOne: (id, context) => byNode('person', id, context),
    fields: (t) => ({
      ...subjectFields(t, 'person', people),
      unzr: t.exposeString('unzr', { nullable: true, ...MASKED }),
      status: t.field({ type: status, nullable: false, resolve: (person) => person.status }),
      isActive: t.exposeBoolean('is_active', { nullable: false }),
      authenticationMethods: t.field({
        type: [method],
        nullable: false,
        description: 'Always empty: not stored here, but requested by panels of the platform.',
        resolve: () => [],
      }),
      deathDate: t.field({ type: 'Date', resolve: ({ death_date }) => death_date }),
    }),
  })
  return ref
}

function addAuthenticationMethod(builder: Builder) {
  return builder.objectRef<{ readonly type: string }>('PersonAuthenticationMethod').implement({
    fields: (t) => ({
      type: t.exposeString('type', { nullable: false, ...PLAIN }),
      phoneNumber: t.string({ ...MASKED, resolve: () => null }),
    }),
  })
}
