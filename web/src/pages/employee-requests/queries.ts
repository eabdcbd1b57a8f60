/** Queries of the pages about employee requests. */
import { graphql, type ResultOf } from '../../graphql/graphql.ts'

const REQUEST_LINE = graphql(`
  fragment RequestLine on EmployeeRequest {
    id databaseId status employeeType position startDate insertedAt updatedAt
    legalEntity { databaseId name edrpou }
    party { firstName lastName secondName noTaxId }
  }
`)

/** A row of the list. */
export type RequestLine = ResultOf<typeof REQUEST_LINE>

/** A page of the list. */
export const REQUESTS = graphql(
  `
  query EmployeeRequests($filter: EmployeeRequestFilter, $first: Int, $after: String, $last: Int, $before: String) {
    employeeRequests(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes { ...RequestLine }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount totalCountIsExact
    }
  }
`,
  [REQUEST_LINE],
)

/** One request with all its details. */
export const REQUEST = graphql(`
  query EmployeeRequest($id: ID!) {
    employeeRequest(id: $id) {
      id databaseId status employeeType position startDate endDate divisionId employeeId specifics userId
      insertedAt insertedBy updatedAt updatedBy confirmedAt confirmedBy
      preview { changesParty renamesParty suspendedContracts needsConfirmation }
      legalEntity { databaseId name edrpou }
      party {
        firstName lastName secondName birthDate gender taxId noTaxId email aboutMyself workingExperience
        documents { type number issuedAt issuedBy expirationDate }
        phones { type number }
      }
      employee { databaseId partyId employeeType position status isActive startDate endDate }
    }
  }
`)

/** Confirms a request about somebody who already has another user, so that it can be approved. */
export const CONFIRM = graphql(`
  mutation ConfirmEmployeeRequest($input: ConfirmEmployeeRequestInput!) {
    confirmEmployeeRequest(input: $input) { employeeRequest { id confirmedAt } }
  }
`)

/** All details of a request. */
export type RequestDetail = NonNullable<ResultOf<typeof REQUEST>['employeeRequest']>
