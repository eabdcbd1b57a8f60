/** Pagination of lists (spec 6.1): by number up to the 10,000th entry, and by cursor without a limit. */
import { z } from 'zod'
import type { Direction, Listed, Slice } from '../../listing/slice.ts'
import { EXACT_UP_TO, type Total } from '../../listing/total.ts'
import { invalid, type Violation } from '../errors.ts'
import { boundedNumber } from '../validate.ts'
import type { Paging } from './route.ts'

const MOST_ON_A_PAGE = 300
const USUAL_ON_A_PAGE = 50

// Query parameters are text: whole numbers are converted, anything else fails as text.
function wholeNumber(inner: z.ZodInt) {
  return z.preprocess(
    (value) => (typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : value),
    inner,
  )
}

/** The query parameters of every list. */
export const pageQuery = {
  page: wholeNumber(z.int().min(1)).default(1).describe('The page number. Ignored with `after`.'),
  page_size: wholeNumber(z.int().min(1).max(MOST_ON_A_PAGE))
    .default(USUAL_ON_A_PAGE)
    .describe('Entries on a page. `page` × `page_size` may be at most 10,000; use `after` beyond that.'),
  after: z.string().max(200).optional().describe('Continues after an earlier answer: its `paging.next`.'),
} as const

/** The parsed parameters of `pageQuery`. */
interface PageQuery {
  readonly page: number
  readonly page_size: number
  readonly after?: string | undefined
}

/** Writing and reading the cursor of a list. */
export interface Cursor<Place> {
  write(place: Place): string
  /** Undefined if this list did not create it. */
  read(cursor: string): Place | undefined
}

/** The requested slice of a list in one direction; throws 422 if it reaches too far, or if the cursor is invalid. */
export function sliceOf<Place>(
  { page, page_size, after }: PageQuery,
  cursor: Cursor<Place>,
  direction: Direction,
): Slice<Place> {
  if (after === undefined) {
    const last = lastServed(page_size)
    if (page > last) throw violation('$.page', boundedNumber('<=', last))
    return { direction, limit: page_size, offset: (page - 1) * page_size }
  }
  const place = cursor.read(after)
  if (place === undefined)
    throw violation('$.after', { rule: 'invalid', description: 'value is no cursor of this list' })
  return { direction, limit: page_size, ...(direction === 'asc' ? { above: place } : { below: place }) }
}

/** The `paging` of an answer. */
export function pagingOf<Place>(
  { page, page_size, after }: PageQuery,
  { next, total }: Listed<unknown, Place>,
  cursor: Cursor<Place>,
): Paging {
  return {
    page_number: after === undefined ? page : 1,
    page_size,
    total_entries: total.count,
    total_pages: pagesOf(total, page_size),
    total_is_exact: total.isExact,
    next: next === undefined ? null : cursor.write(next),
  }
}

/** A cursor of text parts, which are neither secret nor personal. */
export function textCursor<Place>(
  pattern: RegExp,
  write: (place: Place) => string,
  /** Undefined for a text that matches the pattern but is impossible, such as 31 February. */
  read: (text: string) => Place | undefined,
): Cursor<Place> {
  return {
    write: (place) => Buffer.from(write(place)).toString('base64url'),
    read(cursor) {
      const text = Buffer.from(cursor, 'base64url').toString('latin1')
      return pattern.test(text) ? read(text) : undefined
    },
  }
}

function lastServed(size: number): number {
  return Math.floor(EXACT_UP_TO / size)
}

function pagesOf({ count }: Total, size: number): number {
  return Math.min(Math.ceil(count / size), lastServed(size))
}

function violation(entry: string, rule: Omit<Violation, 'entryType' | 'entry'>): Error {
  return invalid([{ entryType: 'query_parameter', entry, ...rule }])
}
