/** Creating a user and signing in on the page: the functions of the REST routes, with HTML instead of JSON. */
import type { FastifyReply } from 'fastify'
import { signIn, type Unchecked } from '../../../access/login.ts'
import type { PasswordWeakness } from '../../../access/password-rules.ts'
import { deleteToken } from '../../../access/plans/tokens.ts'
import { ROLELESS_SCOPES } from '../../../access/scopes.ts'
import { createInvitedUser, findInvitation, USER_EXISTS } from '../../../employee-requests/invitation.ts'
import type { ReadRequest } from '../../../employee-requests/read.ts'
import { attemptOf } from '../../access-acts.ts'
import { showNoPasswords, showRefusedLink, showTooEarly } from './opening.ts'
import { TEXTS_OF } from './texts.ts'
import { createView, messageView, type PasswordErrors, signInView } from './views.ts'
import type { Visit } from './visit.ts'

/** Sets the password of the form, with the secret of the link. */
export async function becomeUser(visit: Visit, request: ReadRequest): Promise<FastifyReply> {
  const { id, address, requestId, database, place } = visit
  const invite = visit.cookie('secret') ?? ''
  const password = visit.sent('password')
  const attempt = { id, address, invite, requestId, operation: 'POST /invite/:id/user' }
  if (password !== visit.sent('repeat')) {
    // The invitation is checked first, as in the REST route.
    const found = await findInvitation(database, attempt, invite)
    const errors = { repeat: TEXTS_OF[visit.language].create.mismatch }
    if (found.kind === 'good' && !found.hasUser) return visit.show(createView(place, request, { status: 422, errors }))
  }
  const outcome = await createInvitedUser(database, visit.policy, {
    ...attempt,
    password: password === '' ? undefined : password,
  })
  switch (outcome.kind) {
    case 'created':
      visit.setCookie('secret', undefined)
      return enter(visit, request, { email: outcome.email, password })
    case 'weak':
      return visit.show(createView(place, request, { status: 422, errors: errorsOf(visit, outcome.weakness) }))
    case 'too_early':
      return showTooEarly(visit, outcome.seconds)
    case 'switched_off':
      return showNoPasswords(visit)
    case 'refused':
      // Somebody who already has a user signs in.
      return outcome === USER_EXISTS ? visit.goTo('') : showRefusedLink(visit, outcome)
  }
}

function errorsOf({ language }: Visit, weakness: PasswordWeakness | undefined): PasswordErrors {
  const { create } = TEXTS_OF[language]
  if (weakness === undefined) return { password: create.missing }
  return { password: weakness === 'too_long' ? create.tooLong : create.weak, weakness }
}

interface Credentials {
  readonly email: string
  readonly password: string
  readonly code?: string
}

/** Signs in with the form's e-mail and password. */
export function enterBySignIn(visit: Visit, request: ReadRequest): Promise<FastifyReply> {
  const credentials = { email: visit.sent('email').slice(0, 1024), password: visit.sent('password') }
  const code = visit.sent('code').slice(0, 64)
  return enter(visit, request, code === '' ? credentials : { ...credentials, code })
}

// The session is a token that can only answer requests, in the client of the legal entity.
async function enter(visit: Visit, request: ReadRequest, credentials: Credentials): Promise<FastifyReply> {
  const { signIn: texts } = TEXTS_OF[visit.language]
  const clientId = request.data.legal_entity_id
  const scope = ROLELESS_SCOPES.join(' ')
  const result = await signIn(visit.database, visit.policy, {
    ...{ code: undefined, ...credentials },
    ...{ clientId, scope, isMasked: false, isSession: true, address: visit.address, device: visit.device },
  })
  visit.note({ ...attemptOf(result), clientId })
  const email = credentials.email.trim().toLowerCase()
  if (result.kind !== 'signed_in') return showUnchecked(visit, result, email)
  if (email !== request.data.party.email.toLowerCase()) {
    await visit.database.query(deleteToken(result.token.id))
    visit.note({ action: 'sign_out', userId: result.userId, clientId, tokenId: result.token.id })
    return showSignIn(visit, email, 403, { error: texts.stranger })
  }
  await endSession(visit)
  visit.device = result.device
  visit.setCookie('session', result.token.value)
  return visit.goTo('')
}

function showUnchecked(visit: Visit, result: Unchecked, email: string): Promise<FastifyReply> | FastifyReply {
  const { signIn: texts } = TEXTS_OF[visit.language]
  switch (result.kind) {
    case 'refused':
      return showSignIn(visit, email, 401, { error: texts.refused })
    case 'code_needed':
      return showSignIn(visit, email, 401, { notice: texts.codeNeeded, code: { error: undefined } })
    case 'code_wrong':
      return showSignIn(visit, email, 401, { code: { error: texts.codeWrong } })
    case 'setup_required':
      return visit.show(messageView(texts.setup, 403, { again: { url: visit.home, words: texts.setUp } }))
    case 'too_early':
      return showTooEarly(visit, result.seconds)
    case 'switched_off':
      return showNoPasswords(visit)
  }
}

function showSignIn(
  visit: Visit,
  email: string,
  status: number,
  shown: { readonly error?: string; readonly notice?: string; readonly code?: { readonly error: string | undefined } },
): FastifyReply {
  return visit.show(signInView(visit.place, { email, status, ...shown, isPlain: visit.cookie('secret') === undefined }))
}

/** Ends the session, here and in the database. */
export async function endSession(visit: Visit): Promise<void> {
  const principal = await visit.findPrincipal()
  const tokenId = principal?.token.id
  if (principal !== undefined && tokenId !== undefined) {
    const { userId, clientId } = principal
    await visit.database.query(deleteToken(tokenId))
    visit.note({ action: 'sign_out', userId, clientId, tokenId })
  }
  visit.setCookie('session', undefined)
}
