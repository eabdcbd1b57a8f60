/** The loaders of employee requests, of each request to the API its own. */
import { findPreviewsOf, type Preview } from '../../employee-requests/preview.ts'
import {
  type ApprovedEmployee,
  findApprovedEmployees,
  findInvitedUsers,
  type ReadRequest,
} from '../../employee-requests/read.ts'
import type { GraphqlContext } from './context.ts'
import { Loader } from './loaders.ts'

interface RequestLoaders {
  readonly previews: Loader<ReadRequest, Preview>
  readonly employees: Loader<string, ApprovedEmployee>
  /** Ids of users, by e-mail. */
  readonly users: Loader<string, string>
}

const ofRequests = new WeakMap<GraphqlContext, RequestLoaders>()

/** The loaders of a request to the API. */
export function requestLoadersOf(context: GraphqlContext): RequestLoaders {
  const known = ofRequests.get(context)
  if (known !== undefined) return known
  const { database, jobs } = context
  const loaders = {
    previews: new Loader(async (requests: readonly ReadRequest[]) => {
      const previews = await findPreviewsOf(database, requests, jobs.requests)
      return new Map(
        requests.flatMap((each) => (previews.has(each.id) ? [[each, previews.get(each.id) as Preview]] : [])),
      )
    }),
    employees: new Loader((ids: readonly string[]) => findApprovedEmployees(database, ids)),
    users: new Loader((emails: readonly string[]) => findInvitedUsers(database, emails)),
  }
  ofRequests.set(context, loaders)
  return loaders
}
