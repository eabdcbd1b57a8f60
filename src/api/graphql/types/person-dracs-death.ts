/** `updatePersonDracsDeathVerificationStatus`: an official of the NHS confirms by hand what DRACS says about a person (spec 8.14). */
import type { ObjectRef } from '@pothos/core'
import { audit } from '../../../audit/audit.ts'
import { type DracsDeathRequest, type DracsDeathResult, updateDracsDeath } from '../../../people/dracs-death.ts'
import { findStanding } from '../../../people/plans/send-again.ts'
import type { PersonRow } from '../../../people/subjects.ts'
import { type ApiError, conflict, notFound, unprocessable } from '../../errors.ts'
import { type Builder, guarded, idOf } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { forgetLoaded, loadersOf } from '../loaders-people.ts'
import { addDracsDeathReason, commentOf } from './party-dracs-death.ts'
import type { People } from './person-and-party.ts'
import { payloadOf, requirePresent } from './send-again.ts'

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
      verificationComment: t.string(),
    }),
  })
  const payload = builder.objectRef<PersonRow>(payloadOf(NAME)).implement({
    fields: (t) => ({ person: t.field({ type: person, resolve: (row) => row }) }),
  })
  builder.mutationField(NAME, (t) =>
    t.field({
      type: payload,
      description:
        'A person of whom MANUAL_CONFIRMED or MANUAL_DECEASED is said becomes inactive; their declarations end.',
      extensions: guarded({ scopes: ['person:verify'], isForNhs: true }, 'person'),
      args: { input: t.arg({ type: input, required: true }) },
      resolve: async (_root, { input: given }, context) => {
        requirePresent({ personId: given.personId })
        const personId = idOf('Person', given.personId)
        await confirm(context, {
          ...{ kind: 'person', subjectId: personId, userId: context.actor.userId },
          ...{ status: given.dracsDeathVerificationStatus, reason: given.dracsDeathVerificationReason },
          comment: commentOf(given.verificationComment),
        })
        forgetLoaded(context)
        return (await loadersOf(context).person.subjects.load(personId)) ?? null
      },
    }),
  )
}

function confirm({ database, actor }: GraphqlContext, request: DracsDeathRequest): Promise<void> {
  const { subjectId, status, reason } = request
  return database.transaction(async (tx) => {
    const [standing] = await tx.query<{ is_active: boolean }>(findStanding('person', subjectId))
    if (standing === undefined) throw notFound("Such person doesn't exist")
    if (!standing.is_active) throw conflict("Such person isn't active")
    const result = await updateDracsDeath(tx, request)
    if (result.kind !== 'updated') throw refusalOf(result, status, reason)
    const entry = { action: 'write', operation: `Mutation.${NAME}`, subjectKind: 'person' } as const
    await audit(tx, actor, { ...entry, subjectIds: [subjectId] })
  })
}

function refusalOf(refusal: Exclude<DracsDeathResult, { kind: 'updated' }>, status: string, reason: string): ApiError {
  switch (refusal.kind) {
    case 'missing':
      return notFound("Such person doesn't exist")
    case 'reason_not_allowed':
      return unprocessable(`verification reason (${reason}) is not allowed for person DRACS death status`)
    case 'status_not_allowed':
    case 'not_updatable':
      return conflict(`Can't update verification status from ${refusal.current} to ${status}`)
  }
}
