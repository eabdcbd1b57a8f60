/** Reads the audit (spec 4.3): who read a person's data, what a user did, by growing ids. */
import type { Executor } from '../database/query.ts'
import { Conditions, type Narrowed } from '../listing/conditions.ts'
import type { Slice } from '../listing/slice.ts'
import { countRows, type Total } from '../listing/total.ts'
import type { AuditAction, AuditResult } from './audit.ts'

/** A record. It contains no audited data. */
export interface AuditRecord {
  readonly id: number
  readonly at: Date
  readonly action: AuditAction
  readonly operation: string
  /** Null: unknown, e.g. for a wrong password or an invalid token. */
  readonly user_id: string | null
  readonly client_id: string | null
  /** The id of the request's access token; null: none, or a provider's JWT. */
  readonly token_id: string | null
  readonly request_id: string
  readonly subject_kind: string
  readonly subject_ids: readonly string[]
  readonly reason: string | null
  readonly fields: readonly string[] | null
  readonly result: AuditResult
  readonly address: string | null
  readonly operator: string | null
  readonly occurrences: number
}

/** The filters; omitted ones do not apply. */
export interface AuditFilter {
  /** The subject: a person, a party, a run … */
  readonly subjectId?: string | undefined
  readonly userId?: string | undefined
  readonly clientId?: string | undefined
  readonly tokenId?: string | undefined
  /** The route, the field or the command, as recorded. */
  readonly operation?: string | undefined
  readonly action?: string | undefined
  readonly result?: string | undefined
  readonly address?: string | undefined
  readonly from?: Date | undefined
  readonly to?: Date | undefined
}

// Older records have no result, because then only success was recorded.
const RESULT = `coalesce(a.result, 'done')`

/** One page of records. */
export function findAudit(executor: Executor, filter: AuditFilter, slice: Slice<number>): Promise<AuditRecord[]> {
  const conditions = conditionsOf(filter)
    .addIf(slice.below, (value) => `a.id < ${value}`)
    .addIf(slice.above, (value) => `a.id > ${value}`)
  const limit = conditions.parameter(slice.limit)
  const { where, values } = conditions.narrowed
  return executor.query<AuditRecord>({
    text: `select a.id, a.at, a.action, a.operation, a.user_id, a.client_id, a.token_id, a.request_id, a.subject_kind,
                  a.subject_ids, a.reason, a.fields, ${RESULT} as result, a.address, a.operator, coalesce(a.occurrences, 1) as occurrences
             from zvirka.audit a ${where} order by a.id ${slice.direction} limit ${limit}`,
    values,
  })
}

/** The number of records. */
export function countAudit(executor: Executor, filter: AuditFilter): Promise<Total> {
  const narrowed: Narrowed = conditionsOf(filter).narrowed
  return countRows(executor, 'zvirka.audit a', narrowed)
}

function conditionsOf({
  subjectId,
  userId,
  clientId,
  tokenId,
  operation,
  action,
  result,
  address,
  from,
  to,
}: AuditFilter): Conditions {
  return new Conditions()
    .addIf(subjectId, (value) => `a.subject_ids @> array[${value}::uuid]`)
    .addIf(userId, (value) => `a.user_id = ${value}::uuid`)
    .addIf(clientId, (value) => `a.client_id = ${value}::uuid`)
    .addIf(tokenId, (value) => `a.token_id = ${value}::uuid`)
    .addIf(operation, (value) => `a.operation = ${value}`)
    .addIf(action, (value) => `a.action = ${value}`)
    .addIf(result, (value) => `${RESULT} = ${value}`)
    .addIf(address, (value) => `a.address = ${value}`)
    .addIf(from, (value) => `a.at >= ${value}::timestamptz`)
    .addIf(to, (value) => `a.at < ${value}::timestamptz`)
}

/** The e-mails of users, by id; there is none for the system user and users of another issuer. */
export async function findActorEmails(
  executor: Executor,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await executor.query<{ id: string; email: string }>({
    name: 'audit_emails',
    text: 'select id, email from mithril.users where id = any ($1::uuid[])',
    values: [ids],
  })
  return new Map(rows.map(({ id, email }) => [id, email]))
}

/** The names of clients, by id. */
export async function findClientNames(
  executor: Executor,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await executor.query<{ id: string; name: string }>({
    name: 'audit_clients',
    text: 'select id, name from mithril.clients where id = any ($1::uuid[])',
    values: [ids],
  })
  return new Map(rows.map(({ id, name }) => [id, name]))
}
