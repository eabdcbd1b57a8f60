/** From the link in the mail to the invitation: the pages before signing in. */
import type { FastifyReply } from 'fastify'
import { REFUSALS, type Refused } from '../../../employee-requests/checks.ts'
import { findInvitation } from '../../../employee-requests/invitation.ts'
import { findRequestById, type ReadRequest } from '../../../employee-requests/read.ts'
import { TEXTS_OF } from './texts.ts'
import { createView, messageView, openingView, resultView, signInView } from './views.ts'
import type { Visit } from './visit.ts'

/** Moves the secret from the URL to a cookie, and redirects to a URL without it. */
export function takeSecret(visit: Visit, secret: string): FastifyReply {
  visit.setCookie('secret', /^[\w-]{1,128}$/.test(secret) ? secret : undefined)
  visit.setCookie('result', undefined)
  return visit.goTo('/open')
}

/**
 * A link in a mail is a cross-site navigation, and so are its redirects, so the browser sends no cookies of ours. This page, which is ours,
 * continues by itself, and then they are sent.
 */
export function open(visit: Visit): FastifyReply {
  return visit.cookie('secret') === undefined ? visit.show(openingView(visit.place)) : visit.goTo('')
}

/** The invitation does not exist, or the visitor may not know that it does. */
export function showMissing(visit: Visit): FastifyReply {
  return visit.show(messageView(TEXTS_OF[visit.language].missing, 404, { kind: 'bad' }))
}

/** The page for visitors who are not signed in. */
export async function showClosed(visit: Visit, request: ReadRequest, notice?: string): Promise<FastifyReply> {
  const result = visit.cookie('result')
  if ((result === 'approved' || result === 'rejected') && request.status === result.toUpperCase())
    return visit.show(resultView(visit.place, result, request.legal_entity_name ?? ''))
  if (!visit.policy.isPasswordSignInOn) return showNoPasswords(visit)
  const secret = visit.cookie('secret')
  if (secret === undefined) return visit.show(signInView(visit.place, { notice }))
  return showInvited(visit, secret, notice)
}

async function showInvited(visit: Visit, secret: string, notice?: string): Promise<FastifyReply> {
  const { database, id, address, place } = visit
  const invitation = await findInvitation(database, { id, address }, secret)
  switch (invitation.kind) {
    case 'good': {
      const { request, hasUser } = invitation
      if (hasUser) return visit.show(signInView(place, { email: request.data.party.email, notice }))
      return visit.show(createView(place, request))
    }
    case 'too_early':
      return showTooEarly(visit, invitation.seconds)
    case 'refused':
      return showRefusedLink(visit, invitation)
  }
}

/** Password sign-in is disabled: the request is answered elsewhere. */
export function showNoPasswords(visit: Visit): FastifyReply {
  return visit.show(messageView(TEXTS_OF[visit.language].noPasswords, 403))
}

/** Too many attempts: says when the next one is allowed. */
export function showTooEarly(visit: Visit, seconds: number): FastifyReply {
  const { early } = TEXTS_OF[visit.language]
  return visit.show({ ...signInView(visit.place, { notice: early(seconds) }), status: 429 })
}

/** The link is invalid: says why, and what to do. */
export async function showRefusedLink(visit: Visit, { refusal }: Refused): Promise<FastifyReply> {
  const request = await findRequestById(visit.database, visit.id)
  if (request === undefined) return showMissing(visit)
  const { badLink } = TEXTS_OF[visit.language]
  // The same refusal for all invalid links: a stranger does not learn the state of the request.
  const wasGood = refusal.kind === 'conflict' || refusal === REFUSALS.expired
  if (wasGood && request.status !== 'NEW') return showOver(visit, request.status)
  visit.setCookie('secret', undefined)
  return visit.show({ ...signInView(visit.place, { notice: badLink }), status: 403 })
}

/** The request was answered or has expired. */
export function showOver(visit: Visit, status: Exclude<ReadRequest['status'], 'NEW'>): FastifyReply {
  const texts = TEXTS_OF[visit.language]
  return visit.show(messageView(texts.over[status], status === 'EXPIRED' ? 403 : 409))
}
