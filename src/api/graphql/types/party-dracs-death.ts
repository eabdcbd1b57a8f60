/** `updatePartyDracsDeathVerificationStatus`: an official of the NHS confirms by hand what DRACS says about an employee (spec 4.3). */
import type { ObjectRef } from '@pothos/core'
import { audit } from '../../../audit/audit.ts'
import {
  type DracsDeathRequest,
  type DracsDeathResult,
  findNhsEmployeeRefusal,
  type NhsEmployeeRefusal,
  updateDracsDeath,
} from '../../../people/dracs-death.ts'
import type { PartyRow } from '../../../people/subjects.ts'
import { STREAM_REASONS } from '../../../verification/status.ts'
import { type ApiError, conflict, notFound, unprocessable } from '../../errors.ts'
import { type Builder, guarded, idOf } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { forgetLoaded, loadersOf } from '../loaders-people.ts'
import type { People } from './person-and-party.ts'
import { NOT_IN_ENUM, payloadOf, requirePresent } from './send-again.ts'

const NAME = 'updatePartyDracsDeathVerificationStatus'
const PARTY_MISSING = 'Party does not exist'

/** Adds the mutation. */
export function addDracsDeath(
  builder: Builder,
  people: People,
  party: ObjectRef<Builder['$inferSchemaTypes'], PartyRow>,
): void {
  const reason = builder.enumType('PartyDracsDeathVerificationReason', {
    values: STREAM_REASONS,
    description: 'Of these MANUAL_CONFIRMED and MANUAL_NOT_CONFIRMED are allowed.',
  })
  const input = builder.inputType('UpdatePartyDracsDeathVerificationStatusInput', {
    fields: (t) => ({
      partyId: t.id({ required: true }),
      dracsDeathVerificationStatus: t.field({ type: people.verification.enums.status.party, required: true }),
      dracsDeathVerificationReason: t.field({ type: reason, required: true }),
      verificationComment: t.string(),
    }),
  })
  const payload = builder.objectRef<PartyRow>(payloadOf(NAME)).implement({
    fields: (t) => ({ party: t.field({ type: party, resolve: (row) => row }) }),
  })
  builder.mutationField(NAME, (t) =>
    t.field({
      type: payload,
      extensions: guarded({ scopes: ['employee:verify'], isForNhs: true }),
      args: { input: t.arg({ type: input, required: true }) },
      resolve: async (_root, { input: given }, context) => {
        requirePresent({ partyId: given.partyId })
        const partyId = idOf('Party', given.partyId)
        await confirm(context, {
          ...{ partyId, userId: context.actor.userId, comment: textOf(given.verificationComment) },
          ...{ status: given.dracsDeathVerificationStatus, reason: given.dracsDeathVerificationReason },
        })
        forgetLoaded(context)
        context.reads.read(`Mutation.${NAME}`, 'party', [partyId])
        return (await loadersOf(context).party.subjects.load(partyId)) ?? null
      },
    }),
  )
}

function confirm({ database, actor }: GraphqlContext, request: DracsDeathRequest): Promise<void> {
  return database.transaction(async (tx) => {
    const refusal = await findNhsEmployeeRefusal(tx, request.partyId)
    if (refusal !== undefined) throw refusalOf(refusal)
    const result = await updateDracsDeath(tx, request)
    if (result.kind !== 'updated') throw dracsDeathError(result, request.reason)
    const entry = { action: 'write', operation: `Mutation.${NAME}`, subjectKind: 'party' } as const
    await audit(tx, actor, { ...entry, subjectIds: [request.partyId] })
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

/** The error of a refusal, in the words of spec 6.3. */
export function dracsDeathError(refusal: Exclude<DracsDeathResult, { kind: 'updated' }>, reason: string): ApiError {
  switch (refusal.kind) {
    case 'missing':
      return notFound(PARTY_MISSING)
    case 'status_not_allowed':
      return unprocessable(NOT_IN_ENUM)
    case 'reason_not_allowed':
      return unprocessable(`verification reason (${reason}) is not allowed for party DRACS death status`)
    case 'not_updatable':
      return unprocessable(`verification status for employee in ${refusal.current} status can not be updated`)
  }
}

// A blank comment is none. PostgreSQL's texts cannot hold a NUL.
function textOf(comment: string | null | undefined): string | null {
  const text = comment?.replaceAll('\0', '').trim() ?? ''
  return text === '' ? null : text
}
