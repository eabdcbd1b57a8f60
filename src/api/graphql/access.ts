/**
 * Access control of the schema (spec 4): every root field, and every type that `node(id)` may return, declares its access in its
 * extensions. One walk wraps their resolvers; the program does not start if a field declares nothing.
 */
import { defaultFieldResolver, type GraphQLField, type GraphQLFieldResolver, type GraphQLSchema } from 'graphql'
import { type Access, authorize } from '../enforce.ts'
import { ApiError, notFound, TEXTS } from '../errors.ts'
import { decodeGlobalID } from './builder.ts'
import type { GraphqlContext } from './context.ts'
import { MAX_PAGE_SIZE } from './types/connections.ts'

/** Fields that take an id of any type: they require the access of the type. */
export const BY_TYPE = new Set(['node', 'nodes'])

/** The access that a field or type carries. */
export function accessOf(extensions: Readonly<Record<string, unknown>>): Access | undefined {
  return extensions['access'] as Access | undefined
}

/** Wraps every root field; throws if one declares no access. */
export function enforceAccess(schema: GraphQLSchema): GraphQLSchema {
  for (const root of [schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType()]) {
    for (const field of Object.values(root?.getFields() ?? {})) guardField(schema, field)
  }
  return schema
}

function guardField(schema: GraphQLSchema, field: GraphQLField<unknown, GraphqlContext>): void {
  const access = accessOf(field.extensions)
  if (access === undefined && !BY_TYPE.has(field.name)) throw new Error(`the field ${field.name} has no access rule`)
  const guard = (inner: GraphQLFieldResolver<unknown, GraphqlContext>): typeof inner => {
    return (source, args, context, info) => {
      for (const each of access === undefined ? accessesByType(schema, args) : [access])
        authorizeField(context, each, `${info.parentType.name}.${field.name}`)
      const ids: unknown = Reflect.get(args, 'ids')
      if (!Array.isArray(ids)) return inner(source, args, context, info)
      return eachOnce(ids, (unique) => inner(source, { ...args, ids: unique }, context, info))
    }
  }
  field.resolve = guard(field.resolve ?? defaultFieldResolver)
  if (field.subscribe !== undefined) field.subscribe = recorded(guard(whileAllowed(field.subscribe, access)))
}

// A subscription has no end at which the operation would be recorded, so what was noted before it started is recorded then.
function recorded(subscribe: GraphQLFieldResolver<unknown, GraphqlContext>): typeof subscribe {
  return async (source, args, context, info) => {
    try {
      return await subscribe(source, args, context, info)
    } finally {
      await context.reads.flush(context.database, context.actor)
    }
  }
}

// A refusal is recorded together with what the operation read.
function authorizeField({ principal, reads }: GraphqlContext, access: Access, operation: string): void {
  try {
    authorize(principal, access)
  } catch (error) {
    if (error instanceof ApiError && (error.status === 401 || error.status === 403))
      reads.refused(operation, error.status === 401 ? 'unauthenticated' : 'forbidden')
    throw error
  }
}

/** Checks access again for every event: an expired token or a blocked user ends the subscription. */
function whileAllowed(
  subscribe: GraphQLFieldResolver<unknown, GraphqlContext>,
  access: Access | undefined,
): typeof subscribe {
  return async (source, args, context, info) =>
    watched((await subscribe(source, args, context, info)) as AsyncIterable<unknown>, context, access)
}

async function* watched(
  events: AsyncIterable<unknown>,
  context: GraphqlContext,
  access: Access | undefined,
): AsyncGenerator<unknown> {
  const follower = context.follow()
  try {
    for await (const event of events) {
      const principal = await follower.find()
      if (principal === undefined) throw new ApiError('access_denied', TEXTS.badToken)
      if (access !== undefined) authorize(principal, access)
      yield event
    }
  } finally {
    follower.end()
  }
}

// Repeated ids are looked up once and returned in every place.
async function eachOnce(ids: readonly unknown[], find: (ids: readonly unknown[]) => unknown): Promise<unknown[]> {
  const unique = [...new Set(ids)]
  const found = (await find(unique)) as readonly unknown[]
  return ids.map((id) => found[unique.indexOf(id)])
}

/** The ids requested from such a field. */
export function globalIdsOf(args: Readonly<Record<string, unknown>>): string[] {
  return [args['id'], args['ids']].flat().filter((id) => typeof id === 'string')
}

function accessesByType(schema: GraphQLSchema, args: Readonly<Record<string, unknown>>): Access[] {
  const ids = globalIdsOf(args)
  if (ids.length > MAX_PAGE_SIZE) throw new ApiError('request_malformed', `ids must be ${MAX_PAGE_SIZE} at most`)
  return ids.map((id) => {
    const type = schema.getType(decodeGlobalID(id).typename)
    const access = type === undefined ? undefined : accessOf(type.extensions)
    if (access === undefined) throw notFound()
    return access
  })
}
