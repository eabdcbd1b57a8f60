/** Reads the audit (spec 4.3): who read a person's data, what a user did, by growing ids. */
import type { Executor } from '../database/query.ts'
import type { Slice } from '../listing/slice.ts'
import { countRows, type Total } from '../listing/total.ts'
import type { AuditAction, AuditResult } from './audit.ts'
import { type AuditFilter, emailsOf, listRecords, namesOfClients, RECORDS, recordsOf } from './plans/records.ts'

export type { AuditFilter } from './plans/records.ts'

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

/** One page of records. */
export function findAudit(executor: Executor, filter: AuditFilter, slice: Slice<number>): Promise<AuditRecord[]> {
  return executor.query<AuditRecord>(listRecords(filter, slice))
}

/** The number of records. */
export function countAudit(executor: Executor, filter: AuditFilter): Promise<Total> {
  return countRows(executor, RECORDS, recordsOf(filter).narrowed)
}

/** The e-mails of users, by id; there is none for the system user and users of another issuer. */
export async function findActorEmails(
  executor: Executor,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await executor.query<{ id: string; email: string }>(emailsOf(ids))
  return new Map(rows.map(({ id, email }) => [id, email]))
}

/** The names of clients, by id. */
export async function findClientNames(
  executor: Executor,
  ids: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const rows = await executor.query<{ id: string; name: string }>(namesOfClients(ids))
  return new Map(rows.map(({ id, name }) => [id, name]))
}
