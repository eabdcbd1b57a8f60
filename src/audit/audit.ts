/**
 * The audit (spec 6): every read of a person's or party's identity data, and every write. A write is recorded in the transaction of the
 * write; what a request read is gathered and recorded by one statement before its answer is sent, so that nobody sees what was not recorded.
 */
import type { Executor, Query } from '../database/query.ts'

/** Who acts, for the record. */
export interface Actor {
  readonly userId: string
  readonly clientId: string
  readonly requestId: string
}

/** One act. */
export interface AuditEntry {
  readonly action: 'read' | 'write' | 'reveal'
  /** The route or field. */
  readonly operation: string
  readonly subjectKind: string
  readonly subjectIds: readonly string[]
  readonly reason?: string | null
  readonly fields?: readonly string[]
}

/** Records acts, by one statement. */
export function insertAudit(actor: Actor, entries: readonly AuditEntry[]): Query {
  const rows = entries.map(({ action, operation, subjectKind, subjectIds, reason, fields }) => ({
    ...{ action, operation, subject_kind: subjectKind, subject_ids: subjectIds },
    // Half a character, which PostgreSQL takes for no JSON, must not keep an act from being recorded.
    ...{ reason: reason?.toWellFormed() ?? null, fields: fields ?? null },
  }))
  return {
    name: 'audit',
    text: `
insert into zvirka.audit (action, operation, user_id, client_id, request_id, subject_kind, subject_ids, reason, fields)
select e.action, e.operation, $2, $3, $4, e.subject_kind, e.subject_ids, e.reason, e.fields
  from jsonb_to_recordset($1) as e (action text, operation text, subject_kind text, subject_ids uuid[], reason text, fields text[])`,
    values: [JSON.stringify(rows), actor.userId, actor.clientId, actor.requestId],
  }
}

/** Records an act in the transaction that does it. */
export async function audit(tx: Executor, actor: Actor, ...entries: AuditEntry[]): Promise<void> {
  await tx.query(insertAudit(actor, entries))
}

/** Whose identity data are read. */
export type ReadSubject = 'person' | 'party' | 'unzr_info' | 'employee_request'

/** Gathers what one request reads; `flush` records it, by one statement. */
export class ReadAudit {
  readonly #ids = new Map<string, { operation: string; subjectKind: string; ids: Set<string> }>()

  /** Notes that identity data of these subjects were read. */
  read(operation: string, subjectKind: ReadSubject, ids: readonly string[]): void {
    const key = `${operation} ${subjectKind}`
    const known = this.#ids.get(key) ?? { operation, subjectKind, ids: new Set<string>() }
    this.#ids.set(key, known)
    for (const id of ids) known.ids.add(id)
  }

  /** Records what was noted since the last time. */
  async flush(executor: Executor, actor: Actor): Promise<void> {
    const noted = [...this.#ids.values()].filter(({ ids }) => ids.size > 0)
    this.#ids.clear()
    if (noted.length === 0) return
    const entries = noted.map(({ operation, subjectKind, ids }) => ({
      ...{ action: 'read' as const, operation, subjectKind, subjectIds: [...ids].sort() },
    }))
    await executor.query(insertAudit(actor, entries))
  }
}
