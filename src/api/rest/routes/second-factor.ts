/** The user's own second factor: enabling and disabling it (docs/access.md). */
import { z } from 'zod'
import {
  beginEnrolment,
  confirmEnrolment,
  type NotDone,
  type OwnSecondFactor,
  ownSecondFactor,
  type SecondFactorResult,
  turnOffSecondFactor,
} from '../../../access/enrolment.ts'
import { attemptOf } from '../../access-acts.ts'
import { type ApiError, conflict, forbidden } from '../../errors.ts'
import { type AuthorizedContext, guardedRoute, publicRoute, type Route, type RouteContext } from '../route.ts'
import { uncheckedError } from '../unchecked-error.ts'
import { ownError } from './own-access.ts'

const required = z.string().min(1).max(1024)
const code = z.string().min(1).max(64)
const begun = z.object({ secret: z.string(), uri: z.string() })
const confirmed = z.object({ recovery_codes: z.array(z.string()) })

const NOT_DONE: Readonly<Record<NotDone['kind'], () => ApiError>> = {
  on_already: () => conflict('The second factor is already on: turn it off first'),
  not_on: () => conflict('There is no second factor to turn off'),
  not_begun: () => conflict('The setup of a second factor was not started, or was started again'),
  not_required: () => forbidden('Sign in to turn on a second factor: it is not required'),
  no_keys: () => conflict('This installation has no keys to encrypt a second factor: ZVIRKA_ENCRYPTION_KEYS_FILE'),
}

function isNotDone(result: { readonly kind: string }): result is NotDone {
  return result.kind in NOT_DONE
}

function resultOf<T>(result: SecondFactorResult<T>, errorOf: typeof ownError): T {
  if (result.kind === 'done') return result.value
  throw isNotDone(result) ? NOT_DONE[result.kind]() : errorOf(result)
}

function bySession(
  { principal: { email, token }, actor, address, device }: AuthorizedContext,
  password: string,
  path: string,
): OwnSecondFactor {
  return {
    ...{ email, password, address, device, author: actor, operation: `POST ${path}` },
    ...{ tokenId: token.id, isSignedIn: true },
  }
}

function byPassword(
  { requestId, address, device }: RouteContext,
  given: { readonly email: string; readonly password: string },
  path: string,
): OwnSecondFactor {
  const author = { requestId, address }
  return { ...given, address, device, author, operation: `POST ${path}`, tokenId: undefined, isSignedIn: false }
}

const errorOfSetup = (unchecked: Parameters<typeof uncheckedError>[0]) =>
  uncheckedError(unchecked, 'E-mail or password are wrong')

// Noted like a failed sign-in: somebody tried an e-mail and a password.
function noteRefusal<T>({ note }: RouteContext, result: SecondFactorResult<T>): void {
  if (result.kind !== 'done' && !isNotDone(result)) note(attemptOf(result))
}

const BASE = '/oauth/second_factor'
const DESCRIPTIONS = {
  begin:
    'Returns a secret for an authenticator app (TOTP: SHA-1, 6 digits, 30 seconds), in Base32 and as an otpauth address. It becomes active when a code is confirmed; an earlier unfinished set-up becomes invalid.',
  confirm:
    'Accepts a code of the app and returns ten recovery codes, which are not shown again. Each works once, instead of a code.',
  setup:
    'For who may not sign in without a second factor and has none yet: with e-mail and password, without a token. ',
}
const taken = {
  409: 'there is one already, no setup was started, or this installation has no keys',
  429: 'too many failures',
}
const closed = { 401: 'wrong e-mail, password or code', 403: 'it is not required: sign in', ...taken }
const guess = { summary: 'Not the password', status: 422 }
const stranger = { email: 'nobody@example.org', password: 'a guess' }

/** The routes of the user's own second factor. */
export const secondFactorRoutes: readonly Route[] = [
  guardedRoute({
    method: 'GET',
    path: BASE,
    summary: "The state of the user's second factor",
    description: '`recovery_codes`: how many are left.',
    tag: 'Access',
    access: { scopes: [] },
    personal: 'nobody',
    data: z.object({
      is_on: z.boolean(),
      is_required: z.boolean(),
      is_available: z.boolean(),
      recovery_codes: z.int(),
    }),
    examples: [
      {
        summary: 'None, and none is required',
        status: 200,
        data: { is_on: false, is_required: false, is_available: false, recovery_codes: 0 },
      },
    ],
    async handle(_input, { database, policy, principal }) {
      return { data: await ownSecondFactor(database, policy, principal.userId) }
    },
  }),
  guardedRoute({
    method: 'POST',
    path: BASE,
    summary: 'Start the setup of a second factor',
    description: DESCRIPTIONS.begin,
    tag: 'Access',
    access: { scopes: [] },
    personal: 'nobody',
    body: z.strictObject({ password: required }),
    data: begun,
    success: { 201: 'Begun' },
    errors: taken,
    examples: [{ ...guess, body: { password: 'a guess' } }],
    async handle({ body: { password } }, context) {
      const { database, policy } = context
      const result = await beginEnrolment(database, policy, bySession(context, password, BASE))
      return { status: 201, data: resultOf(result, ownError) }
    },
  }),
  guardedRoute({
    method: 'POST',
    path: `${BASE}/confirm`,
    summary: 'Turn on the second factor',
    description: `${DESCRIPTIONS.confirm} All other tokens of the user end.`,
    tag: 'Access',
    access: { scopes: [] },
    personal: 'nobody',
    body: z.strictObject({ password: required, code }),
    data: confirmed,
    errors: taken,
    examples: [{ ...guess, body: { password: 'a guess', code: '123456' } }],
    async handle({ body }, context) {
      const given = { ...bySession(context, body.password, `${BASE}/confirm`), code: body.code }
      const result = await confirmEnrolment(context.database, context.policy, given)
      return { data: { recovery_codes: [...resultOf(result, ownError)] } }
    },
  }),
  guardedRoute({
    method: 'POST',
    path: `${BASE}/off`,
    summary: 'Turn off the second factor',
    description:
      'With a code, or a recovery code. All other tokens of the user end; if a second factor is required, that of the request ends too.',
    tag: 'Access',
    access: { scopes: [] },
    personal: 'nobody',
    body: z.strictObject({ password: required, code }),
    errors: taken,
    examples: [{ ...guess, body: { password: 'a guess', code: '123456' } }],
    async handle({ body }, context) {
      const given = { ...bySession(context, body.password, `${BASE}/off`), code: body.code }
      return resultOf(await turnOffSecondFactor(context.database, context.policy, given), ownError)
    },
  }),
  publicRoute({
    method: 'POST',
    path: `${BASE}/setup`,
    summary: 'Start the setup of a required second factor',
    description: `${DESCRIPTIONS.setup}${DESCRIPTIONS.begin}`,
    tag: 'Access',
    access: 'public',
    body: z.strictObject({ email: required, password: required }),
    data: begun,
    success: { 201: 'Begun' },
    errors: closed,
    examples: [{ summary: 'Wrong e-mail or password', body: stranger, status: 401 }],
    async handle({ body }, context) {
      const { database, policy } = context
      const result = await beginEnrolment(database, policy, byPassword(context, body, `${BASE}/setup`))
      noteRefusal(context, result)
      return { status: 201, data: resultOf(result, errorOfSetup) }
    },
  }),
  publicRoute({
    method: 'POST',
    path: `${BASE}/setup/confirm`,
    summary: 'Turn on a required second factor',
    description: `${DESCRIPTIONS.setup}${DESCRIPTIONS.confirm} Then the user signs in, with the next code.`,
    tag: 'Access',
    access: 'public',
    body: z.strictObject({ email: required, password: required, code }),
    data: confirmed,
    errors: closed,
    examples: [{ summary: 'Wrong e-mail or password', body: { ...stranger, code: '123456' }, status: 401 }],
    async handle({ body: { code: first, ...credentials } }, context) {
      const given = { ...byPassword(context, credentials, `${BASE}/setup/confirm`), code: first }
      const result = await confirmEnrolment(context.database, context.policy, given)
      noteRefusal(context, result)
      return { data: { recovery_codes: [...resultOf(result, errorOfSetup)] } }
    },
  }),
]
