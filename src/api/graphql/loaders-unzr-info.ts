/** The loaders of UNZR info, of each request to the API its own. */
import { findErrorCodes } from '../../unzr-info/unzr-info.ts'
import type { GraphqlContext } from './context.ts'
import { Loader } from './loaders.ts'

interface UnzrInfoLoaders {
  /** Codes of errors, by the id of the row. */
  readonly errors: Loader<string, string>
}

const ofRequests = new WeakMap<GraphqlContext, UnzrInfoLoaders>()

/** The loaders of a request to the API. */
export function unzrInfoLoadersOf(context: GraphqlContext): UnzrInfoLoaders {
  const known = ofRequests.get(context)
  if (known !== undefined) return known
  const { database, jobs } = context
  const loaders = {
    errors: new Loader((ids: readonly string[]) => findErrorCodes(database, jobs.unzrInfo, ids)),
  }
  ofRequests.set(context, loaders)
  return loaders
}
