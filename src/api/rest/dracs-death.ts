/** Confirmations of a death over REST, for persons and parties (spec 6.3, 8.15). */
import type { DracsDeathRequest } from '../../decisions/dracs-death.ts'
import { findVerificationOf } from '../../people-reading/verification-lists.ts'
import type { SubjectKind } from '../../verification/status.ts'
import { type DracsDeathRefusal, decideOnDeath } from '../death-decision.ts'
import { type ApiError, notFound, unprocessable } from '../errors.ts'
import type { AuthorizedContext } from './route.ts'
import { NO_VERIFICATION, toldVerification, visibleVerification } from './verification-lists.ts'

/** Confirms a death, and answers with the verification. */
export async function confirmDeath<Kind extends SubjectKind>(
  kind: Kind,
  request: Omit<DracsDeathRequest, 'kind' | 'userId'>,
  context: AuthorizedContext,
) {
  const { subjectId, reason } = request
  const { database, principal, actor } = context
  const decision = { ...request, kind, userId: actor.userId }
  await decideOnDeath(context, decision, {
    operation: `PATCH /api/${kind === 'person' ? 'persons' : 'parties'}/:id/verification`,
    check: (tx) => visibleVerification(tx, kind, principal, subjectId),
    refused: (refusal) => errorOf(kind, refusal, reason),
  })
  // Not by the same check: the death has ended the declaration by which a legal entity saw the person.
  const row = await findVerificationOf(database, kind, subjectId)
  if (row === undefined) throw notFound(NO_VERIFICATION[kind])
  return { data: toldVerification(kind, row) }
}

const NOT_UPDATABLE: Readonly<Record<SubjectKind, string>> = {
  person: 'verification details for person',
  party: 'verification status for employee',
}

function errorOf(kind: SubjectKind, refusal: DracsDeathRefusal, reason: string): ApiError {
  switch (refusal.kind) {
    case 'missing':
      return notFound(NO_VERIFICATION[kind])
    case 'status_not_allowed':
    case 'reason_not_allowed':
      return unprocessable(`verification reason (${reason}) is not allowed for ${kind} DRACS death status`)
    case 'not_updatable':
      return unprocessable(`${NOT_UPDATABLE[kind]} in ${refusal.current} status can not be updated`)
    case 'act_not_allowed':
    case 'act_annulled':
      return unprocessable('the act of death was annulled')
  }
}
