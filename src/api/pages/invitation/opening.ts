/** From the link of the mail to the invitation: what somebody sees before they have signed in. */
import type { FastifyReply } from 'fastify'
import { REFUSALS, type Refused } from '../../../employee-requests/checks.ts'
import { findInvitation } from '../../../employee-requests/invitation.ts'
import { findRequestById, type ReadRequest } from '../../../employee-requests/read.ts'
import { TEXTS_OF } from './texts.ts'
import { createView, messageView, openingView, resultView, signInView } from './views.ts'
import type { Visit } from './visit.ts'

/** The secret goes from the address to a cookie, and the browser to an address without it. */
export function takeSecret(visit: Visit, secret: string): FastifyReply {
  visit.setCookie('secret', /^[\w-]{1,128}$/.test(secret) ? secret : undefined)
  visit.setCookie('result', undefined)
  return visit.goTo('/open')
}

/**
 * A link in a mail is followed from another site, and so is what it redirects to: the browser sends none of our cookies there. This page, which
 * is ours, goes on by itself, and then they are sent.
 */
export function open(visit: Visit): FastifyReply {
  return visit.cookie('secret') === undefined ? visit.show(openingView(visit.place)) : visit.goTo('')
}

/** No such invitation, as far as anybody can tell. */
export function showMissing(visit: Visit): FastifyReply {
  return visit.show(messageView(TEXTS_OF[visit.language].missing, 404, { kind: 'bad' }))
}

/** What somebody sees who is not signed in. */
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

/** Nobody has a password here: the request is answered elsewhere. */
export function showNoPasswords(visit: Visit): FastifyReply {
  return visit.show(messageView(TEXTS_OF[visit.language].noPasswords, 403))
}

/** Too many attempts: when there may be another. */
export function showTooEarly(visit: Visit, seconds: number): FastifyReply {
  const { early } = TEXTS_OF[visit.language]
  return visit.show({ ...signInView(visit.place, { notice: early(seconds) }), status: 429 })
}

/** The link opens nothing: why, and what can be done. */
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

/** The request was answered, or it is too late. */
export function showOver(visit: Visit, status: Exclude<ReadRequest['status'], 'NEW'>): FastifyReply {
  const texts = TEXTS_OF[visit.language]
  return visit.show(messageView(texts.over[status], status === 'EXPIRED' ? 403 : 409))
}
