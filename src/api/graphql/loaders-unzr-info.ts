import { findErrorCodes } from '../../unzr-info/unzr-info.ts'
import { Loader, perRequest } from './loaders.ts'

/** Loads error codes by the ids of UNZR info. */
export const unzrInfoLoadersOf = perRequest(({ database, jobs }) => ({
  errors: new Loader((ids: readonly string[]) => findErrorCodes(database, jobs.unzrInfo, ids)),
}))
