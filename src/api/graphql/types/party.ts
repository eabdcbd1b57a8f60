/** Parties: the type with its employees, `party(id)`, `parties(…)` (spec 4.3). */
import type { ObjectRef } from '@pothos/core'
import type { EmployeeRow, PartyRow } from '../../../people-reading/subjects.ts'
import { notFound } from '../../errors.ts'
import { type Builder, guarded, idOf, MASKED, PLAIN } from '../builder.ts'
import { loadersOf } from '../loaders-people.ts'
import { addConnection, addOrder } from './connections.ts'
import { byNode, type People, subjectFields } from './person-and-party.ts'
import { addFilter, readList } from './person-filter.ts'

type Types = Builder['$inferSchemaTypes']

/** The access rule of reading parties. */
const PARTY_ACCESS = { scopes: ['party:read'], isForNhs: true } as const

/** Adds parties. */
export function addParties(builder: Builder, people: People): ObjectRef<Types, PartyRow> {
  const party = addPartyType(builder, people)
  builder.queryField('party', (t) =>
    t.field({
      type: party,
      extensions: guarded(PARTY_ACCESS, 'party'),
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, context) => {
        const found = await loadersOf(context).party.subjects.load(idOf('Party', id))
        if (found === undefined) throw notFound('Party not found')
        return found
      },
    }),
  )
  const connection = addConnection(builder, 'Party', party)
  const filter = addFilter(builder, 'party', people.verification.enums)
  const orderBy = addOrder(builder, 'PartyOrderBy')
  builder.queryField('parties', (t) =>
    t.field({
      type: connection,
      nullable: false,
      extensions: guarded(PARTY_ACCESS, 'party'),
      args: {
        filter: t.arg({ type: filter }),
        orderBy: t.arg({ type: orderBy, defaultValue: 'desc' }),
        ...t.arg.connectionArgs(),
      },
      resolve: (_root, args, context) => readList('party', args, context, 'Query.parties'),
    }),
  )
  return party
}

function addPartyType(builder: Builder, people: People): ObjectRef<Types, PartyRow> {
  const ref = builder.objectRef<PartyRow>('Party')
  const employee = addEmployee(builder)
  const phone = addPhone(builder)
  builder.node(ref, {
    description: 'A health worker, or another employee.',
    extensions: guarded(PARTY_ACCESS, 'party'),
    id: { resolve: ({ id }) => id },
    loadOne: (id, context) => byNode('party', id, context),
    fields: (t) => ({
      ...subjectFields(t, 'party', people),
      phones: t.field({ type: [phone], nullable: false, resolve: ({ phones }) => phonesOf(phones) }),
      educations: t.expose('educations', { type: 'JSON', nullable: true, ...MASKED }),
      qualifications: t.expose('qualifications', { type: 'JSON', nullable: true, ...MASKED }),
      specialities: t.expose('specialities', { type: 'JSON', nullable: true, ...MASKED }),
      scienceDegree: t.expose('science_degree', { type: 'JSON', nullable: true, ...MASKED }),
      aboutMyself: t.exposeString('about_myself', { nullable: true, ...PLAIN }),
      workingExperience: t.exposeInt('working_experience', { nullable: true }),
      declarationLimit: t.exposeInt('declaration_limit', { nullable: true }),
      employees: t.field({
        type: [employee],
        nullable: false,
        resolve: async ({ id }, _args, context) => (await loadersOf(context).employees.load(id)) ?? [],
      }),
      isAtWork: t.boolean({
        nullable: false,
        description: 'Whether it has an approved active employee: only then it is checked.',
        resolve: async ({ id }, _args, context) =>
          (await loadersOf(context).party.verifications.load(id))?.isSubjectActive ?? false,
      }),
    }),
  })
  return ref
}

function addEmployee(builder: Builder): ObjectRef<Types, EmployeeRow> {
  const legalEntity = builder.objectRef<EmployeeRow>('EmployeeLegalEntity').implement({
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ legal_entity_id }) => legal_entity_id }),
      name: t.exposeString('legal_entity_name', { nullable: false, ...PLAIN }),
      edrpou: t.exposeString('legal_entity_edrpou', { nullable: true, ...PLAIN }),
      type: t.exposeString('legal_entity_type', { nullable: false, ...PLAIN }),
    }),
  })
  return builder.objectRef<EmployeeRow>('Employee').implement({
    description: 'The employment of a party in a legal entity.',
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      employeeType: t.exposeString('employee_type', { nullable: false, ...PLAIN }),
      position: t.exposeString('position', { nullable: false, ...PLAIN }),
      status: t.exposeString('status', { nullable: false, ...PLAIN }),
      isActive: t.exposeBoolean('is_active', { nullable: false }),
      startDate: t.field({ type: 'Date', nullable: false, resolve: ({ start_date }) => start_date }),
      endDate: t.field({ type: 'Date', resolve: ({ end_date }) => end_date }),
      divisionId: t.field({ type: 'UUID', resolve: ({ division_id }) => division_id }),
      legalEntity: t.field({ type: legalEntity, nullable: false, resolve: (employee) => employee }),
    }),
  })
}

/** A phone. */
export interface Phone {
  readonly type: string | null
  readonly number: string
}

function addPhone(builder: Builder): ObjectRef<Types, Phone> {
  return builder.objectRef<Phone>('Phone').implement({
    fields: (t) => ({
      type: t.exposeString('type', { nullable: true, ...PLAIN }),
      number: t.exposeString('number', { nullable: false, ...MASKED }),
    }),
  })
}

/** The phones of a party's record: objects, or plain numbers. Anything else is omitted. */
export function phonesOf(phones: unknown): Phone[] {
  if (!Array.isArray(phones)) return []
  return phones.flatMap((phone: unknown) => {
    if (typeof phone === 'string') return [{ type: null, number: phone }]
    if (typeof phone !== 'object' || phone === null) return []
    const [type, number] = [Reflect.get(phone, 'type'), Reflect.get(phone, 'number')]
    return typeof number === 'string' ? [{ type: typeof type === 'string' ? type : null, number }] : []
  })
}
