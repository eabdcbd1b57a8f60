/**
 * The page of an invitation's link (spec 5), at `/invite/{id}`: the invited person sets a password or signs in, sees the request, and
 * approves or rejects it. Plain forms, no scripts. The secret is in a URL once, when coming from the mail; that URL is not logged.
 */
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { findRequestById, type ReadRequest } from '../../../employee-requests/read.ts'
import type { Log } from '../../../observability/log.ts'
import { asApiError } from '../../as-api-error.ts'
import { takeForms } from '../../content.ts'
import { askAgain, decide, showInvitation } from './answering.ts'
import { open, showClosed, showMissing, takeSecret } from './opening.ts'
import { becomeUser, endSession, enterBySignIn } from './signing.ts'
import { TEXTS_OF } from './texts.ts'
import { messageView } from './views.ts'
import { type InvitationPageOptions, Visit } from './visit.ts'

const FORM_BYTES = 16_384

type Handle = (visit: Visit, request: ReadRequest) => FastifyReply | Promise<FastifyReply>

const PATH = '/invite/:id'

const GETS: Readonly<Record<string, Handle>> = {
  [PATH]: show,
  [`${PATH}/approve`]: (visit, request) => askAgain(visit, request, 'approve'),
  [`${PATH}/reject`]: (visit, request) => askAgain(visit, request, 'reject'),
}

const POSTS: Readonly<Record<string, Handle>> = {
  [`${PATH}/user`]: becomeUser,
  [`${PATH}/sign-in`]: enterBySignIn,
  [`${PATH}/approve`]: (visit, request) => decide(visit, request, 'approve'),
  [`${PATH}/reject`]: (visit, request) => decide(visit, request, 'reject'),
  [`${PATH}/leave`]: leave,
}

/** Adds the page to a server. */
export async function addInvitationPages(
  app: FastifyInstance,
  options: InvitationPageOptions & { readonly log: Log },
): Promise<void> {
  await app.register(async (scope) => {
    takeForms(scope, FORM_BYTES)
    scope.setErrorHandler((error, request, reply) => showTrouble(options, error, request, reply))
    const serve = (handle: Handle) => (request: FastifyRequest, reply: FastifyReply) =>
      serveVisit(new Visit(options, request, reply), handle)
    // Before anything is read, so that the first request of a link costs nothing and reveals nothing.
    scope.get(`${PATH}/open`, (request, reply) => open(new Visit(options, request, reply)))
    for (const [path, handle] of Object.entries(GETS)) scope.get(path, serve(handle))
    for (const [path, handle] of Object.entries(POSTS)) scope.post(path, serve(whereOurs(handle)))
  })
}

async function serveVisit(visit: Visit, handle: Handle): Promise<FastifyReply> {
  const secret = visit.asked('invite')
  if (secret !== undefined) return takeSecret(visit, secret)
  const request = visit.isWellFormed ? await findRequestById(visit.database, visit.id) : undefined
  return request === undefined ? showMissing(visit) : handle(visit, request)
}

function whereOurs(handle: Handle): Handle {
  return (visit, request) => {
    if (visit.isOurForm) return handle(visit, request)
    const { foreignForm, again } = TEXTS_OF[visit.language]
    return visit.show(messageView(foreignForm, 403, { kind: 'bad', again: { url: visit.place.to(''), words: again } }))
  }
}

async function show(visit: Visit, request: ReadRequest): Promise<FastifyReply> {
  const principal = await visit.findPrincipal()
  if (principal !== undefined) return showInvitation(visit, request, principal)
  if (visit.cookie('session') === undefined) return showClosed(visit, request)
  visit.setCookie('session', undefined)
  return showClosed(visit, request, TEXTS_OF[visit.language].signIn.ended)
}

async function leave(visit: Visit): Promise<FastifyReply> {
  await endSession(visit)
  visit.setCookie('secret', undefined)
  return visit.goTo('')
}

function showTrouble(
  options: InvitationPageOptions & { readonly log: Log },
  error: unknown,
  request: FastifyRequest,
  reply: FastifyReply,
): FastifyReply {
  const { status } = asApiError(error)
  if (status >= 500) options.log.error({ error, code: request.id }, 'a request failed inside')
  const visit = new Visit(options, request, reply)
  const { trouble, again } = TEXTS_OF[visit.language]
  return visit.show(messageView(trouble, status, { kind: 'bad', again: { url: visit.place.to(''), words: again } }))
}
