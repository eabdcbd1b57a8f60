/** The type UnzrInfo (spec 4.1). The registry's answer is stored unchanged; the type shows its known fields. */
import type { ObjectRef } from '@pothos/core'
import { jobError } from '../../../messages/jobs.ts'
import type { UnzrInfoRow } from '../../../unzr-info/plans/unzr-info.ts'
import { findErrorCodes } from '../../../unzr-info/unzr-info.ts'
import { type Builder, type Guarded, MASKED, PLAIN, UNFORESEEN } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { Loader, perRequest } from '../loaders.ts'
import type { MessageRef } from './message.ts'

type Types = Builder['$inferSchemaTypes']
type Info = Readonly<Record<string, unknown>>

const PLAIN_DETAILS = ['firstName', 'lastName', 'middleName', 'gender', 'dateBirth'] as const
const FORESEEN_DETAILS: readonly string[] = [...PLAIN_DETAILS, 'rnokpp', 'documents']
const PLAIN_DOCUMENT = ['type', 'serial', 'issuedAt', 'issuedBy', 'expirationDate', 'status'] as const
const FORESEEN_DOCUMENT: readonly string[] = [...PLAIN_DOCUMENT, 'number']
const OTHERS = 'Whatever else the registry sent, under its own names.'

/** Adds the type; `load` is for `node(id)`. */
export function addUnzrInfoType(
  builder: Builder,
  message: MessageRef,
  extensions: Guarded,
  load: (id: string, context: GraphqlContext) => Promise<UnzrInfoRow | undefined>,
): ObjectRef<Types, UnzrInfoRow> {
  const details = addDetails(builder)
  const unzrInfo = builder.objectRef<UnzrInfoRow>('UnzrInfo')
  builder.node(unzrInfo, {
    description: "The registry's record of one UNZR, and the state of the request.",
    extensions,
    brandLoadedObjects: true,
    id: { resolve: ({ id }) => id },
    loadOne: load,
    fields: (t) => ({
      databaseId: t.field({ type: 'UUID', nullable: false, resolve: ({ id }) => id }),
      unzr: t.exposeString('unzr', { nullable: false, ...MASKED }),
      jobStatus: t.exposeString('job_status', {
        nullable: false,
        ...PLAIN,
        description: '`pending`, `processed`, `failed`.',
      }),
      info: t.field({
        type: details,
        nullable: true,
        description: 'The last answer; null if the registry has no record, and after `infoDeletedAt`.',
        resolve: ({ info }) => info,
      }),
      error: t.field({
        ...PLAIN,
        type: message,
        nullable: true,
        description: 'Why the last job failed; null if it did not fail, or is no longer known.',
        resolve: async ({ id, job_status }, _args, context) => {
          const code = job_status === 'failed' ? await unzrInfoLoadersOf(context).errors.load(id) : null
          return code == null ? null : jobError(code)
        },
      }),
      errorCode: t.string({
        ...PLAIN,
        description: 'The code as in the log, such as that of a fault.',
        resolve: ({ id, job_status }, _args, context) =>
          job_status === 'failed' ? unzrInfoLoadersOf(context).errors.load(id) : null,
      }),
      syncedAt: t.expose('synced_at', { type: 'DateTime', nullable: true }),
      infoDeletedAt: t.expose('info_deleted_at', {
        ...{ type: 'DateTime', nullable: true },
        description:
          'When the answer was deleted because its retention period ended; null if it was not. The registry may be asked again.',
      }),
      insertedAt: t.expose('inserted_at', { type: 'DateTime', nullable: false }),
      insertedBy: t.expose('inserted_by', { type: 'UUID', nullable: false }),
      updatedAt: t.expose('updated_at', { type: 'DateTime', nullable: false }),
      updatedBy: t.expose('updated_by', { type: 'UUID', nullable: false }),
    }),
  })
  return unzrInfo
}

function addDetails(builder: Builder) {
  const document = builder.objectRef<Info>('UnzrInfoDocument').implement({
    fields: (t) => ({
      ...Object.fromEntries(
        PLAIN_DOCUMENT.map((name) => [
          name,
          t.string({ nullable: true, ...PLAIN, resolve: (each) => textOf(each, name) }),
        ]),
      ),
      number: t.string({ nullable: true, ...MASKED, resolve: (each) => textOf(each, 'number') }),
      others: t.field({
        ...{ type: 'JSON', nullable: true, description: OTHERS, ...UNFORESEEN },
        resolve: (each) => othersOf(each, FORESEEN_DOCUMENT),
      }),
    }),
  })
  return builder.objectRef<Info>('UnzrInfoDetails').implement({
    description: "The registry's record, with the registry's field names.",
    fields: (t) => ({
      ...Object.fromEntries(
        PLAIN_DETAILS.map((name) => [
          name,
          t.string({ nullable: true, ...PLAIN, resolve: (info) => textOf(info, name) }),
        ]),
      ),
      rnokpp: t.string({ nullable: true, ...MASKED, resolve: (info) => textOf(info, 'rnokpp') }),
      documents: t.field({
        type: [document],
        nullable: { list: true, items: false },
        resolve: ({ documents }) => (Array.isArray(documents) ? documents.map(asObject) : []),
      }),
      others: t.field({
        ...{ type: 'JSON', nullable: true, description: OTHERS, ...UNFORESEEN },
        resolve: (info) => othersOf(info, FORESEEN_DETAILS),
      }),
    }),
  })
}

/** A text field. A value of another type (such as a name sent twice) is shown as JSON rather than lost. */
function textOf(object: Info, name: string): string | null {
  const value = Object.hasOwn(object, name) ? object[name] : undefined
  if (value === undefined || value === null) return null
  return typeof value === 'string' ? value : JSON.stringify(value)
}

function asObject(value: unknown): Info {
  return typeof value === 'object' && value !== null ? (value as Info) : { value }
}

/** All unknown fields; null if there are none. */
function othersOf(object: Info, foreseen: readonly string[]): Info | null {
  const others = Object.entries(object).filter(([name]) => !foreseen.includes(name))
  return others.length === 0 ? null : Object.fromEntries(others)
}

/** Loads error codes by the ids of UNZR info. */
const unzrInfoLoadersOf = perRequest(({ database, jobs }) => ({
  errors: new Loader((ids: readonly string[]) => findErrorCodes(database, jobs.unzrInfo, ids)),
}))
