/** Approving and rejecting an employee request (spec 5): by the paths of seed 004, and as the platform serves them. */
import type { Scope } from '../../../access/scopes.ts'
import { approveRequest } from '../../../employee-requests/approve.ts'
import type { Answering, Refusal } from '../../../employee-requests/checks.ts'
import { rejectRequest } from '../../../employee-requests/reject.ts'
import type { Access } from '../../enforce.ts'
import { type ApiError, conflict, forbidden, notFound, unprocessable } from '../../errors.ts'
import { DECISION_EXAMPLES } from '../decision-examples.ts'
import { shownRequest } from '../request-shape.ts'
import { type AuthorizedContext, guardedRoute, type Route, type RouteExample } from '../route.ts'
import { idParams } from '../shapes.ts'
import { toldRequest } from '../told-request.ts'

const ERRORS: Readonly<Record<Refusal['kind'], (message: string) => ApiError>> = {
  not_found: notFound,
  forbidden,
  conflict,
  unprocessable,
}

/** A refusal as an error of the API. */
export function refusalError({ kind, message }: Refusal): ApiError {
  return ERRORS[kind](message)
}

// A missing scope is 401, as the seed says.
function accessBy(own: Scope): Access {
  return { scopes: ['employee_request:update'], orAnyOf: [own], missingScopeStatus: 401 }
}

const SHARED = {
  tag: 'Employee requests',
  params: idParams,
  errors: {
    401: 'No good token, or one without the scope',
    403: 'The request invites somebody else, or it is expired',
    409: 'The request was answered already',
    413: 'The body is too large',
  },
}

const APPROVE = {
  ...SHARED,
  summary: 'Approve an employee request as the one whom it invites',
  description:
    'Creates or changes the party and the employee, gives the role, submits the party on verification, and sends a mail. All of it happens, or none. A body is not looked at.',
  access: accessBy('employee_request:approve'),
  errors: {
    ...SHARED.errors,
    404: 'No such request, or no such employee',
    409: 'The request was answered already, or the employee is dismissed',
    422: 'The user is another party’s, or no role is named like the employee type',
  },
}

const REJECT = {
  ...SHARED,
  summary: 'Reject an employee request as the one whom it invites',
  description: 'A body is not looked at.',
  access: accessBy('employee_request:reject'),
  errors: { ...SHARED.errors, 404: 'No such request' },
}

async function decide(
  action: 'approve' | 'reject',
  operation: string,
  id: string,
  { database, jobs, actor, principal }: AuthorizedContext,
) {
  const by: Answering = { actor, email: principal.email, operation }
  const outcome =
    action === 'approve'
      ? await approveRequest({ database, jobs: jobs.jobs }, id, by)
      : await rejectRequest(database, id, by)
  if (outcome.kind === 'refused') throw refusalError(outcome.refusal)
  return { data: toldRequest(principal, outcome.request) }
}

function decision(action: 'approve' | 'reject', method: 'POST' | 'PATCH', path: string, example: RouteExample): Route {
  return guardedRoute({
    ...(action === 'approve' ? APPROVE : REJECT),
    ...{ method, path, data: shownRequest, examples: [example] },
    handle: ({ params }, context) => decide(action, `${method} ${path}`, params.id, context),
  })
}

const BY_SEED = '/employee_requests/:id/actions'
const BY_PLATFORM = '/api/employee_requests/:id'

/** The routes of decisions. */
export const employeeRequestDecisionRoutes: readonly Route[] = [
  decision('approve', 'POST', `${BY_PLATFORM}/approve`, DECISION_EXAMPLES.approve),
  decision('reject', 'POST', `${BY_PLATFORM}/reject`, DECISION_EXAMPLES.reject),
  decision('approve', 'POST', `${BY_SEED}/approve`, DECISION_EXAMPLES.approveBySeed),
  decision('reject', 'PATCH', `${BY_SEED}/reject`, DECISION_EXAMPLES.rejectBySeed),
  decision('reject', 'POST', `${BY_SEED}/reject`, DECISION_EXAMPLES.postRejectBySeed),
]
