import { findActorEmails, findClientNames } from '../../audit/records.ts'
import { Loader, perRequest } from './loaders.ts'

/** Who the users and clients of the audit's records are. */
export const auditLoadersOf = perRequest(({ database }) => ({
  emails: new Loader((ids: readonly string[]) => findActorEmails(database, ids)),
  clients: new Loader((ids: readonly string[]) => findClientNames(database, ids)),
}))
