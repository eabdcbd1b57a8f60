/** Invitations to answer an employee request (spec 5): sending again, and creating the invited person's user. */
import { z } from 'zod'
import { WEAKNESSES } from '../../../access/password-rules.ts'
import { type BecameUser, createInvitedUser, inviteAgain } from '../../../employee-requests/invitation.ts'
import { type ApiError, forbidden, invalid, TEXTS } from '../../errors.ts'
import { refusalError } from '../../refusals.ts'
import { INVITATION_EXAMPLES } from '../invitation-examples.ts'
import { shownRequest } from '../request-shape.ts'
import { guardedRoute, publicRoute, type Route } from '../route.ts'
import { sentOnce } from '../sent-once.ts'
import { idParams } from '../shapes.ts'
import { tooEarly } from '../unchecked-error.ts'
import { seenBy } from '../verification-lists.ts'

const TAG = 'Employee requests'

const invite = guardedRoute({
  method: 'POST',
  path: '/api/employee_requests/:id/invite',
  summary: 'Repeat the invitation',
  description: 'Links of earlier invitations become invalid.',
  tag: TAG,
  access: { scopes: ['employee_request:write'] },
  personal: { reads: 'itself', masks: 'party' },
  params: idParams,
  data: shownRequest,
  takesKey: true,
  errors: {
    403: 'The token has no access, or the request has expired',
    404: 'There is no such request, or it belongs to another legal entity',
    409: 'The request was answered already',
    429: 'too many invitations to this e-mail within a day, or of this legal entity within an hour',
  },
  examples: [INVITATION_EXAMPLES.invite],
  handle({ params }, context) {
    const { database, jobs, principal, actor, sending } = context
    const operation = 'POST /api/employee_requests/:id/invite'
    const by = { actor, operation, legalEntityId: seenBy(principal), mails: jobs.requests.mails, sending }
    return sentOnce(context, operation, async () => {
      const outcome = await inviteAgain(database, jobs.jobs, params.id, by)
      if (outcome.kind === 'refused') throw refusalError(outcome.refusal)
      return outcome.request
    })
  },
})

const user = publicRoute({
  method: 'POST',
  path: '/api/employee_requests/:id/user',
  summary: 'Become a user with the invitation from a mail',
  description:
    'A password has at least 12 characters, and is neither common nor easy to guess. The secret works once. Wrong secrets delay later attempts (429).',
  tag: TAG,
  access: 'public',
  params: idParams,
  body: z.strictObject({
    invite: z.string().optional().describe('The secret of the link.'),
    password: z.string().optional(),
  }),
  data: z.object({ id: z.guid(), email: z.string() }),
  success: { 201: 'Created' },
  errors: {
    403: 'The secret is wrong or was used, the request has expired, or users sign in only at an OpenID provider',
    404: 'There is no such request',
    409: 'The request was answered already, or there is a user with this e-mail',
    429: 'too many wrong secrets: wait',
  },
  examples: [INVITATION_EXAMPLES.user, INVITATION_EXAMPLES.used],
  async handle({ params, body }, { database, policy, address, requestId }) {
    const outcome = await createInvitedUser(database, policy, {
      ...{ id: params.id, invite: body.invite ?? '', password: body.password, address, requestId },
      operation: 'POST /api/employee_requests/:id/user',
    })
    if (outcome.kind !== 'created') throw errorOf(outcome)
    return { status: 201, data: { id: outcome.id, email: outcome.email } }
  },
})

function errorOf(outcome: Exclude<BecameUser, { kind: 'created' }>): ApiError {
  switch (outcome.kind) {
    case 'refused':
      return refusalError(outcome.refusal)
    case 'too_early':
      return tooEarly(outcome.seconds)
    case 'switched_off':
      return forbidden(TEXTS.noPasswords)
    case 'weak': {
      const place = { entryType: 'json_data_property', entry: '$.password' } as const
      return outcome.weakness === undefined
        ? invalid([{ ...place, rule: 'required', description: 'required property password was not present' }])
        : invalid([{ ...place, rule: 'invalid', description: `password is too weak: ${WEAKNESSES[outcome.weakness]}` }])
    }
  }
}

/** The routes of invitations. */
export const employeeRequestInvitationRoutes: readonly Route[] = [invite, user]
