/**
 * Approving and rejecting an employee request (spec 5): under the paths of the platform's page, and under the platform's own (spec 5.0.1).
 */
import type { Scope } from '../../../access/scopes.ts'
import { confirmRequest, rejectRequest } from '../../../employee-requests/answer.ts'
import { approveRequest } from '../../../employee-requests/approve.ts'
import type { Answering } from '../../../employee-requests/checks.ts'
import type { Access } from '../../enforce.ts'
import { refusalError } from '../../refusals.ts'
import { DECISION_EXAMPLES } from '../decision-examples.ts'
import { shownRequest } from '../request-shape.ts'
import { type AuthorizedContext, guardedRoute, type Route, type RouteExample } from '../route.ts'
import { sentOnce } from '../sent-once.ts'
import { idParams } from '../shapes.ts'

// A missing scope is 401 (spec 5.1.1).
function accessBy(own: Scope): Access {
  return { scopes: ['employee_request:update'], orAnyOf: [own], missingScopeStatus: 401 }
}

const SHARED = {
  tag: 'Employee requests',
  personal: { reads: 'itself', masks: 'party' },
  params: idParams,
  errors: {
    401: 'No valid token, or the scope is missing',
    403: 'The request invites somebody else, or it has expired',
    409: 'The request was answered already',
    413: 'The body is too large',
  },
} as const

const APPROVE = {
  ...SHARED,
  summary: 'Approve an employee request as the invited person',
  description:
    'Creates or changes the party and the employee, grants the role, submits the party for verification, and sends a mail. All or nothing. A body is ignored.',
  access: accessBy('employee_request:approve'),
  errors: {
    ...SHARED.errors,
    404: 'No such request, or no such employee',
    409: 'The request was answered already, the employee is dismissed, or the party has another user and the NHS did not confirm the request',
    422: 'The user belongs to another party, or there is no role for the employee type',
  },
}

const REJECT = {
  ...SHARED,
  summary: 'Reject an employee request as the invited person',
  description: 'A body is ignored.',
  access: accessBy('employee_request:reject'),
  errors: { ...SHARED.errors, 404: 'No such request' },
}

async function decide(
  action: 'approve' | 'reject',
  operation: string,
  id: string,
  { database, jobs, actor, principal, sending }: AuthorizedContext,
) {
  const by: Answering = { actor, email: principal.email, operation, sending }
  const outcome =
    action === 'approve'
      ? await approveRequest({ database, jobs: jobs.jobs, knownParty: jobs.requests.knownParty }, id, by)
      : await rejectRequest(database, id, by)
  if (outcome.kind === 'refused') throw refusalError(outcome.refusal)
  return outcome.request
}

function decision(action: 'approve' | 'reject', method: 'POST' | 'PATCH', path: string, example: RouteExample): Route {
  return guardedRoute({
    ...(action === 'approve' ? APPROVE : REJECT),
    ...{ method, path, data: shownRequest, takesKey: method === 'POST', examples: [example] },
    handle({ params }, context) {
      const operation = `${method} ${path}`
      return sentOnce(context, operation, () => decide(action, operation, params.id, context))
    },
  })
}

function actions(path: string, examples: (typeof DECISION_EXAMPLES)['bySeed']): Route[] {
  return [
    decision('approve', 'POST', `${path}/approve`, examples.approve),
    decision('reject', 'PATCH', `${path}/reject`, examples.reject),
    decision('reject', 'POST', `${path}/reject`, examples.postReject),
  ]
}

const BY_SEED = '/employee_requests/:id/actions'
const BY_PLATFORM = '/api/employee_requests/:id'

const confirm = guardedRoute({
  ...SHARED,
  ...{ method: 'POST', path: `${BY_PLATFORM}/confirm`, data: shownRequest, takesKey: true },
  summary: 'Confirm a request about somebody who already has another user',
  description:
    'For the NHS. Without it only a user of the party can approve such a request (EMPLOYEE_REQUEST_KNOWN_PARTY). It approves nothing by itself; repeating it changes nothing.',
  access: { scopes: ['employee_request:confirm'], isForNhs: true },
  errors: {
    403: 'The token has no access, or the request has expired',
    404: 'No such request',
    409: 'The request was answered already',
  },
  examples: [DECISION_EXAMPLES.confirm],
  handle({ params }, context) {
    const { database, actor, sending } = context
    const operation = `POST ${BY_PLATFORM}/confirm`
    return sentOnce(context, operation, async () => {
      const outcome = await confirmRequest(database, params.id, { actor, operation, sending })
      if (outcome.kind === 'refused') throw refusalError(outcome.refusal)
      return outcome.request
    })
  },
})

/** The routes of decisions. */
export const employeeRequestDecisionRoutes: readonly Route[] = [
  confirm,
  decision('approve', 'POST', `${BY_PLATFORM}/approve`, DECISION_EXAMPLES.approve),
  decision('reject', 'POST', `${BY_PLATFORM}/reject`, DECISION_EXAMPLES.reject),
  ...actions(BY_SEED, DECISION_EXAMPLES.bySeed),
  ...actions(`${BY_PLATFORM}/actions`, DECISION_EXAMPLES.byAlias),
]
