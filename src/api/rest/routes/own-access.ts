/** What users do about their own access (spec 6.4). */
import { z } from 'zod'
import { changeOwnPassword } from '../../../access/change-password.ts'
import { WEAKNESSES } from '../../../access/password-rules.ts'
import { invalid } from '../../errors.ts'
import { guardedRoute, type Route } from '../route.ts'
import { uncheckedError } from '../unchecked-error.ts'

const MOST = 1024
const required = z.string().min(1).max(MOST)

function wrong(entry: string, description: string) {
  return invalid([{ entryType: 'json_data_property', entry, rule: 'invalid', description }])
}

const password = guardedRoute({
  method: 'POST',
  path: '/oauth/password',
  summary: "Change one's own password",
  description:
    'The new password has 12 characters at least, and is neither common nor easy to guess. All tokens of the user end with the change, that of the request as well. Wrong passwords slow down those that follow (429).',
  tag: 'Access',
  access: { scopes: [] },
  body: z.strictObject({ password: required, new_password: z.string() }),
  errors: { 403: 'users sign in at the OpenID provider alone', 429: 'too many wrong passwords: wait' },
  examples: [
    {
      summary: 'Not the password of before',
      body: { password: 'a guess', new_password: 'four long words together' },
      status: 422,
    },
  ],
  async handle({ body }, { database, policy, address, device, actor, principal: { email } }) {
    const operation = 'POST /oauth/password'
    const outcome = await changeOwnPassword(database, policy, {
      ...{ email, password: body.password, newPassword: body.new_password, address, device, actor, operation },
    })
    switch (outcome.kind) {
      case 'changed':
        return undefined
      case 'weak':
        throw wrong('$.new_password', `password is too weak: ${WEAKNESSES[outcome.weakness]}`)
      case 'refused':
        // Not 401, which says of the token that it is no good.
        throw wrong('$.password', 'password is wrong')
      default:
        throw uncheckedError(outcome, '')
    }
  },
})

/** The routes of one's own access. */
export const ownAccessRoutes: readonly Route[] = [password]
