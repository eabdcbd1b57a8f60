/** Queries of the pages about jobs. */
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

/** The current state of jobs that are already shown, so that they update in place. */
export const JOBS_NOW = graphql(`query JobsNow($ids: [ID!]!) { nodes(ids: $ids) { ... on Job { ...JobLine } } }`, [
  JOB_LINE,
])

/** One job; null if it does not exist or was deleted. */
export const JOB = graphql(`query Job($id: ID!) { node(id: $id) { ... on Job { ...JobLine } } }`, [JOB_LINE])

/** Queues jobs again. */
export const RETRY = graphql(`
  mutation RetryJobs($ids: [ID!]!) { retryJobs(input: { ids: $ids }) { jobs { id state } } }
`)

/** Cancels jobs. */
export const CANCEL = graphql(`
  mutation CancelJobs($ids: [ID!]!) { cancelJobs(input: { ids: $ids }) { jobs { id state } } }
`)
