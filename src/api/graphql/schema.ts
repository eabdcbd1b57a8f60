import type { GraphQLSchema } from 'graphql'
import { enforceAccess } from './access.ts'
import { createBuilder } from './builder.ts'
import { enforcePersonal } from './personal.ts'
import { addAudit } from './types/audit.ts'
import { addEmployeeRequests } from './types/employee-requests.ts'
import { addEvents } from './types/events.ts'
import { addGlobalParameters } from './types/global-parameters.ts'
import { addJobs } from './types/jobs.ts'
import { addMessage } from './types/message.ts'
import { addPeople } from './types/persons-and-parties.ts'
import { addRuns } from './types/runs.ts'
import { addUnzrInfo } from './types/unzr-info.ts'
import { addViewer } from './types/viewer.ts'

/** The schema of the admin API, with access control, masking and read auditing enforced (spec 4). Each file of `types/` adds one part. */
export function createSchema(): GraphQLSchema {
  const builder = createBuilder()
  addAudit(builder)
  addViewer(builder)
  const message = addMessage(builder)
  addPeople(builder, message)
  addRuns(builder, message)
  addUnzrInfo(builder, message)
  addJobs(builder, message)
  addEmployeeRequests(builder)
  addEvents(builder)
  addGlobalParameters(builder)
  return enforceAccess(enforcePersonal(builder.toSchema()))
}
