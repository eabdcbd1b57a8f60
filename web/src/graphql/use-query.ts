/** Queries and mutations as hooks. Old data stays visible while new data is loaded, and nothing is loaded while the tab is hidden. */
import { QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada'
import { connection } from '../app/connection.ts'
import { nameOf } from './graphql.ts'
import { ApiFailure, ask } from './request.ts'
import { shared } from './sharing.ts'

/** Any query; ResultOf and VariablesOf restore its types. */
// biome-ignore lint/suspicious/noExplicitAny: see above
export type AnyQuery = TadaDocumentNode<any, any>

/** The cache of answers. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // A refusal would be refused again; after a network error the connection store decides when to retry.
      retry: false,
      staleTime: 1000,
      networkMode: 'always',
      refetchIntervalInBackground: false,
      // By id: the library's own structural sharing is by position, so a row added at the top would change every other row.
      structuralSharing: shared,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})

connection.state.watch(() => {
  if (!connection.state.get().isLost) void queryClient.invalidateQueries()
})

/** Options of a query. */
export interface AskOptions {
  /** The polling interval in milliseconds; polling pauses while the tab is hidden. */
  readonly every?: number
  /** False: do not send the query yet. */
  readonly isEnabled?: boolean
  /** Whether the previous result stays visible while another page or filter is loaded. Otherwise the skeleton is shown. */
  readonly keepsPrevious?: boolean
}

/** Sends a query, and again when its variables change. */
export function useAnswer<Q extends AnyQuery>(query: Q, variables: VariablesOf<Q>, options: AskOptions = {}) {
  const { every, isEnabled = true, keepsPrevious = true } = options
  const text = query as unknown as string
  return useQuery<ResultOf<Q>, ApiFailure>({
    queryKey: [nameOf(text), variables],
    queryFn: async ({ signal }) => (await ask(text, variables, signal)) as ResultOf<Q>,
    enabled: isEnabled,
    ...(every === undefined ? {} : { refetchInterval: every }),
    ...(keepsPrevious ? { placeholderData: (before: ResultOf<Q> | undefined) => before } : {}),
  })
}

/** Sends a query once, outside rendering: for an export, or a count before an action. */
export async function askOnce<Q extends AnyQuery>(query: Q, variables: VariablesOf<Q>, signal?: AbortSignal) {
  return (await ask(query as unknown as string, variables, signal)) as ResultOf<Q>
}

/** A mutation. When it succeeds, all visible data is loaded again. */
export function useAct<Q extends AnyQuery>(mutation: Q) {
  const client = useQueryClient()
  return useMutation<ResultOf<Q>, ApiFailure, VariablesOf<Q>>({
    mutationFn: async (variables) => (await ask(mutation as unknown as string, variables)) as ResultOf<Q>,
    onSettled: () => client.invalidateQueries(),
  })
}

/** Converts any thrown error to an `ApiFailure`. */
export function asFailure(error: unknown): ApiFailure {
  return error instanceof ApiFailure ? error : new ApiFailure(String(error), { code: 'BROWSER', status: 0 })
}
