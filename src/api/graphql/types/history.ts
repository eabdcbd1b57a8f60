/** `verificationHistory` of persons, parties and their streams (spec 4.3). */
import type { EnumRef, ObjectRef } from '@pothos/core'
import type { Direction } from '../../../listing/slice.ts'
import type { HistoryRow } from '../../../people-reading/history.ts'
import type { Stream, SubjectKind } from '../../../verification/status.ts'
import { type Builder, PLAIN } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { loadersOf } from '../loaders-people.ts'
import {
  addConnection,
  addOrder,
  BY_NUMBER,
  type Connection,
  type ConnectionArguments,
  readPage,
} from './connections.ts'
import type { VerificationEnums } from './verification-enums.ts'

type Types = Builder['$inferSchemaTypes']

/** The subject whose history is read. */
interface HistorySubject {
  readonly kind: SubjectKind
  readonly subjectId: string
  /** Undefined: all streams. */
  readonly stream: Stream | undefined
}

/** The connection's type, and how to read it. */
export interface HistoryOf {
  readonly connection: ObjectRef<Types, Connection<HistoryRow>>
  readonly orderBy: EnumRef<Types, Direction>
  read(of: HistorySubject, args: HistoryArguments, context: GraphqlContext): Promise<Connection<HistoryRow>>
}

/** The arguments of the list. */
interface HistoryArguments extends ConnectionArguments {
  readonly orderBy?: Direction | null | undefined
}

/** Adds the entries of the history, and their connection. */
export function addHistory(builder: Builder, enums: VerificationEnums): HistoryOf {
  const entry = builder.objectRef<HistoryRow>('VerificationHistoryEntry').implement({
    description: 'A change of a stream.',
    fields: (t) => ({
      at: t.field({ type: 'DateTime', nullable: false, resolve: ({ at }) => at }),
      stream: t.field({ type: enums.stream, nullable: false, resolve: ({ stream }) => stream }),
      verificationStatus: t.field({ type: enums.status.person, nullable: false, resolve: ({ status }) => status }),
      verificationReason: t.field({ type: enums.reason, nullable: false, resolve: ({ reason }) => reason }),
      step: t.exposeString('step', {
        nullable: false,
        ...PLAIN,
        description:
          'A step of the published descriptions (1.1, 4, 4.1, 4.2, 5), or import, trigger, recheck, manual, erasure.',
      }),
      runId: t.field({ type: 'UUID', resolve: ({ run_id }) => run_id }),
      messageId: t.field({ type: 'UUID', resolve: ({ message_id }) => message_id }),
      changedBy: t.field({ type: 'UUID', nullable: false, resolve: ({ changed_by }) => changed_by }),
    }),
  })
  const connection = addConnection(builder, 'VerificationHistory', entry)
  const orderBy = addOrder(builder, 'VerificationHistoryOrderBy')
  return { connection, orderBy, read: readHistory }
}

function readHistory(
  { kind, stream, subjectId }: HistorySubject,
  { orderBy: order, ...args }: HistoryArguments,
  context: GraphqlContext,
): Promise<Connection<HistoryRow>> {
  const loaders = loadersOf(context)[kind]
  return readPage(args, {
    cursors: BY_NUMBER,
    order,
    read: async (slice) => (await loaders.history({ kind, stream, ...slice }).load(subjectId)) ?? [],
    placeOf: ({ id }) => id,
    total: async () => ({
      count: (await loaders.historyCounts({ kind, stream }).load(subjectId)) ?? 0,
      isExact: true,
    }),
  })
}
