import { findActorEmails, findClientNames } from '../../audit/records.ts'
import { Loader, perRequest } from './loaders.ts'

/** Loads the users and clients of audit records. */
export const auditLoadersOf = perRequest(({ database }) => ({
  emails: new Loader((ids: readonly string[]) => findActorEmails(database, ids)),
  clients: new Loader((ids: readonly string[]) => findClientNames(database, ids)),
}))
