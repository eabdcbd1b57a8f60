/** Queries and mutations in components. What is shown stays while newer data are fetched, and nothing is fetched while the tab is hidden. */
import { QueryClient, useMutation, useQuery, useQueryClient } from '@tanstack/react-query'
import type { ResultOf, TadaDocumentNode, VariablesOf } from 'gql.tada'
import { connection } from '../app/connection.ts'
import { nameOf } from './graphql.ts'
import { ApiFailure, ask } from './request.ts'
import { shared } from './sharing.ts'

/** Any query there is; its own types come back by ResultOf and VariablesOf. */
// biome-ignore lint/suspicious/noExplicitAny: as it says
export type AnyQuery = TadaDocumentNode<any, any>

/** The cache of answers. */
export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      // An answer that says no will say so again; where none came, the connection says when to ask again.
      retry: false,
      staleTime: 1000,
      networkMode: 'always',
      refetchIntervalInBackground: false,
      // By ids, unlike the library's own, to which each row is another one when one is added above.
      structuralSharing: shared,
    },
    mutations: { retry: false, networkMode: 'always' },
  },
})

connection.state.watch(() => {
  if (!connection.state.get().isLost) void queryClient.invalidateQueries()
})

/** How a component asks. */
export interface AskOptions {
  /** Milliseconds between two askings; it rests while the tab is hidden. */
  readonly every?: number
  /** False: not yet. */
  readonly isEnabled?: boolean
  /** Whether the answer before stays in sight while another page or filter is fetched. Else the skeleton is shown. */
  readonly keepsPrevious?: boolean
}

/** Asks a query, and again when its variables change. */
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

/** Asks once, outside of a component's drawing: an export, a count before an act. */
export async function askOnce<Q extends AnyQuery>(query: Q, variables: VariablesOf<Q>, signal?: AbortSignal) {
  return (await ask(query as unknown as string, variables, signal)) as ResultOf<Q>
}

/** A mutation; when it is done, all that is shown is fetched anew. */
export function useAct<Q extends AnyQuery>(mutation: Q) {
  const client = useQueryClient()
  return useMutation<ResultOf<Q>, ApiFailure, VariablesOf<Q>>({
    mutationFn: async (variables) => (await ask(mutation as unknown as string, variables)) as ResultOf<Q>,
    onSettled: () => client.invalidateQueries(),
  })
}

/** A failure as one of the API's, whatever was thrown. */
export function asFailure(error: unknown): ApiFailure {
  return error instanceof ApiFailure ? error : new ApiFailure(String(error), { code: 'BROWSER', status: 0 })
}
