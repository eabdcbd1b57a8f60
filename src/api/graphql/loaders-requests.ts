/** The loaders of employee requests, of each request to the API its own. */
import { type ApprovedEmployee, findApprovedEmployees, findInvitedUsers } from '../../employee-requests/read.ts'
import type { GraphqlContext } from './context.ts'
import { Loader } from './loaders.ts'

interface RequestLoaders {
  readonly employees: Loader<string, ApprovedEmployee>
  /** Ids of users, by e-mail. */
  readonly users: Loader<string, string>
}

const ofRequests = new WeakMap<GraphqlContext, RequestLoaders>()

/** The loaders of a request to the API. */
export function requestLoadersOf(context: GraphqlContext): RequestLoaders {
  const known = ofRequests.get(context)
  if (known !== undefined) return known
  const { database } = context
  const loaders = {
    employees: new Loader((ids: readonly string[]) => findApprovedEmployees(database, ids)),
    users: new Loader((emails: readonly string[]) => findInvitedUsers(database, emails)),
  }
  ofRequests.set(context, loaders)
  return loaders
}
