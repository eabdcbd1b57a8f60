/** UNZR info (spec 4.1): ask the registry about one UNZR, and see what it answered. */
import { audit } from '../../../audit/audit.ts'
import { requireKeys } from '../../../encryption/encryption.ts'
import type { Direction } from '../../../listing/slice.ts'
import { countRows } from '../../../listing/total.ts'
import { listUnzrInfo, narrowUnzrInfo, type UnzrInfoFilter } from '../../../unzr-info/plans/list.ts'
import {
  hasInfo,
  type StoredUnzrInfo,
  UNZR_INFO_STATUSES,
  type UnzrInfoRow,
} from '../../../unzr-info/plans/unzr-info.ts'
import { openInfo } from '../../../unzr-info/sealed-info.ts'
import { findUnzrInfo, findUnzrInfoById, syncUnzrInfo } from '../../../unzr-info/unzr-info.ts'
import type { Access } from '../../enforce.ts'
import { missingField, unprocessable } from '../../errors.ts'
import { isKeptFromNumbersOf } from '../../mask.ts'
import { entryOf, type Lookup } from '../../number-lookups.ts'
import { type Builder, guarded } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { found } from '../personal.ts'
import { addConnection, addOrder, asked, BY_TIME, type ConnectionArguments, pageOf } from './connections.ts'
import type { MessageRef } from './message.ts'
import { addUnzrInfoType } from './unzr-info-type.ts'

const READS: Access = { scopes: ['unzr:read'], isForNhs: true }
const WRITES: Access = { scopes: ['unzr:write'], isForNhs: true }
/** The limit of the index on the UNZR; real ones are far shorter. */
const LONGEST_UNZR = 255

type UnzrInfoRef = ReturnType<typeof addUnzrInfoType>

/** Adds the type, the mutation, the query and the list. */
export function addUnzrInfo(builder: Builder, message: MessageRef): void {
  const unzrInfo = addUnzrInfoType(
    builder,
    message,
    guarded(READS, 'unzr_info'),
    async (id, { database, encryption }) => {
      const stored = await findUnzrInfoById(database, id)
      return stored && openInfo(encryption, stored)
    },
  )
  addSync(builder, unzrInfo)
  addQuery(builder, unzrInfo)
  addList(builder, unzrInfo)
}

function addSync(builder: Builder, unzrInfo: UnzrInfoRef): void {
  const input = builder.inputType('SyncUnzrInfoRegisterInput', {
    fields: (t) => ({ unzr: t.string({ required: true, description: 'Sent to the registry exactly as given.' }) }),
  })
  const payload = builder.objectRef<{ row: UnzrInfoRow }>('SyncUnzrInfoRegisterPayload').implement({
    fields: (t) => ({ unzrInfo: t.field({ type: unzrInfo, resolve: ({ row }) => row }) }),
  })
  builder.mutationField('syncUnzrInfoRegister', (t) =>
    t.field({
      type: payload,
      description: 'Asks the registry about a UNZR; joins a request that is already in progress.',
      extensions: guarded(WRITES, 'itself'),
      args: { input: t.arg({ type: input, required: true }) },
      resolve: async (_root, { input: { unzr } }, context) => ({ row: await sync(context, validUnzr(unzr)) }),
    }),
  )
}

const SYNC = 'Mutation.syncUnzrInfoRegister'

// What the registry has about a UNZR reveals its owner, as our own records do.
function lookupOf(
  operation: string,
  unzr: string,
  { principal }: GraphqlContext,
  besides: readonly string[] = [],
): Lookup {
  const isLimited = isKeptFromNumbersOf(principal, 'person')
  return { operation, subjectKind: 'unzr_info', numbers: { unzr }, besides, isLimited }
}

// One transaction writes, looks up, and records both.
async function sync(context: GraphqlContext, unzr: string): Promise<UnzrInfoRow> {
  const { database, jobs, principal, actor, lookups } = context
  // Without keys the registry's answer could not be stored.
  const encryption = requireKeys(context.encryption)
  const lookup = lookupOf(SYNC, unzr, context)
  const stored = await lookups.look(lookup, () =>
    database.transaction(async (tx) => {
      const value = await syncUnzrInfo(tx, jobs.jobs, jobs.unzrInfo, { unzr, userId: principal.userId })
      const write = { action: 'write', operation: SYNC, subjectKind: 'unzr_info', subjectIds: [value.id] } as const
      // The registry's answer is not known yet.
      const ids = hasInfo(value) ? [value.id] : []
      await audit(tx, actor, write, entryOf(lookup, ids))
      return { value, ids, counts: 'found', isRecorded: true }
    }),
  )
  return openInfo(encryption, stored)
}

/** Unchanged (spec 4.1), if it can be stored at all. */
function validUnzr(unzr: string): string {
  if (unzr.trim() === '') throw missingField('unzr')
  if (unzr.length > LONGEST_UNZR) {
    throw unprocessable(`expected value to have a maximum length of ${LONGEST_UNZR} but was ${unzr.length}`)
  }
  if (unzr.includes('\0') || !unzr.isWellFormed()) throw unprocessable('unzr holds what is no character')
  return unzr
}

function addQuery(builder: Builder, unzrInfo: UnzrInfoRef): void {
  builder.queryField('unzrInfoRegister', (t) =>
    t.field({
      type: unzrInfo,
      nullable: true,
      description: 'The stored answer about a UNZR; null if nobody has asked.',
      extensions: guarded(READS, 'unzr_info'),
      args: { unzr: t.arg.string({ required: true }) },
      resolve: (_root, { unzr: given }, context) => {
        const unzr = validUnzr(given)
        const find = async () => {
          const stored = await findUnzrInfo(context.database, unzr)
          return stored === undefined ? null : openInfo(context.encryption, stored)
        }
        return context.lookups.look(lookupOf('Query.unzrInfoRegister', unzr, context), found(find))
      },
    }),
  )
}

function addList(builder: Builder, unzrInfo: UnzrInfoRef): void {
  const connection = addConnection(builder, 'UnzrInfo', unzrInfo)
  const filter = builder.inputType('UnzrInfoFilter', {
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID' }),
      unzr: t.string(),
      jobStatus: t.string({ description: '`pending`, `processed` or `failed`.' }),
    }),
  })
  const orderBy = addOrder(builder, 'UnzrInfoOrderBy')
  builder.queryField('unzrInfoRegisters', (t) =>
    t.field({
      type: connection,
      extensions: guarded(READS, 'unzr_info'),
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: filter }),
        orderBy: t.arg({ type: orderBy, defaultValue: 'desc' }),
      },
      resolve: (_root, { filter: given, orderBy: order, ...args }, context) =>
        list(context, filterOf(asked(given)), order, args),
    }),
  )
}

type Given = Readonly<Partial<Record<keyof UnzrInfoFilter, string | undefined>>>

function filterOf({ databaseId, unzr, jobStatus: given }: Given): UnzrInfoFilter {
  const jobStatus = UNZR_INFO_STATUSES.find((each) => each === given)
  if (given !== undefined && jobStatus === undefined) throw unprocessable('value is not allowed in enum')
  return { databaseId, unzr: unzr === undefined ? unzr : validUnzr(unzr), jobStatus }
}

function list(
  context: GraphqlContext,
  filter: UnzrInfoFilter,
  order: Direction | null | undefined,
  args: ConnectionArguments,
) {
  const { database, encryption } = context
  const read = pageOf(args, {
    cursors: BY_TIME,
    order,
    read: async (slice) =>
      (await database.query<StoredUnzrInfo>(listUnzrInfo(filter, slice))).map((row) => openInfo(encryption, row)),
    placeOf: ({ position, id }) => ({ at: position, id }),
    total: () => countRows(database, 'mimir.unzr_info', narrowUnzrInfo(filter).narrowed),
  })
  const { databaseId, unzr } = filter
  if (unzr === undefined) return read()
  const besides = databaseId === undefined ? [] : ['databaseId']
  return context.lookups.look(lookupOf('Query.unzrInfoRegisters', unzr, context, besides), found(read))
}
