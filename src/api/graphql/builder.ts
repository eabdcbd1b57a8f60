/**
 * The builder of the schema (spec 4): Relay conventions, the platform's scalars, and access as metadata of each root field and type.
 * Files in `types/` add to it; `schema.ts` puts them together.
 */
import SchemaBuilder from '@pothos/core'
import RelayPlugin from '@pothos/plugin-relay'
import { GraphQLError } from 'graphql'
import type { ReadSubject } from '../../audit/audit.ts'
import { isDay } from '../../verification/calendar.ts'
import type { Access } from '../enforce.ts'
import { readInterval, type TimeInterval } from '../instants.ts'
import type { GraphqlContext } from './context.ts'

/** The types that the builder is made for. */
interface SchemaTypes {
  Context: GraphqlContext
  Scalars: {
    UUID: { Input: string; Output: string }
    Date: { Input: string; Output: string }
    DateTime: { Input: Date; Output: Date | string }
    DatetimeInterval: { Input: TimeInterval; Output: string }
    JSON: { Input: unknown; Output: unknown }
    ID: { Input: string; Output: string }
  }
}

/** The builder, with the scalars on it. */
export function createBuilder() {
  const builder = new SchemaBuilder<SchemaTypes>({
    plugins: [RelayPlugin],
    relay: {
      clientMutationId: 'omit',
      cursorType: 'String',
      encodeGlobalID: (type, id) => globalId(type, String(id)),
      decodeGlobalID,
      nodesOnConnection: true,
    },
  })
  builder.queryType({})
  builder.mutationType({})
  builder.subscriptionType({})
  addScalars(builder)
  return builder
}

/** The builder's type, for files that add to it. */
export type Builder = ReturnType<typeof createBuilder>

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A Relay id. */
export function globalId(typename: string, id: string): string {
  return Buffer.from(`${typename}:${id}`).toString('base64')
}

/** The uuid, given directly or in a Relay id of this type; throws BAD_REQUEST otherwise. */
export function uuidOf(typename: string, id: string): string {
  return UUID.test(id) ? id.toLowerCase() : idOf(typename, id)
}

/** The parts of a Relay id; throws BAD_REQUEST if it is invalid (spec 4.3). */
export function decodeGlobalID(id: string): { typename: string; id: string } {
  const [typename = '', raw = '', ...rest] = Buffer.from(id, 'base64').toString('utf8').split(':')
  if (rest.length > 0 || !/^[A-Za-z]+$/.test(typename) || !UUID.test(raw)) throw malformedId()
  return { typename, id: raw.toLowerCase() }
}

/** The uuid of a Relay id of this type; throws BAD_REQUEST otherwise. */
export function idOf(typename: string, id: string): string {
  const decoded = decodeGlobalID(id)
  if (decoded.typename !== typename) throw malformedId()
  return decoded.id
}

function malformedId(): GraphQLError {
  return new GraphQLError('Malformed id', { extensions: { code: 'BAD_REQUEST' } })
}

/** Whose data a root field or a type reads, for the audit; `itself`: the operation records it together with its other effects. */
export type Reads = Exclude<ReadSubject, 'audit'> | 'nobody' | 'itself'

/** Metadata of root fields, and of types that `node(id)` returns. */
export type Guarded = { readonly access: Access; readonly reads: Reads }

/** Metadata: who may use a root field, or read a type by `node(id)`, and whose data it reads. */
export function guarded(access: Access | 'signed_in', reads: Reads): Guarded {
  return { access: access === 'signed_in' ? { scopes: [] } : access, reads }
}

/** How a text is shown to tokens that may not see numbers: plain; masked; or, for unknown names, with everything masked that may be a number. */
export type Shown = 'plain' | 'masked' | 'unforeseen'

// Metadata of personal texts.
export const PLAIN = { extensions: { shown: 'plain' } } as const
export const MASKED = { extensions: { shown: 'masked' } } as const
export const UNFORESEEN = { extensions: { shown: 'unforeseen' } } as const

function addScalars(builder: InstanceType<typeof SchemaBuilder<SchemaTypes>>): void {
  builder.scalarType('UUID', { serialize: String, parseValue: textMatching(UUID, 'a uuid') })
  builder.scalarType('Date', { serialize: String, parseValue: asDay })
  builder.scalarType('DateTime', {
    serialize: (value) => (value instanceof Date ? value.toISOString() : new Date(value).toISOString()),
    parseValue: asInstant,
  })
  builder.scalarType('DatetimeInterval', {
    description:
      'A time from one date-time to another, `2026-03-01T00:00:00Z/2026-03-31T23:59:59Z`; `..` for an open end.',
    serialize: String,
    parseValue: asInterval,
  })
  builder.scalarType('JSON', { serialize: (value) => value, parseValue: (value) => value })
}

function textMatching(pattern: RegExp, what: string): (value: unknown) => string {
  return (value) => {
    if (typeof value === 'string' && pattern.test(value)) return value.toLowerCase()
    throw new GraphQLError(`value is not ${what}`, { extensions: { code: 'BAD_REQUEST' } })
  }
}

function asDay(value: unknown): string {
  if (typeof value === 'string' && isDay(value)) return value
  throw new GraphQLError('value is not an existing date (YYYY-MM-DD)', { extensions: { code: 'BAD_REQUEST' } })
}

function asInterval(value: unknown): TimeInterval {
  const interval = typeof value === 'string' ? readInterval(value) : undefined
  if (interval !== undefined) return interval
  throw new GraphQLError('value is not an interval (ISO 8601)', { extensions: { code: 'BAD_REQUEST' } })
}

// Years with four digits.
const FIRST_INSTANT = Date.parse('0001-01-01T00:00:00Z')

function asInstant(value: unknown): Date {
  const instant = typeof value === 'string' ? new Date(value) : new Date(Number.NaN)
  if (instant.getTime() >= FIRST_INSTANT) return instant
  throw new GraphQLError('value is not a time (ISO 8601)', { extensions: { code: 'BAD_REQUEST' } })
}
