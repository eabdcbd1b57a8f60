import type { Route } from './route.ts'
import { employeeRequestCreationRoutes } from './routes/employee-request-creation.ts'
import { employeeRequestDecisionRoutes } from './routes/employee-request-decisions.ts'
import { employeeRequestInvitationRoutes } from './routes/employee-request-invitations.ts'
import { employeeRequestRoutes } from './routes/employee-requests.ts'
import { eventRoutes } from './routes/events.ts'
import { globalParameterRoutes } from './routes/global-parameters.ts'
import { ownAccessRoutes } from './routes/own-access.ts'
import { partyRoutes } from './routes/parties.ts'
import { personRoutes } from './routes/persons.ts'
import { secondFactorRoutes } from './routes/second-factor.ts'
import { tokenRoutes } from './routes/tokens.ts'

/** Every route of the REST API. The server, the OpenAPI document and the access tests read this list. */
export const routes: readonly Route[] = [
  ...personRoutes,
  ...partyRoutes,
  ...eventRoutes,
  ...globalParameterRoutes,
  ...employeeRequestCreationRoutes,
  ...employeeRequestRoutes,
  ...employeeRequestInvitationRoutes,
  ...employeeRequestDecisionRoutes,
  ...tokenRoutes,
  ...ownAccessRoutes,
  ...secondFactorRoutes,
]
