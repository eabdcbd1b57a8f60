/** Queries of the settings page. */
import { graphql, type ResultOf } from '../../graphql/graphql.ts'

/** All parameters. */
export const PARAMETERS = graphql(`
  query Parameters { globalParameters { id databaseId parameter value updatedAt updatedBy } }
`)

/** A parameter. */
export type Parameter = ResultOf<typeof PARAMETERS>['globalParameters'][number]

/** Changes the given parameters. */
export const CHANGE = graphql(`
  mutation ChangeParameters($parameters: [GlobalParameterInput!]!) {
    updateGlobalParameters(input: { parameters: $parameters }) { globalParameters { parameter value } }
  }
`)
