import { findPreviewsOf, type Preview } from '../../employee-requests/preview.ts'
import { findApprovedEmployees, findInvitedUsers, type ReadRequest } from '../../employee-requests/read.ts'
import { Loader, perRequest } from './loaders.ts'

/** Loads what employee requests show besides: previews, the employees that approvals created, and user ids by e-mail. */
export const requestLoadersOf = perRequest(({ database, jobs }) => ({
  previews: new Loader(async (requests: readonly ReadRequest[]): Promise<ReadonlyMap<ReadRequest, Preview>> => {
    const previews = await findPreviewsOf(database, requests, jobs.requests)
    return new Map(
      requests.flatMap((each) => {
        const preview = previews.get(each.id)
        return preview === undefined ? [] : [[each, preview]]
      }),
    )
  }),
  employees: new Loader((ids: readonly string[]) => findApprovedEmployees(database, ids)),
  users: new Loader((emails: readonly string[]) => findInvitedUsers(database, emails)),
}))
