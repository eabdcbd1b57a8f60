/** Queries of the audit page. */
import { graphql, type ResultOf } from '../../graphql/graphql.ts'

const AUDIT_LINE = graphql(`
  fragment AuditLine on AuditRecord {
    at action operation userId userEmail clientId clientName tokenId requestId subjectKind subjectIds reason fields
    result occurrences address operator
  }
`)

/** An audit record. */
export type AuditLine = ResultOf<typeof AUDIT_LINE>

/** A page of the list. */
export const AUDIT = graphql(
  `
  query Audit($filter: AuditFilter, $isExport: Boolean, $first: Int, $after: String, $last: Int, $before: String) {
    audit(filter: $filter, isExport: $isExport, first: $first, after: $after, last: $last, before: $before) {
      nodes { ...AuditLine }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount totalCountIsExact
    }
  }
`,
  [AUDIT_LINE],
)
