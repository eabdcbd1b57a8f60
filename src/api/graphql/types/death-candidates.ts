/** Candidates: acts of death that may belong to a person or a party, for those who decide (spec 8.10, 8.14). */
import type { EnumRef, ObjectRef } from '@pothos/core'
import type { StoredAct } from '../../../death-acts/plans/acts.ts'
import {
  CANDIDATE_STATUSES,
  type CandidateFilter,
  type CandidateRow,
  type CandidateStatus,
  countWaiting,
  listCandidates,
  narrowCandidates,
  type OpenDeclarationRow,
  type WaitingRow,
} from '../../../death-acts/plans/listing.ts'
import type { TimePlace } from '../../../listing/slice.ts'
import { countRows } from '../../../listing/total.ts'
import type { PartyRow, PersonRow } from '../../../people-reading/subjects.ts'
import type { SubjectKind } from '../../../verification/status.ts'
import { KINDS } from '../../../verification-store/kinds.ts'
import { notFound } from '../../errors.ts'
import { type Builder, guarded, idOf, PLAIN } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { deathActLoadersOf } from '../loaders-death-acts.ts'
import { loadersOf } from '../loaders-people.ts'
import {
  addConnection,
  BY_TIME,
  type Connection,
  type ConnectionArguments,
  type Cursors,
  readPage,
} from './connections.ts'
import { PERSON_ACCESS } from './person.ts'

type Types = Builder['$inferSchemaTypes']

/** The types that candidates refer to. */
interface CandidateTypes {
  readonly person: ObjectRef<Types, PersonRow>
  readonly party: ObjectRef<Types, PartyRow>
  readonly act: ObjectRef<Types, StoredAct>
}

const ACCESS = { person: PERSON_ACCESS, party: { scopes: ['party:read'], isForNhs: true } } as const
const NAMES = { person: 'Person', party: 'Party' } as const
const ZONES = ['white', 'grey', 'black'] as const
const ORDERS = ['INSERTED_AT_ASC', 'INSERTED_AT_DESC', 'SCORE_ASC', 'SCORE_DESC'] as const
/** Cursors of a list sorted by score. */
const BY_SCORE: Cursors<TimePlace> = { ...BY_TIME, parts: [/^[01](\.\d{1,17})?$/, ...BY_TIME.parts.slice(1)] }

interface Shared {
  readonly status: EnumRef<Types, CandidateStatus>
  readonly zone: EnumRef<Types, (typeof ZONES)[number]>
  readonly declaration: ObjectRef<Types, OpenDeclarationRow>
}

/** Adds the candidates of both kinds, with their queries. */
export function addDeathCandidates(builder: Builder, types: CandidateTypes): void {
  const shared: Shared = {
    status: builder.enumType('DracsDeathCandidateStatus', { values: CANDIDATE_STATUSES }),
    zone: builder.enumType('DracsDeathCandidateZone', {
      values: { WHITE: { value: 'white' }, GREY: { value: 'grey' }, BLACK: { value: 'black' } } as const,
      description: 'The confidence of the score when the candidate was written: docs/dracs-death.md.',
    }),
    declaration: addDeclaration(builder),
  }
  for (const kind of ['person', 'party'] as const) addKind(builder, kind, types, shared)
  addWaiting(builder, shared)
}

function addWaiting(builder: Builder, { zone }: Shared): void {
  const waiting = builder.objectRef<WaitingRow>('WaitingDracsDeathCandidates').implement({
    description: 'The number of undecided candidates of a kind and zone.',
    fields: (t) => ({
      subject: t.exposeString('kind', { nullable: false, ...PLAIN, description: '`person` or `party`.' }),
      zone: t.field({ type: zone, nullable: false, resolve: (row) => row.zone }),
      count: t.exposeInt('count', { nullable: false }),
      oldestInsertedAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ oldest }) => oldest }),
    }),
  })
  builder.queryField('waitingDracsDeathCandidates', (t) =>
    t.field({
      type: [waiting],
      nullable: false,
      extensions: guarded(PERSON_ACCESS, 'nobody'),
      resolve: (_root, _args, { database }) => database.query<WaitingRow>(countWaiting()),
    }),
  )
}

function addDeclaration(builder: Builder): ObjectRef<Types, OpenDeclarationRow> {
  return builder.objectRef<OpenDeclarationRow>('EndingDeclaration').implement({
    description: 'A declaration that ends if the person is confirmed dead.',
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      declarationNumber: t.exposeString('declaration_number', { nullable: true, ...PLAIN }),
      status: t.exposeString('status', { nullable: false, ...PLAIN }),
      startDate: t.field({ type: 'Date', nullable: false, resolve: ({ start_date }) => start_date }),
      legalEntityName: t.exposeString('legal_entity_name', { nullable: true, ...PLAIN }),
      employeeName: t.exposeString('employee_name', { nullable: true, ...PLAIN }),
    }),
  })
}

function addKind(builder: Builder, kind: SubjectKind, types: CandidateTypes, shared: Shared): void {
  const name = `${NAMES[kind]}DracsDeathCandidate`
  const field = `${kind}DracsDeathCandidate`
  const candidate = addCandidate(builder, kind, types, shared)
  builder.queryField(field, (t) =>
    t.field({
      type: candidate,
      extensions: guarded(ACCESS[kind], 'itself'),
      args: { id: t.arg.id({ required: true }) },
      resolve: async (_root, { id }, context) => {
        const found = await readCandidate(kind, idOf(name, id), `Query.${field}`, context)
        if (found === null) throw notFound('Candidate not found')
        return found
      },
    }),
  )
  const connection = addConnection(builder, name, candidate)
  const filter = builder.inputType(`${name}Filter`, {
    fields: (t) => ({
      status: t.field({ type: shared.status, description: 'Default: NEW.' }),
      minScore: t.float(),
      zone: t.field({ type: shared.zone }),
      databaseId: t.field({ type: 'UUID', description: `Of the ${kind}.` }),
    }),
  })
  const orderBy = builder.enumType(`${name}OrderBy`, { values: ORDERS })
  builder.queryField(`${field}s`, (t) =>
    t.field({
      type: connection,
      nullable: false,
      extensions: guarded(ACCESS[kind], 'itself'),
      args: {
        filter: t.arg({ type: filter }),
        orderBy: t.arg({ type: orderBy, defaultValue: 'SCORE_DESC' }),
        ...t.arg.connectionArgs(),
      },
      resolve: (_root, { filter: given, orderBy: order, ...args }, context) =>
        list(kind, filterOf(given ?? {}), order ?? 'SCORE_DESC', args, context),
    }),
  )
}

function addCandidate(
  builder: Builder,
  kind: SubjectKind,
  types: CandidateTypes,
  { status, zone, declaration }: Shared,
): ObjectRef<Types, CandidateRow> {
  const name = `${NAMES[kind]}DracsDeathCandidate`
  const candidate = builder.objectRef<CandidateRow>(name)
  builder.node(candidate, {
    description: `An act of death that may belong to a ${kind}. A person decides.`,
    extensions: guarded(ACCESS[kind], 'itself'),
    brandLoadedObjects: true,
    id: { resolve: ({ id }) => id },
    loadOne: (id, context) => readCandidate(kind, id, 'Query.node', context),
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      status: t.field({ type: status, nullable: false, resolve: (row) => row.status }),
      statusReason: t.exposeString('status_reason', { nullable: true, ...PLAIN }),
      score: t.exposeFloat('score', { nullable: false, description: 'From 0 to 1.' }),
      zone: t.field({ type: zone, resolve: ({ details }) => ZONES.find((each) => each === details?.['zone']) ?? null }),
      config: t.field({
        type: 'JSON',
        ...PLAIN,
        description: 'How each fact compares.',
        resolve: ({ config }) => config,
      }),
      details: t.field({
        type: 'JSON',
        ...PLAIN,
        description: 'The parts of the score.',
        resolve: ({ details }) => details,
      }),
      insertedAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ inserted_at }) => inserted_at }),
      updatedAt: t.field({ type: 'DateTime', nullable: false, resolve: ({ updated_at }) => updated_at }),
      dracsDeathAct: t.field({
        type: types.act,
        nullable: true,
        resolve: async ({ act_id }, _args, context) => {
          const found = await deathActLoadersOf(context).acts.load(act_id)
          if (found !== undefined) context.reads.read('Query.dracsDeathAct', 'dracs_death_act', [act_id])
          return found ?? null
        },
      }),
      ...(kind === 'person'
        ? {
            person: t.field({
              type: types.person,
              nullable: true,
              resolve: ({ subject_id }, _args, context) => loadersOf(context).person.subjects.load(subject_id),
            }),
            endingDeclarations: t.field({
              type: [declaration],
              nullable: false,
              description: 'What ends if the person is confirmed dead.',
              resolve: async ({ subject_id }, _args, context) =>
                (await deathActLoadersOf(context).declarations.load(subject_id)) ?? [],
            }),
          }
        : {
            party: t.field({
              type: types.party,
              nullable: true,
              resolve: ({ subject_id }, _args, context) => loadersOf(context).party.subjects.load(subject_id),
            }),
          }),
    }),
  })
  return candidate
}

async function readCandidate(
  kind: SubjectKind,
  id: string,
  operation: string,
  context: GraphqlContext,
): Promise<CandidateRow | null> {
  const found = await deathActLoadersOf(context)[kind].load(id)
  if (found === undefined) return null
  context.reads.read(operation, kind, [found.subject_id])
  return found
}

interface GivenFilter {
  readonly status?: CandidateStatus | null | undefined
  readonly minScore?: number | null | undefined
  readonly zone?: string | null | undefined
  readonly databaseId?: string | null | undefined
}

function filterOf({ status, minScore, zone, databaseId }: GivenFilter): CandidateFilter {
  return {
    status: status ?? 'NEW',
    ...{ minScore: minScore ?? undefined, zone: zone ?? undefined, subjectId: databaseId ?? undefined },
  }
}

async function list(
  kind: SubjectKind,
  filter: CandidateFilter,
  order: (typeof ORDERS)[number],
  args: ConnectionArguments,
  context: GraphqlContext,
): Promise<Connection<CandidateRow>> {
  const { database, reads } = context
  const isByScore = order.startsWith('SCORE')
  const value = await readPage(args, {
    cursors: isByScore ? BY_SCORE : BY_TIME,
    order: order.endsWith('_ASC') ? 'asc' : 'desc',
    read: (slice) => database.query<CandidateRow>(listCandidates(kind, filter, isByScore, slice)),
    placeOf: ({ id, score_place, inserted_place }) => ({ at: isByScore ? score_place : inserted_place, id }),
    total: () => countRows(database, KINDS[kind].candidates, narrowCandidates(kind, filter).narrowed),
  })
  const shown = value.edges.map(({ node }) => node.subject_id)
  reads.read(`Query.${kind}DracsDeathCandidates`, kind, shown)
  return value
}
