/** The list of a query: the current page of it, and all pages for an export. */
import type { ResultOf, VariablesOf } from 'gql.tada'
import type { ApiFailure } from '../graphql/request.ts'
import { type AnyQuery, askOnce, useAnswer } from '../graphql/use-query.ts'
import type { ExportPage } from './export.tsx'
import { PAGE_SIZE, type PageInfo, type Place, pageVariables } from './pager.tsx'

/** A page of a list from the API. */
export interface Connection<Row> {
  readonly nodes: readonly Row[]
  readonly pageInfo: PageInfo
  readonly totalCount: number
  readonly totalCountIsExact: boolean
}

/** A list as a page shows it. */
export interface List<Row> {
  /** Undefined until it is loaded. */
  readonly shown: Connection<Row> | undefined
  readonly error: ApiFailure | null
  /** Whether the visible data belongs to the previous query. */
  readonly isStale: boolean
  readonly isFetching: boolean
  /** When the visible data was loaded, in milliseconds. */
  readonly fetchedAt: number
  refetch(): void
  /** The rows after a cursor, for an export. */
  exported(after: string | null, signal: AbortSignal): Promise<ExportPage<Row>>
}

type Placed = 'first' | 'after' | 'last' | 'before'

interface ListOptions<Q extends AnyQuery, Row> {
  /** The query's variables except the position. */
  readonly variables: Omit<VariablesOf<Q>, Placed>
  readonly place: Place
  /** Extracts the list from the result. */
  readonly of: (answer: ResultOf<Q>) => Connection<Row> | null
  /** The polling interval in milliseconds. */
  readonly every?: number
  /** The number of rows per export request. */
  readonly exportSize?: number
  /** Additional variables for an export. */
  readonly exportWith?: (after: string | null) => Partial<VariablesOf<Q>>
}

/** Loads a list with the position and filters from the URL. */
export function useList<Q extends AnyQuery, Row>(query: Q, options: ListOptions<Q, Row>): List<Row> {
  const { variables, place, of, every, exportSize = PAGE_SIZE, exportWith } = options
  const asked = { ...variables, ...pageVariables(place) } as VariablesOf<Q>
  const answer = useAnswer(query, asked, every === undefined ? {} : { every })
  return {
    shown: (answer.data === undefined ? null : of(answer.data)) ?? undefined,
    ...{ error: answer.error, isStale: answer.isPlaceholderData, isFetching: answer.isFetching },
    fetchedAt: answer.dataUpdatedAt,
    refetch: () => void answer.refetch(),
    async exported(after, signal) {
      const whole = { ...variables, first: exportSize, after, ...exportWith?.(after) } as VariablesOf<Q>
      const found = of(await askOnce(query, whole, signal))
      return { rows: found?.nodes ?? [], next: found?.pageInfo.hasNextPage === true ? found.pageInfo.endCursor : null }
    },
  }
}
