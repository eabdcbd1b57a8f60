/**
 * Lists by the conventions of Relay (spec 4): `first`/`after` and `last`/`before`, cursors that tell nothing about anybody, a total that
 * is computed only where it is asked for. What a list is of, and how it is read, is its field's own affair.
 */
import type { ObjectRef } from '@pothos/core'
import type { Total } from '../../../listing/total.ts'
import { ApiError } from '../../errors.ts'
import { isInstant } from '../../instants.ts'
import { type Builder, PLAIN } from '../builder.ts'

type Types = Builder['$inferSchemaTypes']

/** How many nodes a page has where neither `first` nor `last` is given, and at most (spec 4.3). */
export const PAGE_SIZE = 50
export const MAX_PAGE_SIZE = 300

/** What the parts of a cursor look like where a list is ordered by a time, with its microseconds, and an id. */
export const TIME_AND_ID = [
  /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/,
  /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/,
] as const

/** The arguments of a list, as a field gets them. */
export interface ConnectionArguments {
  readonly first?: number | null | undefined
  readonly last?: number | null | undefined
  readonly after?: string | null | undefined
  readonly before?: string | null | undefined
}

/** A page that is asked for; `after` and `before` are places in the list, as its cursors hold them. */
export interface PageRequest {
  readonly size: number
  /** The last ones of the list, not the first. */
  readonly isFromEnd: boolean
  readonly after: Place | undefined
  readonly before: Place | undefined
}

/** What a cursor holds: whatever tells a node's place in the order of its list; never anything personal. */
export type Place = readonly string[]

/** A page of a list as the connection's fields read it. */
export interface Connection<Node> {
  readonly edges: readonly Edge<Node>[]
  readonly pageInfo: PageInfo
  /** Its nodes; of a page without any, what was read to know whether there is anything. */
  readonly read: readonly Node[]
  readonly total: () => Promise<Total>
}

/** A node and its place. */
export interface Edge<Node> {
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
 * Reads the arguments of a list. `parts` are what each part of its cursors must look like.
 *
 * @throws BAD_REQUEST where the page is too large, or a cursor is none of this list's
 */
export function pageOf(args: ConnectionArguments, parts: readonly RegExp[]): PageRequest {
  const { first, last } = args
  if (first != null && last != null) throw badRequest('first and last exclude each other')
  const name = last == null ? 'first' : 'last'
  const size = last ?? first ?? PAGE_SIZE
  if (size < 0 || size > MAX_PAGE_SIZE) throw badRequest(`${name} must be from 0 to ${MAX_PAGE_SIZE}`)
  const placeIn = (cursor: string | null | undefined) => (cursor == null ? undefined : placeOf(cursor, parts))
  return { size, isFromEnd: name === 'last', after: placeIn(args.after), before: placeIn(args.before) }
}

/** The places between which a page lies in an order that only grows, and the direction in which it is read from where it begins. */
export interface PageRange {
  readonly above: Place | undefined
  readonly below: Place | undefined
  readonly isAscending: boolean
}

/** Where a page lies: of a list that has the newest first, or the oldest. */
export function rangeOf({ after, before, isFromEnd }: PageRequest, isNewestFirst: boolean): PageRange {
  const [above, below] = isNewestFirst ? [before, after] : [after, before]
  return { above, below, isAscending: isFromEnd === isNewestFirst }
}

/** Makes a cursor of a place. */
export function cursorOf(place: Place): string {
  return Buffer.from(JSON.stringify(place)).toString('base64url')
}

function placeOf(cursor: string, parts: readonly RegExp[]): Place {
  const place = parsed(Buffer.from(cursor, 'base64url').toString('utf8'))
  if (!Array.isArray(place) || place.length !== parts.length) throw malformedCursor()
  const isWhole = parts.every((part, n) => typeof place[n] === 'string' && part.test(place[n]))
  if (!isWhole || place.some((part: string) => /^\d{4}-/.test(part) && !isInstant(part))) throw malformedCursor()
  return place
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/**
 * Makes a page of what was read for it: `page.size` nodes and one more, if there is one more, in the order of the list
 * (for a page from the end: the one more stands first).
 */
export function connectionOf<Node>(
  page: PageRequest,
  read: readonly Node[],
  place: (node: Node) => Place,
  total: () => Promise<Total>,
): Connection<Node> {
  const hasMore = read.length > page.size
  const nodes = hasMore ? (page.isFromEnd ? read.slice(read.length - page.size) : read.slice(0, page.size)) : read
  const edges = nodes.map((node) => ({ node, cursor: cursorOf(place(node)) }))
  let known: Promise<Total> | undefined
  return {
    edges,
    read: nodes.length > 0 ? nodes : read,
    pageInfo: {
      hasNextPage: page.isFromEnd ? page.before !== undefined : hasMore,
      hasPreviousPage: page.isFromEnd ? hasMore : page.after !== undefined,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    // Asked for by two fields, computed once.
    total: () => {
      known ??= total()
      return known
    },
  }
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
        description: 'Computed only if it is asked for: exact up to 10,000, above that an estimate.',
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
