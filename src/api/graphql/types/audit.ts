/** The audit (spec 4.3): who read whose data, and who did what. */
import { AUDIT_ACTIONS, AUDIT_RESULTS, audit } from '../../../audit/audit.ts'
import {
  type AuditFilter,
  type AuditRecord,
  countAudit,
  findActorEmails,
  findAudit,
  findClientNames,
} from '../../../audit/records.ts'
import type { Access } from '../../enforce.ts'
import { unprocessable } from '../../errors.ts'
import { type Builder, guarded, PLAIN } from '../builder.ts'
import type { GraphqlContext } from '../context.ts'
import { Loader, perRequest } from '../loaders.ts'
import { addConnection, addOrder, asked, BY_NUMBER, readPage } from './connections.ts'

const READS: Access = { scopes: ['audit:read'], isForNhs: true }

/** Adds the type and the list. */
export function addAudit(builder: Builder): void {
  const enums = addEnums(builder)
  const connection = addConnection(builder, 'AuditRecord', addRecord(builder, enums))
  const filter = addAuditFilter(builder, enums)
  const orderBy = addOrder(builder, 'AuditOrderBy')
  builder.queryField('audit', (t) =>
    t.field({
      type: connection,
      description: 'Who viewed whose data, and who did what.',
      extensions: guarded(READS, 'itself'),
      args: {
        ...t.arg.connectionArgs(),
        filter: t.arg({ type: filter }),
        orderBy: t.arg({ type: orderBy, defaultValue: 'desc' }),
        isExport: t.arg.boolean({
          description: 'It is downloaded as a file; the audit records that too.',
          defaultValue: false,
        }),
      },
      async resolve(_root, { filter: given, orderBy: order, isExport, ...args }, context) {
        const { database } = context
        const wanted = wantedOf(asked(given))
        const found = await readPage(args, {
          cursors: BY_NUMBER,
          order,
          read: (slice) => findAudit(database, wanted, slice),
          placeOf: ({ id }) => id,
          total: () => countAudit(database, wanted),
        })
        if (isExport === true) await recordExport(context, wanted)
        else context.reads.read('Query.audit', 'audit', [], namesOf(wanted))
        return found
      },
    }),
  )
}

function addEnums(builder: Builder) {
  return {
    action: builder.enumType('AuditAction', {
      values: Object.fromEntries(AUDIT_ACTIONS.map((value) => [value.toUpperCase(), { value }])),
    }),
    result: builder.enumType('AuditResult', {
      values: Object.fromEntries(AUDIT_RESULTS.map((value) => [value.toUpperCase(), { value }])),
    }),
  }
}

type Enums = ReturnType<typeof addEnums>

function addRecord(builder: Builder, { action, result }: Enums) {
  return builder.objectRef<AuditRecord>('AuditRecord').implement({
    description: 'A read of identity data, a write, a sign-in or sign-out, or a refusal. It does not contain the data.',
    fields: (t) => ({
      at: t.expose('at', { type: 'DateTime', nullable: false }),
      action: t.field({ type: action, nullable: false, resolve: (each) => each.action }),
      operation: t.exposeString('operation', {
        nullable: false,
        ...PLAIN,
        description: 'The route, the field or the command.',
      }),
      result: t.field({ type: result, nullable: false, resolve: (each) => each.result }),
      occurrences: t.exposeInt('occurrences', {
        nullable: false,
        description: 'More than one: the number of refusals that came too fast to be recorded separately.',
      }),
      address: t.exposeString('address', {
        nullable: true,
        ...PLAIN,
        description: 'The client address of the request.',
      }),
      operator: t.exposeString('operator', {
        nullable: true,
        ...PLAIN,
        description: "For a command: the operating system's user and the machine.",
      }),
      userId: t.expose('user_id', { type: 'UUID', nullable: true, description: 'Null: unknown.' }),
      userEmail: t.string({
        ...PLAIN,
        description: 'Null: not a user, such as the system itself.',
        resolve: async ({ user_id: id }, _args, context) =>
          id === null ? null : ((await auditLoadersOf(context).emails.load(id)) ?? null),
      }),
      clientId: t.expose('client_id', { type: 'UUID', nullable: true }),
      clientName: t.string({
        ...PLAIN,
        resolve: async ({ client_id: id }, _args, context) =>
          id === null ? null : ((await auditLoadersOf(context).clients.load(id)) ?? null),
      }),
      tokenId: t.expose('token_id', {
        type: 'UUID',
        nullable: true,
        description: 'The token of the request, which may have ended. Null: none, or a JWT of the OpenID provider.',
      }),
      requestId: t.exposeString('request_id', { nullable: false, ...PLAIN }),
      subjectKind: t.exposeString('subject_kind', { nullable: false, ...PLAIN }),
      subjectIds: t.field({ type: ['UUID'], nullable: false, resolve: ({ subject_ids }) => [...subject_ids] }),
      reason: t.exposeString('reason', { nullable: true, ...PLAIN }),
      fields: t.stringList({
        nullable: true,
        ...PLAIN,
        resolve: ({ fields }) => (fields === null ? null : [...fields]),
      }),
    }),
  })
}

function addAuditFilter(builder: Builder, { action, result }: Enums) {
  return builder.inputType('AuditFilter', {
    fields: (t) => ({
      subjectId: t.field({ type: 'UUID', description: 'The subject: a person, a party, a run …' }),
      userId: t.field({ type: 'UUID' }),
      clientId: t.field({ type: 'UUID' }),
      tokenId: t.field({ type: 'UUID', description: 'What was done by this token.' }),
      operation: t.string({ description: 'The route, the field or the command, as it is recorded.' }),
      action: t.field({ type: action }),
      result: t.field({ type: result }),
      address: t.string({ description: 'Where the request came from, as it is recorded.' }),
      from: t.field({ type: 'DateTime' }),
      to: t.field({ type: 'DateTime' }),
    }),
  })
}

// In the audit's own order.
function wantedOf(given: AuditFilter): AuditFilter {
  const { subjectId, userId, clientId, tokenId, operation, action, result, address, from, to } = given
  for (const [name, text] of Object.entries({ operation, address }))
    if (text?.includes('\0') === true) throw unprocessable(`${name} holds what no text may hold`)
  return { subjectId, userId, clientId, tokenId, operation, action, result, address, from, to }
}

// With the names of the filters: records that audit data was exported, without its content.
async function recordExport({ database, actor }: GraphqlContext, filter: AuditFilter): Promise<void> {
  const fields = namesOf(filter)
  const subjectIds = filter.subjectId === undefined ? [] : [filter.subjectId]
  await audit(database, actor, {
    ...{ action: 'read', operation: 'Query.audit', subjectKind: 'audit', subjectIds, fields },
  })
}

function namesOf(filter: AuditFilter): string[] {
  return Object.entries(filter).flatMap(([name, value]) => (value === undefined ? [] : [name]))
}

/** Loads the users and clients of audit records. */
const auditLoadersOf = perRequest(({ database }) => ({
  emails: new Loader((ids: readonly string[]) => findActorEmails(database, ids)),
  clients: new Loader((ids: readonly string[]) => findClientNames(database, ids)),
}))
