/** The loaders of the audit: who the users and clients of its records are, of each request to the API its own. */
import { findActorEmails, findClientNames } from '../../audit/records.ts'
import type { GraphqlContext } from './context.ts'
import { Loader } from './loaders.ts'

interface AuditLoaders {
  readonly emails: Loader<string, string>
  readonly clients: Loader<string, string>
}

const ofRequests = new WeakMap<GraphqlContext, AuditLoaders>()

/** The loaders of a request to the API. */
export function auditLoadersOf(context: GraphqlContext): AuditLoaders {
  const known = ofRequests.get(context)
  if (known !== undefined) return known
  const { database } = context
  const loaders = {
    emails: new Loader((ids: readonly string[]) => findActorEmails(database, ids)),
    clients: new Loader((ids: readonly string[]) => findClientNames(database, ids)),
  }
  ofRequests.set(context, loaders)
  return loaders
}
