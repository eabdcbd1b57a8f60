/** Queries whose types come from the schema (`introspection.ts`); at run time a query is its text and nothing else. */
import type { initGraphQLTada, ResultOf, VariablesOf } from 'gql.tada'
import type { Introspection } from './introspection.ts'

type Tada = ReturnType<
  typeof initGraphQLTada<{
    introspection: Introspection
    disableMasking: true
    scalars: { UUID: string; Date: string; DateTime: string; ID: string; JSON: unknown }
  }>
>

/** The answer of a query, and what it takes. */
export type { ResultOf, VariablesOf }

/** Declares a query, a mutation, a subscription or a fragment; fragments that it uses are its second argument. */
export const graphql = ((text: string, fragments: readonly string[] = []): string => {
  // Each definition once, however many fragments bring it along.
  const definitions = [text, ...fragments.flatMap((each) => each.split(SEPARATOR))]
  return [...new Set(definitions.map((each) => each.trim()))].join(SEPARATOR)
}) as unknown as Tada

const SEPARATOR = '\n\n# and\n'

/** The name of an operation, for the keys of the cache. */
export function nameOf(query: string): string {
  return /(?:query|mutation|subscription)\s+(\w+)/.exec(query)?.[1] ?? query
}
