/** The mutations that queue a person or a party to be checked again (spec 4.2, 4.3). */
import type { EnumRef, ObjectRef } from '@pothos/core'
import { audit } from '../../../audit/audit.ts'
import { type SendAgainRequest, type SendAgainResult, sendAgain } from '../../../decisions/send-again.ts'
import type { PartyRow, PersonRow } from '../../../people-reading/subjects.ts'
import type { OwnStream, StreamStatus, SubjectKind } from '../../../verification/status.ts'
import { rulesOf } from '../../../verification/streams/streams.ts'
import { ownStreamsOf } from '../../../verification-store/kinds.ts'
import { type ApiError, conflict, invalidField, missingField, notFound, unprocessable } from '../../errors.ts'
import { isProcessServed } from '../../operations.ts'
import { type Builder, guarded, idOf } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { loadersOf } from '../loaders-people.ts'
import type { People } from './person-and-party.ts'
import { fieldOf, typeOf } from './verification-enums.ts'

type Types = Builder['$inferSchemaTypes']

/** The error for a status that may not be set; only one is allowed (spec 4.2). */
export function notInEnum(field: string, allowed: StreamStatus): ApiError {
  const description = 'value is not allowed in enum'
  return invalidField(field, { rule: 'inclusion', description, params: { values: [allowed] } })
}

/** Throws if a required text of an input is blank (spec 4, check 4). */
export function requirePresent(input: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(input)) {
    if (value.trim() === '') throw missingField(name)
  }
}

const WORDS = {
  person: { type: 'Person', scope: 'person:verify' },
  party: { type: 'Party', scope: 'party:verify' },
} as const

/** Adds the mutations of both kinds. */
export function addSendAgain(
  builder: Builder,
  people: People,
  types: { readonly person: ObjectRef<Types, PersonRow>; readonly party: ObjectRef<Types, PartyRow> },
): void {
  const person = (name: string) =>
    builder.objectRef<PersonRow>(name).implement({
      fields: (t) => ({ person: t.field({ type: types.person, resolve: (row) => row }) }),
    })
  const party = (name: string) =>
    builder.objectRef<PartyRow>(name).implement({
      fields: (t) => ({ party: t.field({ type: types.party, resolve: (row) => row }) }),
    })
  for (const stream of sentByItself('person')) {
    const { name, input } = addInput(builder, people, 'person', stream)
    builder.mutationField(name, (t) =>
      t.field({
        type: person(payloadOf(name)),
        extensions: guarded({ scopes: [WORDS.person.scope], isForNhs: true }, 'person'),
        args: { input: t.arg({ type: input, required: true }) },
        resolve: async (_root, args, context) => {
          const id = await send('person', stream, name, args.input, context)
          return (await loadersOf(context).person.subjects.load(id)) ?? null
        },
      }),
    )
  }
  for (const stream of sentByItself('party')) {
    const { name, input } = addInput(builder, people, 'party', stream)
    builder.mutationField(name, (t) =>
      t.field({
        type: party(payloadOf(name)),
        extensions: guarded({ scopes: [WORDS.party.scope], isForNhs: true }, 'party'),
        args: { input: t.arg({ type: input, required: true }) },
        resolve: async (_root, args, context) => {
          const id = await send('party', stream, name, args.input, context)
          return (await loadersOf(context).party.subjects.load(id)) ?? null
        },
      }),
    )
  }
}

// The mutation of a stream with candidates takes a person's decisions as well.
function sentByItself(kind: SubjectKind): OwnStream[] {
  return ownStreamsOf(kind).filter((stream) => !rulesOf(stream).proposesCandidates)
}

/** The payload of a mutation, by its name. */
export function payloadOf(mutation: string): string {
  return `${mutation.charAt(0).toUpperCase()}${mutation.slice(1)}Payload`
}

function addInput(builder: Builder, { verification: { enums } }: People, kind: SubjectKind, stream: OwnStream) {
  const { type } = WORDS[kind]
  const name = `update${type}${typeOf(stream)}VerificationStatus`
  const reason: EnumRef<Types, 'ONLINE_TRIGGERED'> = builder.enumType(`${type}${typeOf(stream)}VerificationReason`, {
    values: ['ONLINE_TRIGGERED'] as const,
  })
  const input = builder.inputType(`Update${type}${typeOf(stream)}VerificationStatusInput`, {
    fields: (t) => ({
      [`${kind}Id`]: t.id({ required: true }),
      [`${fieldOf(stream)}VerificationStatus`]: t.field({ type: enums.status[kind], required: true }),
      [`${fieldOf(stream)}VerificationReason`]: t.field({ type: reason, required: true }),
    }),
  })
  return { name, input }
}

async function send(
  kind: SubjectKind,
  stream: OwnStream,
  mutation: string,
  input: Readonly<Record<string, unknown>>,
  context: GraphqlContext,
): Promise<string> {
  const { type } = WORDS[kind]
  const given = String(input[`${kind}Id`])
  requirePresent({ [`${kind}Id`]: given })
  const subjectId = idOf(type, given)
  const status = input[`${fieldOf(stream)}VerificationStatus`] as StreamStatus
  const result = await sendOne({ kind, stream, subjectId, status, userId: context.actor.userId }, mutation, context)
  refuse(type, stream, result)
  loadersOf.forget(context)
  return subjectId
}

/** Queues a stream again, audited under the mutation's name; a disabled stream is refused. */
export function sendOne(
  request: SendAgainRequest,
  mutation: string,
  { actor, database, operations }: GraphqlContext,
): Promise<SendAgainResult> {
  const { kind, stream, subjectId } = request
  // Nobody would ask about it, and the cumulative status would stay VERIFICATION_NEEDED.
  if (!isProcessServed(operations, stream, kind))
    throw unprocessable('this installation has no access to the registry of this process')
  const operation = `Mutation.${mutation}`
  return database.transaction(async (tx) => {
    const sent = await sendAgain(tx, request)
    if (sent.kind === 'sent') {
      await audit(tx, actor, { action: 'write', operation, subjectKind: kind, subjectIds: [subjectId] })
    }
    return sent
  })
}

function refuse(type: string, stream: OwnStream, { kind }: SendAgainResult): void {
  switch (kind) {
    case 'missing':
      throw notFound(`${type} not found`)
    case 'not_active':
      throw conflict(`${type} is not active`)
    case 'status_not_allowed':
      throw notInEnum(`${fieldOf(stream)}VerificationStatus`, 'VERIFICATION_NEEDED')
    case 'sent':
      return
  }
}
