/** The envelopes of answers (spec 6.1, 6.2). */
import type { ApiError, Violation } from '../errors.ts'
import type { RouteResult } from './route.ts'

/** The `meta` of every answer. `url` has no query, because a query may contain personal data. */
export interface Meta {
  readonly url: string
  readonly type: 'object' | 'list'
  readonly code: number
  readonly request_id: string
}

/** A successful answer. */
export function success(meta: Omit<Meta, 'type'>, { data, paging, urgent }: NonNullable<RouteResult<unknown>>): object {
  const type = Array.isArray(data) ? 'list' : 'object'
  const beside = { ...(paging === undefined ? {} : { paging }), ...(urgent === undefined ? {} : { urgent }) }
  return { meta: { ...meta, type }, data, ...beside }
}

/** An error answer. */
export function failure(meta: Omit<Meta, 'type' | 'code'>, error: ApiError): object {
  const { kind, message, status, violations } = error
  return {
    meta: { ...meta, type: 'object', code: status },
    error: { type: kind, message, ...(violations.length > 0 ? { invalid: entriesOf(violations) } : {}) },
  }
}

// One entry per path, with all the rules that it violates.
function entriesOf(violations: readonly Violation[]): object[] {
  const entries = Map.groupBy(violations, ({ entryType, entry }) => `${entryType} ${entry}`)
  return [...entries.values()].map((of) => ({
    entry_type: of[0]?.entryType,
    entry: of[0]?.entry,
    rules: of.map(({ rule, description, params = {}, nearest }) => ({ rule, description, params, nearest })),
  }))
}
