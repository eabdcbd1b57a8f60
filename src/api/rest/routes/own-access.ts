/** Users' own access (spec 6.4). */
import { z } from 'zod'
import { changeOwnPassword } from '../../../access/change-password.ts'
import type { Unchecked } from '../../../access/login.ts'
import { WEAKNESSES } from '../../../access/password-rules.ts'
import { type ApiError, invalid, TEXTS } from '../../errors.ts'
import { guardedRoute, type Route } from '../route.ts'
import { uncheckedError } from '../unchecked-error.ts'

const MOST = 1024
const required = z.string().min(1).max(MOST)

function wrong(entry: string, description: string) {
  return invalid([{ entryType: 'json_data_property', entry, rule: 'invalid', description }])
}

/** Errors of a password or code given by a signed-in user: not 401, which would mean that the token is invalid. */
export function ownError(unchecked: Unchecked): ApiError {
  switch (unchecked.kind) {
    case 'refused':
      return wrong('$.password', 'password is wrong')
    case 'code_needed':
      return wrong('$.code', TEXTS.codeNeeded)
    case 'code_wrong':
      return wrong('$.code', TEXTS.codeWrong)
    default:
      return uncheckedError(unchecked, '')
  }
}

const password = guardedRoute({
  method: 'POST',
  path: '/oauth/password',
  summary: "Change the user's password",
  description:
    'The new password has at least 12 characters, and is neither common nor easy to guess. All tokens of the user end with the change, including that of the request. With a second factor a `code`, or a recovery code, is required. Wrong passwords delay later attempts (429).',
  tag: 'Access',
  access: { scopes: [] },
  personal: 'nobody',
  body: z.strictObject({ password: required, new_password: z.string(), code: z.string().max(64).optional() }),
  errors: { 403: 'users sign in only at the OpenID provider', 429: 'too many wrong passwords: wait' },
  examples: [
    {
      summary: 'Not the old password',
      body: { password: 'a guess', new_password: 'four long words together' },
      status: 422,
    },
  ],
  async handle({ body }, { database, policy, address, device, actor, principal: { email } }) {
    const operation = 'POST /oauth/password'
    const outcome = await changeOwnPassword(database, policy, {
      email,
      password: body.password,
      newPassword: body.new_password,
      code: body.code,
      address,
      device,
      actor,
      operation,
    })
    switch (outcome.kind) {
      case 'changed':
        return undefined
      case 'weak':
        throw wrong('$.new_password', `password is too weak: ${WEAKNESSES[outcome.weakness]}`)
      default:
        throw ownError(outcome)
    }
  },
})

/** The routes of the user's own access. */
export const ownAccessRoutes: readonly Route[] = [password]
