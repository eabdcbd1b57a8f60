/**
 * The audit (spec 6): every read of identity data, every write, every sign-in and refusal. A write is recorded in its own transaction. The
 * reads of an operation are collected and recorded with one statement before its answer is sent, so nobody sees data without a record. A
 * database function appends records and sets the time and the login itself (migration 0013).
 */
import type { Executor, Query } from '../database/query.ts'
import { appendAudit } from './plans/records.ts'

/** The author of an action, for the record; unknown fields are omitted. */
export interface Author {
  readonly userId?: string | undefined
  readonly clientId?: string | undefined
  /** The id of the request's access token; a provider's JWT has none here. */
  readonly tokenId?: string | undefined
  readonly requestId: string
  /** The client's address, as trusted proxies report it. */
  readonly address?: string | undefined
  /** For a command: the operating system's user, and the machine. */
  readonly operator?: string | undefined
}

/** The acting user, if known. */
export interface Actor extends Author {
  readonly userId: string
  readonly clientId: string
}

/** The kinds of actions. */
export const AUDIT_ACTIONS = ['read', 'write', 'reveal', 'sign_in', 'sign_out', 'refusal'] as const
export type AuditAction = (typeof AUDIT_ACTIONS)[number]

/** The results of actions; most are recorded only when done. */
export const AUDIT_RESULTS = [
  'done',
  'wrong_credentials',
  'code_needed',
  'wrong_code',
  'too_early',
  'unauthenticated',
  'forbidden',
] as const
export type AuditResult = (typeof AUDIT_RESULTS)[number]

/** One action. */
export interface AuditEntry {
  readonly action: AuditAction
  /** The route, the field or the command. */
  readonly operation: string
  readonly subjectKind: string
  readonly subjectIds: readonly string[]
  readonly reason?: string | null
  readonly fields?: readonly string[]
  /** Default: done. */
  readonly result?: AuditResult
  /** How many actions this record covers, if there were too many to record one by one. */
  readonly occurrences?: number
}

/** Records actions with one statement. */
export function insertAudit(author: Author, entries: readonly AuditEntry[]): Query {
  const rows = entries.map(({ action, operation, subjectKind, subjectIds, reason, fields, result, occurrences }) => ({
    ...{ action, operation, subject_kind: subjectKind, subject_ids: subjectIds, result: result ?? 'done', occurrences },
    // PostgreSQL's JSON refuses a lone surrogate, which must not prevent the record.
    ...{ reason: reason?.toWellFormed() ?? null, fields: fields ?? null },
  }))
  const { userId, clientId, tokenId, requestId, address, operator } = author
  const by = { user_id: userId, client_id: clientId, token_id: tokenId, request_id: requestId, address, operator }
  return appendAudit(by, rows)
}

/** Records an action in its own transaction. */
export async function audit(tx: Executor, author: Author, ...entries: AuditEntry[]): Promise<void> {
  await tx.query(insertAudit(author, entries))
}

/** Whose identity data is read. */
export type ReadSubject = 'person' | 'party' | 'unzr_info' | 'dracs_death_act' | 'employee_request' | 'audit'

/** Collects what one operation reads and what of it was refused; `flush` records it with one statement. */
export class ReadAudit {
  readonly #ids = new Map<
    string,
    { operation: string; subjectKind: string; ids: Set<string>; fields?: readonly string[] }
  >()
  readonly #refusals = new Map<string, AuditEntry>()

  /**
   * Notes that identity data of these subjects was read. No subjects: a search without results, or a count. `fields`: the filters used,
   * without values.
   */
  read(operation: string, subjectKind: ReadSubject, ids: readonly string[], fields?: readonly string[]): void {
    const key = `${operation} ${subjectKind} ${fields?.join(' ')}`
    const known = this.#ids.get(key) ?? {
      ...{ operation, subjectKind, ids: new Set<string>() },
      ...(fields === undefined ? {} : { fields }),
    }
    this.#ids.set(key, known)
    for (const id of ids) known.ids.add(id)
  }

  /** Notes that a part of the operation was refused. */
  refused(operation: string, result: 'unauthenticated' | 'forbidden'): void {
    const entry = { action: 'refusal' as const, operation, subjectKind: 'access', subjectIds: [], result }
    this.#refusals.set(`${operation} ${result}`, entry)
  }

  /** Records what was noted since the last flush. */
  async flush(executor: Executor, author: Author): Promise<void> {
    const reads = [...this.#ids.values()].map(({ operation, subjectKind, ids, fields }) => ({
      ...{ action: 'read' as const, operation, subjectKind, subjectIds: [...ids].sort() },
      ...(fields === undefined ? {} : { fields }),
    }))
    const entries = [...reads, ...this.#refusals.values()]
    this.#ids.clear()
    this.#refusals.clear()
    if (entries.length > 0) await executor.query(insertAudit(author, entries))
  }
}
