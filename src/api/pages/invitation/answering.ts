/** Seeing the request and answering it, once signed in: the checks, functions and audit of the REST routes. */
import type { FastifyReply } from 'fastify'
import type { Principal } from '../../../access/principal.ts'
import { ReadAudit } from '../../../audit/audit.ts'
import { rejectRequest } from '../../../employee-requests/answer.ts'
import { approveRequest } from '../../../employee-requests/approve.ts'
import { type Answering, check, REFUSALS, type RequestRefusal } from '../../../employee-requests/checks.ts'
import { findPlace, type InvitationRow } from '../../../employee-requests/plans/invitation.ts'
import { findPreview } from '../../../employee-requests/preview.ts'
import type { ReadRequest } from '../../../employee-requests/read.ts'
import { authorize } from '../../enforce.ts'
import { showClosed, showMissing, showOver } from './opening.ts'
import { reviewView } from './review.ts'
import { endSession } from './signing.ts'
import { TEXTS_OF } from './texts.ts'
import { confirmView } from './views.ts'
import type { Visit } from './visit.ts'

/** The two answers. */
type InvitationAnswer = 'approve' | 'reject'

/** Shows the request to the invited person. */
export async function showInvitation(
  visit: Visit,
  request: ReadRequest,
  principal: Principal,
  notice?: string,
): Promise<FastifyReply> {
  const refused = check(request, principal.email)
  if (refused.kind === 'refused') return showRefused(visit, request, principal, refused.refusal)
  const [invitation] = await visit.database.query<InvitationRow>(findPlace(request.id))
  if (invitation === undefined) return showMissing(visit)
  const reads = new ReadAudit()
  reads.read('GET /invite/:id', 'employee_request', [request.id])
  await reads.flush(visit.database, visit.actorOf(principal))
  const preview = await findPreview(visit.database, request, visit.jobs.requests)
  return visit.show(reviewView(visit.place, { ...invitation, preview }, request.inserted_at, notice))
}

/** Asks for confirmation. */
export async function askAgain(visit: Visit, request: ReadRequest, decision: InvitationAnswer): Promise<FastifyReply> {
  const principal = await visit.findPrincipal()
  if (principal === undefined || check(request, principal.email).kind === 'refused') return visit.goTo('')
  return visit.show(confirmView(visit.place, decision, request))
}

/** Approves or rejects, as the routes do, and ends the session. */
export async function decide(visit: Visit, request: ReadRequest, decision: InvitationAnswer): Promise<FastifyReply> {
  const principal = await visit.findPrincipal()
  if (principal === undefined) {
    visit.setCookie('session', undefined)
    return showClosed(visit, request, TEXTS_OF[visit.language].signIn.ended)
  }
  authorize(principal, { scopes: ['employee_request:update'], orAnyOf: [`employee_request:${decision}`] })
  const { database, jobs, id } = visit
  const by: Answering = {
    ...{ actor: visit.actorOf(principal), email: principal.email },
    operation: `POST /invite/:id/${decision}`,
  }
  const outcome =
    decision === 'approve'
      ? await approveRequest({ database, jobs: jobs.jobs, knownParty: jobs.requests.knownParty }, id, by)
      : await rejectRequest(database, id, by)
  if (outcome.kind === 'refused') return showRefused(visit, request, principal, outcome.refusal)
  await endSession(visit)
  visit.setCookie('secret', undefined)
  visit.setCookie('result', outcome.kind)
  return visit.goTo('')
}

async function showRefused(
  visit: Visit,
  request: ReadRequest,
  principal: Principal,
  refusal: RequestRefusal,
): Promise<FastifyReply> {
  const { refusals, signIn } = TEXTS_OF[visit.language]
  switch (refusal) {
    case REFUSALS.noRequest:
      return showMissing(visit)
    case REFUSALS.notOurs:
      await endSession(visit)
      return showClosed(visit, request, signIn.stranger)
    case REFUSALS.emailTaken:
      return showInvitation(visit, request, principal, refusals.emailTaken)
    case REFUSALS.notConfirmed:
      return showInvitation(visit, request, principal, refusals.notConfirmed)
    case REFUSALS.noEmployee:
      return showInvitation(visit, request, principal, refusals.noEmployee)
    case REFUSALS.dismissed:
      return showInvitation(visit, request, principal, refusals.dismissed)
    case REFUSALS.noRole:
    case REFUSALS.noLegalEntity:
    case REFUSALS.noDivision:
      return showInvitation(visit, request, principal, refusals.other)
    default:
      return showAnswered(visit, refusal)
  }
}

// Somebody answered meanwhile, here or elsewhere, or it is too late: the session has no purpose any more.
async function showAnswered(visit: Visit, refusal: RequestRefusal): Promise<FastifyReply> {
  await endSession(visit)
  if (refusal === REFUSALS.expired) return showOver(visit, 'EXPIRED')
  return showOver(visit, refusal.answered ?? 'APPROVED')
}
