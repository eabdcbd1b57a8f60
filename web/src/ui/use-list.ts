/** A list as its query answers it: the page of it that is shown, and all of its pages for a file. */
import type { ResultOf, VariablesOf } from 'gql.tada'
import type { ApiFailure } from '../graphql/request.ts'
import { type AnyQuery, askOnce, useAnswer } from '../graphql/use-query.ts'
import type { ExportPage } from './export.tsx'
import { PAGE_SIZE, type PageInfo, type Place, pageVariables } from './pager.tsx'

/** A page of a list, as the API gives it. */
export interface Connection<Row> {
  readonly nodes: readonly Row[]
  readonly pageInfo: PageInfo
  readonly totalCount: number
  readonly totalCountIsExact: boolean
}

/** A list that a page shows. */
export interface List<Row> {
  /** Undefined until it is fetched. */
  readonly shown: Connection<Row> | undefined
  readonly error: ApiFailure | null
  /** Whether what is shown is of the question before. */
  readonly isStale: boolean
  readonly isFetching: boolean
  /** When what is shown was fetched, in milliseconds. */
  readonly fetchedAt: number
  refetch(): void
  /** The rows after a cursor, for a file. */
  exported(after: string | null, signal: AbortSignal): Promise<ExportPage<Row>>
}

type Placed = 'first' | 'after' | 'last' | 'before'

interface ListOptions<Q extends AnyQuery, Row> {
  /** Those of the query, but for its place. */
  readonly variables: Omit<VariablesOf<Q>, Placed>
  readonly place: Place
  /** Where in the answer the list is. */
  readonly of: (answer: ResultOf<Q>) => Connection<Row> | null
  /** Milliseconds between two askings. */
  readonly every?: number
  /** How many rows a file takes with each request. */
  readonly exportSize?: number
  /** What a file is asked with besides. */
  readonly exportWith?: (after: string | null) => Partial<VariablesOf<Q>>
}

/** Asks for a list, at the place and with the filters that its address has. */
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
