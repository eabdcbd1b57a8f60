/** Queries of the events page. */
import { graphql, type ResultOf } from '../../graphql/graphql.ts'

const EVENT_LINE = graphql(`
  fragment EventLine on Event {
    id databaseId eventType entityType entityId properties eventTime changedBy
  }
`)

/** An event. */
export type EventLine = ResultOf<typeof EVENT_LINE>

/** A page of the list. */
export const EVENTS = graphql(
  `
  query Events($filter: EventFilter, $first: Int, $after: String, $last: Int, $before: String) {
    events(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes { ...EventLine }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount totalCountIsExact
    }
  }
`,
  [EVENT_LINE],
)
