/** What the pages about UNZR info ask. */
import { graphql, type ResultOf } from '../../graphql/graphql.ts'

const LINE = graphql(`
  fragment UnzrLine on UnzrInfo {
    databaseId unzr jobStatus syncedAt infoDeletedAt insertedAt updatedAt updatedBy
    info { lastName firstName middleName dateBirth }
  }
`)

/** What was asked about one UNZR, as lists show it. */
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

/** All that is known about one UNZR. */
export type UnzrDetail = ResultOf<typeof DETAIL>

/** One of them. */
export const UNZR_INFO = graphql(`query UnzrInfo($id: ID!) { node(id: $id) { __typename ...UnzrDetail } }`, [DETAIL])

/** Whether anything was asked about a UNZR, and where that is. The registry is not asked. */
export const KNOWN_UNZR = graphql(`query KnownUnzr($unzr: String!) { unzrInfoRegister(unzr: $unzr) { databaseId } }`)

/** Asks the registry. */
export const SYNC_UNZR = graphql(`
  mutation SyncUnzr($input: SyncUnzrInfoRegisterInput!) {
    syncUnzrInfoRegister(input: $input) { unzrInfo { databaseId } }
  }
`)
