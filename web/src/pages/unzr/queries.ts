/** Queries of the pages about UNZR info. */
import { graphql, type ResultOf } from '../../graphql/graphql.ts'

const LINE = graphql(`
  fragment UnzrLine on UnzrInfo {
    databaseId unzr jobStatus syncedAt infoDeletedAt insertedAt updatedAt updatedBy
    info { lastName firstName middleName dateBirth }
  }
`)

/** A UNZR request as shown in lists. */
export type UnzrLine = ResultOf<typeof LINE>

/** A page of the list. */
export const UNZR_INFOS = graphql(
  `
  query UnzrInfos($filter: UnzrInfoFilter, $first: Int, $after: String, $last: Int, $before: String) {
    unzrInfoRegisters(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes { ...UnzrLine }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount totalCountIsExact
    }
  }
`,
  [LINE],
)

const DETAIL = graphql(`
  fragment UnzrDetail on UnzrInfo {
    databaseId unzr jobStatus error { code params text } errorCode syncedAt infoDeletedAt insertedAt insertedBy updatedAt updatedBy
    info {
      lastName firstName middleName dateBirth gender rnokpp others
      documents { type serial number issuedAt issuedBy expirationDate status others }
    }
  }
`)

/** All details of one UNZR. */
export type UnzrDetail = ResultOf<typeof DETAIL>

/** One UNZR's details. */
export const UNZR_INFO = graphql(`query UnzrInfo($id: ID!) { node(id: $id) { __typename ...UnzrDetail } }`, [DETAIL])

/** Finds an earlier request for a UNZR without asking the registry. */
export const KNOWN_UNZR = graphql(`query KnownUnzr($unzr: String!) { unzrInfoRegister(unzr: $unzr) { databaseId } }`)

/** Asks the registry. */
export const SYNC_UNZR = graphql(`
  mutation SyncUnzr($input: SyncUnzrInfoRegisterInput!) {
    syncUnzrInfoRegister(input: $input) { unzrInfo { databaseId } }
  }
`)
