/** Queries whose types come from the schema (`introspection.ts`); at run time a query is only its text. */
import type { initGraphQLTada, ResultOf, VariablesOf } from 'gql.tada'
import type { Introspection } from './introspection.ts'

type Tada = ReturnType<
  typeof initGraphQLTada<{
    introspection: Introspection
    disableMasking: true
    scalars: { UUID: string; Date: string; DateTime: string; ID: string; JSON: unknown }
  }>
>

/** The result and the variables of a query. */
export type { ResultOf, VariablesOf }

/** Declares a query, mutation, subscription or fragment; the second argument lists the fragments that it uses. */
export const graphql = ((text: string, fragments: readonly string[] = []): string => {
  // Each definition once, even if several fragments include it.
  const definitions = [text, ...fragments.flatMap((each) => each.split(SEPARATOR))]
  return [...new Set(definitions.map((each) => each.trim()))].join(SEPARATOR)
}) as unknown as Tada

const SEPARATOR = '\n\n# and\n'

/** The name of an operation, for cache keys. */
export function nameOf(query: string): string {
  return /(?:query|mutation|subscription)\s+(\w+)/.exec(query)?.[1] ?? query
}
