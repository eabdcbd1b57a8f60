/** `updatePartyDracsDeathVerificationStatus`: an NHS official confirms the DRACS stream of an employee manually (spec 4.3). */
import type { EnumRef, ObjectRef } from '@pothos/core'
import {
  DRACS_DEATH_REASONS,
  type DracsDeathRequest,
  findNhsEmployeeRefusal,
  type NhsEmployeeRefusal,
} from '../../../decisions/dracs-death.ts'
import type { PartyRow } from '../../../people-reading/subjects.ts'
import { STREAM_REASONS, type StreamReason } from '../../../verification/status.ts'
import { type DracsDeathRefusal, decideOnDeath } from '../../death-decision.ts'
import { type ApiError, conflict, invalidField, notFound, unprocessable } from '../../errors.ts'
import { type Builder, guarded, idOf } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { loadersOf } from '../loaders-people.ts'
import type { People } from './person-and-party.ts'
import { notInEnum, payloadOf, requirePresent, sendOne } from './send-again.ts'

const NAME = 'updatePartyDracsDeathVerificationStatus'
const PARTY_MISSING = 'Party does not exist'

/** Adds the enum of the reasons of one kind: the platform's whole dictionary, so that disallowed ones get the platform's error message. */
export function addDracsDeathReason(
  builder: Builder,
  name: string,
): EnumRef<Builder['$inferSchemaTypes'], StreamReason> {
  const description = `Of these ${DRACS_DEATH_REASONS.join(', ')} are allowed.`
  return builder.enumType(name, { values: STREAM_REASONS, description })
}

/** Adds the mutation. */
export function addDracsDeath(
  builder: Builder,
  people: People,
  party: ObjectRef<Builder['$inferSchemaTypes'], PartyRow>,
): void {
  const reason = addDracsDeathReason(builder, 'PartyDracsDeathVerificationReason')
  const input = builder.inputType('UpdatePartyDracsDeathVerificationStatusInput', {
    fields: (t) => ({
      partyId: t.id({ required: true }),
      dracsDeathVerificationStatus: t.field({ type: people.verification.enums.status.party, required: true }),
      dracsDeathVerificationReason: t.field({ type: reason, required: true }),
      dracsDeathActId: t.field({ type: 'UUID', description: ACT_DESCRIPTION }),
      verificationComment: t.string(),
    }),
  })
  const payload = builder.objectRef<PartyRow>(payloadOf(NAME)).implement({
    fields: (t) => ({ party: t.field({ type: party, resolve: (row) => row }) }),
  })
  builder.mutationField(NAME, (t) =>
    t.field({
      type: payload,
      description: 'VERIFICATION_NEEDED / ONLINE_TRIGGERED asks the register again; anything else is a decision.',
      extensions: guarded({ scopes: ['employee:verify'], isForNhs: true }, 'party'),
      args: { input: t.arg({ type: input, required: true }) },
      resolve: async (_root, { input: given }, context) => {
        requirePresent({ partyId: given.partyId })
        const partyId = idOf('Party', given.partyId)
        if (isSentAgain(given)) await sendAgain(context, partyId)
        else
          await confirm(context, {
            kind: 'party',
            subjectId: partyId,
            userId: context.actor.userId,
            comment: commentOf(given.verificationComment),
            ...{ status: given.dracsDeathVerificationStatus, reason: given.dracsDeathVerificationReason },
            ...{ actId: given.dracsDeathActId, mayDecideCandidates: true },
          })
        loadersOf.forget(context)
        return (await loadersOf(context).party.subjects.load(partyId)) ?? null
      },
    }),
  )
}

async function sendAgain(context: GraphqlContext, subjectId: string): Promise<void> {
  const refusal = await findNhsEmployeeRefusal(context.database, subjectId)
  if (refusal !== undefined) throw refusalOf(refusal)
  const request = { kind: 'party', stream: 'dracs_death', subjectId, status: 'VERIFICATION_NEEDED' } as const
  const { kind } = await sendOne({ ...request, userId: context.actor.userId }, NAME, context)
  if (kind === 'missing') throw notFound(PARTY_MISSING)
  if (kind === 'not_active') throw conflict("Such employee isn't active")
}

/** Whether the stream is queued again instead of decided (spec 8.12). */
export function isSentAgain(given: {
  readonly dracsDeathVerificationStatus: string
  readonly dracsDeathVerificationReason: string
}): boolean {
  const { dracsDeathVerificationStatus: status, dracsDeathVerificationReason: reason } = given
  return status === 'VERIFICATION_NEEDED' && reason === 'ONLINE_TRIGGERED'
}

function confirm(context: GraphqlContext, request: DracsDeathRequest): Promise<void> {
  return decideOnDeath(context, request, {
    operation: `Mutation.${NAME}`,
    async check(tx) {
      const refusal = await findNhsEmployeeRefusal(tx, request.subjectId)
      if (refusal !== undefined) throw refusalOf(refusal)
    },
    refused: (refusal) => dracsDeathError(refusal, request.reason),
  })
}

function refusalOf(refusal: NhsEmployeeRefusal): ApiError {
  switch (refusal) {
    case 'party_missing':
      return notFound(PARTY_MISSING)
    case 'no_employee':
      return notFound("Such employee doesn't exist")
    case 'none_in_nhs':
      return unprocessable('DRACS Death verification is allowed for NHS employees only')
    case 'not_active':
      return conflict("Such employee isn't active")
  }
}

// With the messages of spec 6.3.
function dracsDeathError(refusal: DracsDeathRefusal, reason: string): ApiError {
  switch (refusal.kind) {
    case 'missing':
      return notFound(PARTY_MISSING)
    case 'status_not_allowed':
      return notInEnum('dracsDeathVerificationStatus', 'VERIFIED')
    case 'reason_not_allowed':
      return unprocessable(`verification reason (${reason}) is not allowed for party DRACS death status`)
    case 'not_updatable':
      return unprocessable(`verification status for employee in ${refusal.current} status can not be updated`)
    case 'act_not_allowed':
    case 'act_annulled':
      return actRefused(refusal.kind)
  }
}

/** The description of the argument `act`. */
export const ACT_DESCRIPTION = 'The act of one of the candidates that nobody has decided on; without it the best one’s.'

/** Why an act is refused: it belongs to no candidate, or the register has annulled it. */
export function actRefused(kind: 'act_not_allowed' | 'act_annulled'): ApiError {
  const description = kind === 'act_annulled' ? 'the act was annulled' : 'the act is of no candidate that waits'
  return invalidField('dracsDeathActId', { rule: 'invalid', description })
}

/** A comment as stored. A blank one counts as none; PostgreSQL texts cannot contain a NUL. */
export function commentOf(comment: string | null | undefined): string | null {
  const text = comment?.replaceAll('\0', '').trim() ?? ''
  return text === '' ? null : text
}
