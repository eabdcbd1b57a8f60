/** What persons and parties have in common, and the assembly of their parts (spec 4.2, 4.3). */
import type { ObjectRef } from '@pothos/core'
import type { DocumentRow, RowOf, SubjectRow } from '../../../people-reading/subjects.ts'
import type { SubjectKind } from '../../../verification/status.ts'
import { type Builder, MASKED, PLAIN } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { loadersOf } from '../loaders-people.ts'
import type { VerificationTypes } from './verification.ts'

type Types = Builder['$inferSchemaTypes']

/** What the types of persons and parties need. */
export interface People {
  readonly verification: VerificationTypes
  readonly documents: ObjectRef<Types, DocumentRow>
}

/** The fields of both kinds. */
export function subjectFields<K extends SubjectKind>(
  t: PothosSchemaTypes.ObjectFieldBuilder<Types, RowOf[K]>,
  kind: K,
  people: People,
) {
  return commonFields(t as unknown as PothosSchemaTypes.ObjectFieldBuilder<Types, SubjectRow>, kind, people)
}

function commonFields(
  t: PothosSchemaTypes.ObjectFieldBuilder<Types, SubjectRow>,
  kind: SubjectKind,
  { verification: { enums, details, history, message }, documents }: People,
) {
  return {
    databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
    firstName: t.exposeString('first_name', { nullable: false, ...PLAIN }),
    lastName: t.exposeString('last_name', { nullable: false, ...PLAIN }),
    secondName: t.exposeString('second_name', { nullable: true, ...PLAIN }),
    birthDate: t.field({ type: 'Date', nullable: false, resolve: ({ birth_date }) => birth_date }),
    gender: t.exposeString('gender', { nullable: true, ...PLAIN }),
    taxId: t.exposeString('tax_id', { nullable: true, ...MASKED }),
    noTaxId: t.exposeBoolean('no_tax_id', { nullable: false }),
    documents: t.field({
      type: [documents],
      nullable: false,
      resolve: async ({ id }, _args, context) => (await loadersOf(context)[kind].documents.load(id)) ?? [],
    }),
    verificationStatus: t.field({
      type: enums.cumulative,
      nullable: false,
      description: 'The cumulative status of all streams.',
      resolve: ({ verification_status }) => verification_status,
    }),
    verificationExplanation: t.field({
      type: [message],
      description: 'Why it has this value.',
      resolve: async ({ id }, _args, context) => (await loadersOf(context)[kind].explanations.load(id))?.why ?? null,
    }),
    verificationDetails: t.field({
      type: details[kind],
      resolve: async ({ id }, _args, context) => (await loadersOf(context)[kind].verifications.load(id)) ?? null,
    }),
    verificationHistory: t.field({
      type: history.connection,
      nullable: false,
      description: 'All changes of the streams.',
      args: {
        stream: t.arg({ type: enums.stream }),
        ...t.arg.connectionArgs(),
        orderBy: t.arg({ type: history.orderBy, defaultValue: 'desc' }),
      },
      resolve: ({ id }, { stream, ...args }, context) =>
        history.read({ kind, subjectId: id, stream: stream ?? undefined }, args, context),
    }),
    insertedAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ inserted_at }) => inserted_at }),
    insertedBy: t.field({ type: 'UUID', nullable: false, resolve: ({ inserted_by }) => inserted_by }),
    updatedAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ updated_at }) => updated_at }),
    updatedBy: t.field({ type: 'UUID', nullable: false, resolve: ({ updated_by }) => updated_by }),
  }
}

/** Finds a subject for `node(id)`; null if unknown, as Relay requires. */
export async function byNode<K extends SubjectKind>(
  kind: K,
  id: string,
  context: GraphqlContext,
): Promise<RowOf[K] | null> {
  const loaders: { readonly subjects: { load(id: string): Promise<RowOf[SubjectKind] | undefined> } } =
    loadersOf(context)[kind]
  return ((await loaders.subjects.load(id)) ?? null) as RowOf[K] | null
}
