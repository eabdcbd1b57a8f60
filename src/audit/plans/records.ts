/** Statements that write and read the audit. */
import type { Query } from '../../database/query.ts'
import { Conditions } from '../../listing/conditions.ts'
import type { Slice } from '../../listing/slice.ts'

/** Records actions of one author. */
export function appendAudit(by: object, actions: readonly object[]): Query {
  return {
    name: 'audit',
    text: 'select zvirka.append_audit($1, $2)',
    values: [JSON.stringify(by), JSON.stringify(actions)],
  }
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

/** The table of the records. */
export const RECORDS = 'zvirka.audit a'

// Older records have no result, because then only success was recorded.
const RESULT = `coalesce(a.result, 'done')`

/** One page of records. */
export function listRecords(filter: AuditFilter, slice: Slice<number>): Query {
  const conditions = recordsOf(filter)
    .addIf(slice.below, (value) => `a.id < ${value}`)
    .addIf(slice.above, (value) => `a.id > ${value}`)
  const limit = conditions.parameter(slice.limit)
  const { where, values } = conditions.narrowed
  return {
    text: `select a.id, a.at, a.action, a.operation, a.user_id, a.client_id, a.token_id, a.request_id, a.subject_kind,
                  a.subject_ids, a.reason, a.fields, ${RESULT} as result, a.address, a.operator, coalesce(a.occurrences, 1) as occurrences
             from ${RECORDS} ${where} order by a.id ${slice.direction} limit ${limit}`,
    values,
  }
}

/** The conditions of a filter. */
export function recordsOf({
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

/** The e-mails of users. */
export function emailsOf(ids: readonly string[]): Query {
  return {
    name: 'audit_emails',
    text: 'select id, email from mithril.users where id = any ($1::uuid[])',
    values: [ids],
  }
}

/** The names of clients. */
export function namesOfClients(ids: readonly string[]): Query {
  return {
    name: 'audit_clients',
    text: 'select id, name from mithril.clients where id = any ($1::uuid[])',
    values: [ids],
  }
}
