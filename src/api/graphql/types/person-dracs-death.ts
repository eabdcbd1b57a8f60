/** `updatePersonDracsDeathVerificationStatus`: an NHS official confirms the DRACS stream of a person manually (spec 8.14). */
import type { ObjectRef } from '@pothos/core'
import { type DracsDeathRequest, saysDead } from '../../../decisions/dracs-death.ts'
import { findIsActive } from '../../../decisions/plans/send-again.ts'
import type { PersonRow } from '../../../people-reading/subjects.ts'
import { kyivDay } from '../../../verification/calendar.ts'
import { type DracsDeathRefusal, decideOnDeath } from '../../death-decision.ts'
import { type ApiError, conflict, invalidField, missingField, notFound, unprocessable } from '../../errors.ts'
import { type Builder, guarded, idOf } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { loadersOf } from '../loaders-people.ts'
import { ACT_DESCRIPTION, actRefused, addDracsDeathReason, commentOf, isSentAgain } from './party-dracs-death.ts'
import type { People } from './person-and-party.ts'
import { payloadOf, requirePresent, sendOne } from './send-again.ts'

const NAME = 'updatePersonDracsDeathVerificationStatus'

/** Adds the mutation. */
export function addPersonDracsDeath(
  builder: Builder,
  people: People,
  person: ObjectRef<Builder['$inferSchemaTypes'], PersonRow>,
): void {
  const reason = addDracsDeathReason(builder, 'PersonNhsDracsVerificationReason')
  const input = builder.inputType('UpdatePersonDracsDeathVerificationStatusInput', {
    fields: (t) => ({
      personId: t.id({ required: true }),
      dracsDeathVerificationStatus: t.field({ type: people.verification.enums.status.person, required: true }),
      dracsDeathVerificationReason: t.field({ type: reason, required: true }),
      dracsDeathActId: t.field({ type: 'UUID', description: ACT_DESCRIPTION }),
      deathDate: t.field({ type: 'Date', description: 'Only if the person is dead; default: the date of the act.' }),
      verificationComment: t.string({ description: 'Required with NOT_VERIFIED.' }),
    }),
  })
  const payload = builder.objectRef<PersonRow>(payloadOf(NAME)).implement({
    fields: (t) => ({ person: t.field({ type: person, resolve: (row) => row }) }),
  })
  builder.mutationField(NAME, (t) =>
    t.field({
      type: payload,
      description:
        'With MANUAL_CONFIRMED or MANUAL_DECEASED the person becomes inactive and their declarations end. VERIFICATION_NEEDED / ONLINE_TRIGGERED asks the register again.',
      extensions: guarded({ scopes: ['person:verify'], isForNhs: true }, 'person'),
      args: { input: t.arg({ type: input, required: true }) },
      resolve: async (_root, { input: given }, context) => {
        requirePresent({ personId: given.personId })
        const personId = idOf('Person', given.personId)
        if (isSentAgain(given)) await sendAgain(context, personId)
        else
          await confirm(context, {
            ...{ kind: 'person', subjectId: personId, userId: context.actor.userId },
            ...{ status: given.dracsDeathVerificationStatus, reason: given.dracsDeathVerificationReason },
            ...{ actId: given.dracsDeathActId, deathDate: deathDateOf(given), mayDecideCandidates: true },
            comment: commentOf(given.verificationComment),
          })
        loadersOf.forget(context)
        return (await loadersOf(context).person.subjects.load(personId)) ?? null
      },
    }),
  )
}

async function sendAgain(context: GraphqlContext, subjectId: string): Promise<void> {
  const request = { kind: 'person', stream: 'dracs_death', subjectId, status: 'VERIFICATION_NEEDED' } as const
  const { kind } = await sendOne({ ...request, userId: context.actor.userId }, NAME, context)
  if (kind === 'missing') throw notFound("Such person doesn't exist")
  if (kind === 'not_active') throw conflict("Such person isn't active")
}

function confirm(context: GraphqlContext, request: DracsDeathRequest): Promise<void> {
  const { subjectId, status, reason, comment } = request
  return decideOnDeath(context, request, {
    operation: `Mutation.${NAME}`,
    async check(tx) {
      const [found] = await tx.query<{ is_active: boolean }>(findIsActive('person', subjectId))
      if (found === undefined) throw notFound("Such person doesn't exist")
      if (!found.is_active) throw conflict("Such person isn't active")
      if (status === 'NOT_VERIFIED' && comment === null) throw missingField('verificationComment')
    },
    refused: (refusal) => refusalOf(refusal, status, reason),
  })
}

function refusalOf(refusal: DracsDeathRefusal, status: string, reason: string): ApiError {
  switch (refusal.kind) {
    case 'missing':
      return notFound("Such person doesn't exist")
    case 'reason_not_allowed':
      return unprocessable(`verification reason (${reason}) is not allowed for person DRACS death status`)
    case 'status_not_allowed':
    case 'not_updatable':
      return conflict(`Can't update verification status from ${refusal.current} to ${status}`)
    case 'act_not_allowed':
    case 'act_annulled':
      return actRefused(refusal.kind)
  }
}

interface GivenDate {
  readonly dracsDeathVerificationStatus: string
  readonly dracsDeathVerificationReason: string
  readonly deathDate?: string | null | undefined
}

// As in REST (spec 8.15): not in the future, and only if the person is declared dead.
function deathDateOf(given: GivenDate): string | null {
  const { deathDate = null, dracsDeathVerificationStatus: status, dracsDeathVerificationReason: reason } = given
  if (deathDate === null) return null
  const refuse = (description: string) => invalidField('deathDate', { rule: 'invalid', description })
  if (deathDate > kyivDay(new Date())) throw refuse('a date in the future is not allowed')
  if (status !== 'VERIFIED' || !saysDead(reason)) throw refuse(`not allowed with the verification reason (${reason})`)
  return deathDate
}
