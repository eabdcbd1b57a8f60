/** What the pages about jobs ask. */
import { graphql, type ResultOf } from '../../graphql/graphql.ts'

const JOB_LINE = graphql(`
  fragment JobLine on Job {
    id databaseId queue subjectId state attempts maxAttempts error { code params text } errorCode startAfter insertedAt startedAt completedAt
  }
`)

/** A job. */
export type JobLine = ResultOf<typeof JOB_LINE>

/** A page of the list. */
export const JOBS = graphql(
  `
  query Jobs($filter: JobFilter, $first: Int, $after: String, $last: Int, $before: String) {
    jobs(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes { ...JobLine }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount totalCountIsExact
    }
  }
`,
  [JOB_LINE],
)

/** Jobs that are shown already, as they are now: so that they change in their places. */
export const JOBS_NOW = graphql(`query JobsNow($ids: [ID!]!) { nodes(ids: $ids) { ... on Job { ...JobLine } } }`, [
  JOB_LINE,
])

/** One job; null where there is none, or no longer. */
export const JOB = graphql(`query Job($id: ID!) { node(id: $id) { ... on Job { ...JobLine } } }`, [JOB_LINE])

/** Puts jobs back in the line. */
export const RETRY = graphql(`
  mutation RetryJobs($ids: [ID!]!) { retryJobs(input: { ids: $ids }) { jobs { id state } } }
`)

/** Ends them. */
export const CANCEL = graphql(`
  mutation CancelJobs($ids: [ID!]!) { cancelJobs(input: { ids: $ids }) { jobs { id state } } }
`)
