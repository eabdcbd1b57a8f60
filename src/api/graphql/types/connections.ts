/**
 * Relay connections (spec 4): `first`/`after` and `last`/`before`, cursors without personal data, a total computed only on request. The
 * field decides what is listed and how it is read.
 */
import type { ObjectRef } from '@pothos/core'
import type { Direction, Slice, TimePlace } from '../../../listing/slice.ts'
import type { Total } from '../../../listing/total.ts'
import { ApiError } from '../../errors.ts'
import { isInstant } from '../../instants.ts'
import { type Builder, PLAIN } from '../builder.ts'

type Types = Builder['$inferSchemaTypes']

/** The default and maximum number of nodes per page (spec 4.3). */
export const PAGE_SIZE = 50
export const MAX_PAGE_SIZE = 300

/** The format of a list's cursors: parts without personal data. */
export interface Cursors<Place> {
  /** The pattern of each part. */
  readonly parts: readonly RegExp[]
  write(place: Place): readonly string[]
  read(parts: readonly string[]): Place
}

/** For lists sorted by a time and an id. */
export const BY_TIME: Cursors<TimePlace> = {
  parts: [/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/, /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/],
  write: ({ at, id }) => [at, id],
  read: ([at = '', id = '']) => ({ at, id }),
}

/** For lists sorted by growing numbers. */
export const BY_NUMBER: Cursors<number> = {
  parts: [/^\d{1,15}$/],
  write: (place) => [String(place)],
  read: ([place]) => Number(place),
}

/** The arguments of a list. */
export interface ConnectionArguments {
  readonly first?: number | null | undefined
  readonly last?: number | null | undefined
  readonly after?: string | null | undefined
  readonly before?: string | null | undefined
}

/** How a field reads its list. */
export interface List<Node, Place> {
  readonly cursors: Cursors<Place>
  /** Descending by default. */
  readonly order: Direction | null | undefined
  read(slice: Slice<Place>): Promise<readonly Node[]>
  placeOf(node: Node): Place
  total(): Promise<Total>
}

/** A page of a list, for the connection's fields. */
export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[]
  readonly pageInfo: PageInfo
  /** Its nodes; for a page of size 0, what was read to know whether there are any. */
  readonly read: readonly Node[]
  readonly total: () => Promise<Total>
}

/** A node and its position. */
interface Edge<Node> {
  readonly cursor: string
  readonly node: Node
}

interface PageInfo {
  hasNextPage: boolean
  hasPreviousPage: boolean
  startCursor: string | null
  endCursor: string | null
}

/**
 * Prepares to read a page of a list.
 *
 * @throws BAD_REQUEST if the page is too large, or a cursor is not from this list
 */
export function pageOf<Node, Place>(
  { first, last, ...args }: ConnectionArguments,
  list: List<Node, Place>,
): () => Promise<Connection<Node>> {
  if (first != null && last != null) throw badRequest('first and last exclude each other')
  const size = last ?? first ?? PAGE_SIZE
  if (size < 0 || size > MAX_PAGE_SIZE)
    throw badRequest(`${last == null ? 'first' : 'last'} must be from 0 to ${MAX_PAGE_SIZE}`)
  const [after, before] = [args.after, args.before].map((cursor) => placeIn(cursor, list.cursors))
  const isFromEnd = last != null
  const isAscending = list.order === 'asc'
  return async () => {
    const read = await list.read({
      ...(isAscending ? { above: after, below: before } : { above: before, below: after }),
      ...{ direction: isAscending === isFromEnd ? 'desc' : 'asc', limit: size + 1 },
    })
    const hasMore = read.length > size
    const nodes = isFromEnd ? read.slice(0, size).reverse() : read.slice(0, size)
    const edges = nodes.map((node) => ({ node, cursor: cursorOf(list.cursors.write(list.placeOf(node))) }))
    let known: Promise<Total> | undefined
    return {
      edges,
      read: nodes.length > 0 ? nodes : read,
      pageInfo: {
        hasNextPage: isFromEnd ? before !== undefined : hasMore,
        hasPreviousPage: isFromEnd ? hasMore : after !== undefined,
        startCursor: edges[0]?.cursor ?? null,
        endCursor: edges.at(-1)?.cursor ?? null,
      },
      // Requested by two fields, computed once.
      total: () => {
        known ??= list.total()
        return known
      },
    }
  }
}

/** Reads a page of a list. */
export function readPage<Node, Place>(args: ConnectionArguments, list: List<Node, Place>): Promise<Connection<Node>> {
  return pageOf(args, list)()
}

/** Creates a cursor. */
export function cursorOf(parts: readonly string[]): string {
  return Buffer.from(JSON.stringify(parts)).toString('base64url')
}

function placeIn<Place>(cursor: string | null | undefined, { parts, read }: Cursors<Place>): Place | undefined {
  if (cursor == null) return undefined
  const place = parsed(Buffer.from(cursor, 'base64url').toString('utf8'))
  if (!Array.isArray(place) || place.length !== parts.length) throw malformedCursor()
  const isWhole = parts.every((part, n) => typeof place[n] === 'string' && part.test(place[n]))
  if (!isWhole || place.some((part: string) => /^\d{4}-/.test(part) && !isInstant(part))) throw malformedCursor()
  return read(place)
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** The filters that are set: null means no filter, like an omitted field. */
export function asked<T extends object>(given: T | null | undefined) {
  const entries = Object.entries(given ?? {}).filter(([, value]) => value != null)
  return Object.fromEntries(entries) as { readonly [Name in keyof T]?: NonNullable<T[Name]> }
}

/** Adds the enum of the sort orders of a list by time, with an optional description. */
export function addOrder(builder: Builder, name: string, description?: string) {
  return builder.enumType(name, {
    ...(description === undefined ? {} : { description }),
    values: { INSERTED_AT_ASC: { value: 'asc' }, INSERTED_AT_DESC: { value: 'desc' } } as const,
  })
}

/** Adds `<name>Connection` and `<name>Edge` for a type of nodes. */
export function addConnection<Node extends object>(
  builder: Builder,
  name: string,
  node: ObjectRef<Types, Node>,
): ObjectRef<Types, Connection<Node>> {
  const edge = builder.objectRef<Edge<Node>>(`${name}Edge`).implement({
    fields: (t) => ({
      cursor: t.exposeString('cursor', { nullable: false, ...PLAIN }),
      node: t.field({ type: node, nullable: false, resolve: (each) => each.node as never }),
    }),
  })
  return builder.objectRef<Connection<Node>>(`${name}Connection`).implement({
    fields: (t) => ({
      pageInfo: t.field({ type: builder.pageInfoRef(), nullable: false, resolve: ({ pageInfo }) => pageInfo }),
      edges: t.field({ type: [edge], nullable: false, resolve: ({ edges }) => edges }),
      nodes: t.field({
        type: [node],
        nullable: false,
        resolve: ({ edges }) => edges.map((each) => each.node) as never,
      }),
      totalCount: t.int({
        nullable: false,
        description: 'Computed only on request: exact up to 10,000, above that an estimate.',
        resolve: async ({ total }) => (await total()).count,
      }),
      totalCountIsExact: t.boolean({ nullable: false, resolve: async ({ total }) => (await total()).isExact }),
    }),
  })
}

function malformedCursor(): ApiError {
  return badRequest('Malformed cursor')
}

function badRequest(message: string): ApiError {
  return new ApiError('request_malformed', message)
}
