/** Signing in and out (spec 6.4). */
import { z } from 'zod'
import { findClients, signIn } from '../../../access/login.ts'
import { deleteToken } from '../../../access/plans/tokens.ts'
import { type IssuedToken, issueToken } from '../../../access/tokens.ts'
import { audit } from '../../../audit/audit.ts'
import { attemptOf } from '../../access-acts.ts'
import { conflict } from '../../errors.ts'
import { guardedRoute, publicRoute, type Route } from '../route.ts'
import { uncheckedError } from '../unchecked-error.ts'

const MOST = 1024
const required = z.string().min(1).max(MOST)
const MOST_CODE = 64

const login = z.strictObject({
  token: z.strictObject({
    grant_type: z.literal('password'),
    email: required,
    password: required,
    client_id: z.uuid(),
    scope: z.string().max(4096).optional(),
    masked: z.boolean().optional(),
    session: z.boolean().optional(),
    code: z.string().max(MOST_CODE).optional(),
  }),
})

const issued = z.object({
  value: z.string(),
  expires_at: z.int().describe('Seconds since 1970 (Unix time).'),
  user_id: z.guid(),
  details: z.object({ client_id: z.uuid(), scope: z.string(), masked: z.boolean().optional() }),
})

// Rounded down to a second, so that no client uses it after it has expired.
function toldToken({ value, expiresAt }: IssuedToken, user_id: string, details: z.input<typeof issued>['details']) {
  return { value, expires_at: Math.floor(expiresAt.getTime() / 1000), user_id, details }
}

const credentials = z.strictObject({ email: required, password: required })
const clients = z.object({
  clients: z.array(z.object({ id: z.uuid(), name: z.string() })),
  second_factor: z.enum(['nothing', 'code', 'setup']),
})

/** `POST /oauth/tokens` and `DELETE /oauth/tokens`. */
export const tokenRoutes: readonly Route[] = [
  publicRoute({
    method: 'POST',
    path: '/oauth/tokens',
    summary: 'Sign in',
    description:
      'Without `scope` the token has all scopes that the user has in the client. With `masked` it shows masked numbers. With `session` the token is that of a page: it also ends when it is not used for a while. `code` is one of the second factor, or a recovery code, if the user has a second factor: without it the type of the error is `second_factor_required`, with a wrong one, or one that was used before, `second_factor_wrong`. Who must have a second factor and has none is answered with `second_factor_setup_required`. Failures slow down those that follow (429).',
    tag: 'Access',
    access: 'public',
    body: login,
    data: issued,
    success: { 201: 'Signed in' },
    errors: {
      401: 'e-mail, password or client are wrong; or a code of the second factor is needed, or wrong',
      403: 'users sign in only at the OpenID provider; or a second factor must be set up first',
      429: 'too many failures',
    },
    async handle({ body: { token } }, { database, policy, address, device, keepDevice, note }) {
      const isMasked = token.masked ?? false
      const result = await signIn(database, policy, {
        ...{ email: token.email, password: token.password, code: token.code, clientId: token.client_id },
        ...{ scope: token.scope, isMasked, isSession: token.session ?? false, address, device },
      })
      note({ ...attemptOf(result), clientId: token.client_id })
      if (result.kind !== 'signed_in') throw uncheckedError(result, 'E-mail, password or client are wrong')
      const details = { client_id: token.client_id, scope: result.scope, ...(isMasked ? { masked: true } : {}) }
      const data = toldToken(result.token, result.userId, details)
      return { status: 201, data, headers: keepDevice(result.device) }
    },
  }),
  publicRoute({
    method: 'POST',
    path: '/oauth/clients',
    summary: 'The clients in which a user may sign in',
    description:
      'The clients in which the user has a role, and what signing in needs besides the password: `nothing`, a `code`, or the `setup` of a second factor first. The admin page calls it before sign-in, so that users need not know a client id. Rate-limited like signing in.',
    tag: 'Access',
    access: 'public',
    body: credentials,
    data: clients,
    errors: {
      401: 'e-mail or password are wrong',
      403: 'users sign in only at the OpenID provider',
      429: 'too many failures',
    },
    examples: [
      {
        summary: 'Wrong e-mail or password',
        body: { email: 'nobody@example.org', password: 'a guess' },
        status: 401,
      },
    ],
    async handle({ body: { email, password } }, { database, policy, address, device, note }) {
      const result = await findClients(database, policy, { email, password, address, device })
      note(attemptOf(result))
      if (result.kind !== 'known') throw uncheckedError(result, 'E-mail or password are wrong')
      return { data: { clients: [...result.clients], second_factor: result.besides } }
    },
  }),
  guardedRoute({
    method: 'POST',
    path: '/oauth/tokens/exchange',
    summary: 'Exchange a token for a masked one',
    description:
      'The admin page calls it after a sign-in with an OpenID provider: it sends the JWT in `Authorization` and gets a masked token of ours with the same user, client and scopes. It ends with its parent token, or earlier: with the session, or when it is not used. It cannot be exchanged itself.',
    tag: 'Access',
    access: { scopes: [] },
    personal: 'nobody',
    data: issued,
    success: { 201: 'Exchanged' },
    errors: { 409: 'the token was itself made by an exchange' },
    async handle(_input, { database, policy, actor, principal: { userId, clientId, scopes, token: parent } }) {
      if (parent.isExchanged) throw conflict('A token that was made by an exchange cannot be exchanged')
      const scope = [...scopes].join(' ')
      const { sessionSeconds: seconds, idleSeconds } = policy
      const request = { name: 'sign-in', userId, clientId, scope, seconds, idleSeconds, isMasked: true, parent }
      const issued = await database.transaction(async (tx) => {
        const token = await issueToken(tx, request)
        const operation = 'POST /oauth/tokens/exchange'
        await audit(tx, actor, { action: 'sign_in', operation, subjectKind: 'token', subjectIds: [token.id] })
        return token
      })
      const details = { client_id: clientId, scope, masked: true }
      return { status: 201, data: toldToken(issued, userId, details) }
    },
  }),
  guardedRoute({
    method: 'DELETE',
    path: '/oauth/tokens',
    summary: 'Sign out: ends the token that the request carries',
    tag: 'Access',
    access: { scopes: [] },
    personal: 'nobody',
    errors: { 409: 'the token is a JWT of the OpenID provider, and only the provider can end it' },
    async handle(_input, { database, note, principal: { userId, clientId, token } }) {
      if (token.id === undefined) throw conflict('A JWT of the OpenID provider cannot be revoked here: sign out there')
      await database.query(deleteToken(token.id))
      note({ action: 'sign_out', userId, clientId, tokenId: token.id })
      return undefined
    },
  }),
]
