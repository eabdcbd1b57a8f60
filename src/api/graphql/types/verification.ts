/** How persons and parties are verified, by stream, with explanations (spec 4.3). */
import type { ObjectRef } from '@pothos/core'
import type { Message } from '../../../messages/messages.ts'
import type { StreamVerification, Verification } from '../../../people-reading/verifications.ts'
import type { Cause, Explanation } from '../../../synchronization/explain.ts'
import { STREAMS_OF, type Stream, type StreamState, type SubjectKind } from '../../../verification/status.ts'
import { rulesOf } from '../../../verification/streams/streams.ts'
import { isOwnStream, isShown } from '../../../verification-store/kinds.ts'
import { isProcessServed } from '../../operations.ts'
import { type Builder, PLAIN } from '../builder.ts'
import { deathActLoadersOf } from '../loaders-death-acts.ts'
import { loadersOf } from '../loaders-people.ts'
import { addHistory, type HistoryOf } from './history.ts'
import type { MessageRef } from './message.ts'
import { addEnums, fieldOf, typeOf, type VerificationEnums } from './verification-enums.ts'

type Types = Builder['$inferSchemaTypes']

/** What the types of persons and parties need. */
export interface VerificationTypes {
  readonly enums: VerificationEnums
  readonly details: Readonly<Record<SubjectKind, ObjectRef<Types, Verification>>>
  readonly history: HistoryOf
  readonly message: ObjectRef<Types, Message>
}

/** Adds the enums, the streams of each kind, and their history. */
export function addVerification(builder: Builder, message: MessageRef): VerificationTypes {
  const enums = addEnums(builder)
  const history = addHistory(builder, enums)
  const explanation = addExplanation(builder, enums, message)
  const details = (kind: SubjectKind) => addDetails(builder, kind, { enums, history, explanation })
  return { enums, history, message, details: { person: details('person'), party: details('party') } }
}

interface Parts {
  readonly enums: VerificationEnums
  readonly history: HistoryOf
  readonly explanation: ObjectRef<Types, Explanation>
}

function addDetails(builder: Builder, kind: SubjectKind, parts: Parts): ObjectRef<Types, Verification> {
  const prefix = kind === 'person' ? 'Person' : 'Party'
  const streams = STREAMS_OF[kind].map(
    (stream: Stream) =>
      [stream, addStream(builder, `${prefix}${typeOf(stream)}Verification`, stream, kind, parts)] as const,
  )
  return builder.objectRef<Verification>(`${prefix}VerificationDetails`).implement({
    fields: (t) =>
      Object.fromEntries(
        streams.map(([stream, type]) => [
          fieldOf(stream),
          t.field({ type, resolve: (verification) => verification.streams.get(stream) ?? null }),
        ]),
      ),
  })
}

// The additional fields differ between streams: the registry's answer, or a manual comment.
function addStream(
  builder: Builder,
  name: string,
  stream: Stream,
  kind: SubjectKind,
  { enums, history, explanation }: Parts,
): ObjectRef<Types, StreamVerification> {
  return builder.objectRef<StreamVerification>(name).implement({
    fields: (t) => ({
      verificationStatus: t.field({ type: enums.status[kind], nullable: false, resolve: ({ status }) => status }),
      verificationReason: t.field({ type: enums.reason, nullable: false, resolve: ({ reason }) => reason }),
      unverifiedAt: t.field({ type: 'DateTime', resolve: ({ unverifiedAt }) => unverifiedAt }),
      ...(isShown(stream, 'status')
        ? { status: t.int({ description: 'What the registry answered.', resolve: ({ dataStatus }) => dataStatus }) }
        : {}),
      ...(isOwnStream(stream)
        ? {
            isServed: t.boolean({
              nullable: false,
              description: 'Whether this installation asks its registry. The stream cannot be sent again otherwise.',
              resolve: (_verification, _args, { operations }) => isProcessServed(operations, stream, kind),
            }),
          }
        : {}),
      ...(isShown(stream, 'synced_at')
        ? { syncedAt: t.field({ type: 'DateTime', resolve: ({ syncedAt }) => syncedAt }) }
        : {}),
      ...(isShown(stream, 'result') ? { result: t.int({ resolve: ({ result }) => result }) } : {}),
      ...(isShown(stream, 'verification_comment')
        ? { comment: t.string({ ...PLAIN, resolve: ({ comment }) => comment }) }
        : {}),
      ...(isShown(stream, 'online_status')
        ? {
            onlineStatus: t.field({
              type: enums.online,
              description: 'Whether the register was asked since the last trigger: READY, not yet.',
              resolve: ({ onlineStatus }) => onlineStatus,
            }),
          }
        : {}),
      ...(isOwnStream(stream) && rulesOf(stream).proposesCandidates
        ? {
            waitingCandidateId: t.field({
              type: 'UUID',
              description: 'The undecided candidate with the highest score.',
              resolve: async ({ subjectId }, _args, context) =>
                (await deathActLoadersOf(context).waiting[kind].load(subjectId))?.id ?? null,
            }),
          }
        : {}),
      ...(kind === 'person' && isShown(stream, 'act_id')
        ? {
            actId: t.field({
              type: 'UUID',
              description: 'The act that counts as the person’s.',
              resolve: ({ actId }) => actId,
            }),
          }
        : {}),
      explanation: t.field({
        type: explanation,
        description: 'Why the stream has its status, and what comes next.',
        resolve: async ({ subjectId }, _args, context) => {
          const explained = await loadersOf(context)[kind].explanations.load(subjectId)
          return explained?.streams.find((each) => each.stream === stream) ?? null
        },
      }),
      verificationHistory: t.field({
        type: history.connection,
        nullable: false,
        description: 'Every change of the stream.',
        args: {
          ...t.arg.connectionArgs(),
          orderBy: t.arg({ type: history.orderBy, defaultValue: 'desc' }),
        },
        resolve: ({ subjectId }, args, context) => history.read({ kind, stream, subjectId }, args, context),
      }),
    }),
  })
}

function addExplanation(
  builder: Builder,
  enums: VerificationEnums,
  message: ObjectRef<Types, Message>,
): ObjectRef<Types, Explanation> {
  const cause = builder.objectRef<Cause>('VerificationCause').implement({
    description: 'Why a status was written, by whom and when; unknown values are null.',
    fields: (t) => ({
      why: t.field({ type: [message], nullable: false, resolve: ({ why }) => why }),
      rule: t.exposeString('rule', {
        nullable: true,
        ...PLAIN,
        description: 'The section of the specification (docs/specification) with the rule.',
      }),
      at: t.field({ type: 'DateTime', resolve: ({ at }) => at }),
      runId: t.field({ type: 'UUID', resolve: ({ runId }) => runId }),
      userId: t.field({ type: 'UUID', resolve: ({ userId }) => userId }),
      messageId: t.field({
        type: 'UUID',
        description: 'The message to the registry.',
        resolve: ({ messageId }) => messageId,
      }),
    }),
  })
  const before = builder.objectRef<StreamState & { readonly cause: Cause }>('VerificationBefore').implement({
    description: 'The state of a stream before the current check.',
    fields: (t) => ({
      verificationStatus: t.field({ type: enums.status.person, nullable: false, resolve: ({ status }) => status }),
      verificationReason: t.field({ type: enums.reason, nullable: false, resolve: ({ reason }) => reason }),
      cause: t.field({ type: cause, nullable: false, resolve: (each) => each.cause }),
    }),
  })
  return builder.objectRef<Explanation>('VerificationExplanation').implement({
    fields: (t) => ({
      cause: t.field({ type: cause, nullable: false, resolve: (each) => each.cause }),
      before: t.field({ type: before, resolve: (each) => each.before }),
      next: t.field({
        type: [message],
        nullable: false,
        description: 'What will happen next, and when.',
        resolve: (each) => each.next,
      }),
    }),
  })
}
