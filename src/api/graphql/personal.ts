/**
 * Personal data in answers (spec 4.3, 6): every root field, and every type that `node(id)` may return, declares whose data it reads, for
 * the audit; every text reachable from there declares whether it is masked. One walk wraps their resolvers; the program does not start if a
 * field declares nothing.
 */
import {
  defaultFieldResolver,
  type GraphQLField,
  type GraphQLNamedType,
  type GraphQLObjectType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  getNamedType,
  isObjectType,
} from 'graphql'
import type { SubjectKind } from '../../verification/status.ts'
import { shownTo } from '../mask.ts'
import type { Found } from '../number-lookups.ts'
import { BY_TYPE, globalIdsOf } from './access.ts'
import { decodeGlobalID, type Reads, type Shown } from './builder.ts'
import type { GraphqlContext } from './context.ts'

type Field = GraphQLField<unknown, GraphqlContext>
type Extensions = Readonly<Record<string, unknown>>

/** Scalars that may contain a personal number. */
const TEXTS = new Set(['String', 'JSON'])
/** Cursors belong to lists whose edges declare it; messages are from the catalogue, with impersonal parameters. */
const OF_NOBODY = new Set(['PageInfo', 'Message'])
/** The kind whose masking rule applies; this is recorded only here. */
const MASKED_AS = {
  ...({ person: 'person', unzr_info: 'person', dracs_death_act: 'person' } as const),
  ...({ party: 'party', employee_request: 'party' } as const),
}
type Recorded = keyof typeof MASKED_AS

/** Wraps every field with personal data; throws if a field does not declare what it reads. */
export function enforcePersonal(schema: GraphQLSchema): GraphQLSchema {
  const telling = Object.values(schema.getTypeMap()).filter(({ extensions }) => recordedOf(extensions) !== undefined)
  const ofTelling = reached(telling)
  const personal = new Set(ofTelling)
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) {
      const operation = `${root?.name}.${field.name}`
      if (BY_TYPE.has(field.name)) {
        recordNodes(schema, field)
        continue
      }
      const reads = readsOf(field.extensions)
      if (reads === undefined) throw new Error(`the field ${operation} does not say whose data it reads`)
      const types = reached([getNamedType(field.type)])
      const told = [...types].find((type) => ofTelling.has(type))
      if (reads === 'nobody' && told !== undefined)
        throw new Error(`the field ${operation} reads nobody, it says, and leads to ${told.name}`)
      if (reads !== 'nobody' && root === schema.getSubscriptionType())
        throw new Error(`the stream ${operation} reads somebody, and no end of it records that`)
      if (reads !== 'nobody') for (const type of types) personal.add(type)
      const recorded = recordedOf(field.extensions)
      if (recorded !== undefined) record(field, (context, value) => note(context, operation, recorded, value))
    }
  }
  for (const type of personal) for (const field of Object.values(type.getFields())) maskText(schema, type, field)
  return schema
}

function readsOf(extensions: Extensions): Reads | undefined {
  return extensions['reads'] as Reads | undefined
}

function recordedOf(extensions: Extensions): Recorded | undefined {
  const reads = readsOf(extensions)
  return reads === undefined || reads === 'nobody' || reads === 'itself' ? undefined : reads
}

function reached(from: readonly GraphQLNamedType[], known = new Set<GraphQLObjectType>()): Set<GraphQLObjectType> {
  for (const type of from) {
    if (!isObjectType(type) || OF_NOBODY.has(type.name) || known.has(type)) continue
    known.add(type)
    reached(
      Object.values(type.getFields()).map((field) => getNamedType(field.type)),
      known,
    )
  }
  return known
}

function record(field: Field, noteOf: (context: GraphqlContext, value: unknown, ids: string[]) => void): void {
  const { resolve = defaultFieldResolver } = field
  field.resolve = async (source, args, context, info) => {
    const value: unknown = await resolve(source, args, context, info)
    noteOf(context, Array.isArray(value) ? await Promise.all(value) : value, globalIdsOf(args))
    return value
  }
}

// The ids of one field have their own types.
function recordNodes(schema: GraphQLSchema, field: Field): void {
  record(field, (context, value, ids) => {
    for (const [n, node] of [value].flat().entries()) {
      const recorded = recordedOf(schema.getType(decodeGlobalID(ids[n] ?? '').typename)?.extensions ?? {})
      if (recorded !== undefined) note(context, 'Query.node', recorded, node)
    }
  })
}

// A look-up by number is already recorded.
function note({ reads, lookups }: GraphqlContext, operation: string, recorded: Recorded, value: unknown): void {
  if (value !== null && value !== undefined && !lookups.hasRecorded(value))
    reads.read(operation, recorded, idsOf(value))
}

// The ids of the subjects of a value: one subject, or a page of a list.
function idsOf(value: unknown): string[] {
  if (typeof value === 'object' && value !== null) {
    if ('read' in value && Array.isArray(value.read)) return value.read.flatMap(idsOf)
    if ('id' in value && typeof value.id === 'string') return [value.id]
  }
  throw new Error('an answer does not tell whose data it holds')
}

/** What a look-up by a number found. */
export function found<T>(read: () => Promise<T>): () => Promise<Found<T>> {
  return async () => {
    const value = await read()
    return { value, ids: value === null ? [] : idsOf(value) }
  }
}

function maskText(schema: GraphQLSchema, type: GraphQLObjectType, field: Field): void {
  if (!TEXTS.has(getNamedType(field.type).name)) return
  const shown = field.extensions['shown'] as Shown | undefined
  if (shown === undefined) throw new Error(`the field ${type.name}.${field.name} does not say whether it is masked`)
  if (shown === 'plain') return
  const { resolve = defaultFieldResolver } = field
  field.resolve = (source, args, context, info) => {
    const value: unknown = resolve(source, args, context, info)
    const show = (text: unknown) => shownTo(context.principal, kindOf(schema, info), text, shown === 'masked')
    return value instanceof Promise ? value.then(show) : show(value)
  }
}

// The nearest declaring type above a text decides, because documents belong to persons and to parties.
function kindOf(schema: GraphQLSchema, { path }: GraphQLResolveInfo): SubjectKind {
  for (let at: typeof path | undefined = path; at !== undefined; at = at.prev) {
    const recorded = recordedOf(schema.getType(at.typename ?? '')?.extensions ?? {})
    if (recorded !== undefined) return MASKED_AS[recorded]
  }
  throw new Error('a masked text is of nobody')
}
