/** What the page of the settings asks. */
import { graphql, type ResultOf } from '../../graphql/graphql.ts'

/** All parameters. */
export const PARAMETERS = graphql(`
  query Parameters { globalParameters { id databaseId parameter value updatedAt updatedBy } }
`)

/** A parameter. */
export type Parameter = ResultOf<typeof PARAMETERS>['globalParameters'][number]

/** Changes those that are named. */
export const CHANGE = graphql(`
  mutation ChangeParameters($parameters: [GlobalParameterInput!]!) {
    updateGlobalParameters(input: { parameters: $parameters }) { globalParameters { parameter value } }
  }
`)
