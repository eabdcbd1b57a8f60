/** A record prepared for writing: statement parameters, and what decides whether to write. */
import { randomUUID } from 'node:crypto'
import type { SubjectKind } from '../verification/status.ts'
import { KINDS } from '../verification-store/kinds.ts'
import type { Triggered } from '../verification-store/trigger.ts'
import type { DocumentRecord, StreamGiven } from './fields.ts'

/** A row as `json_to_recordset` takes it. */
export type DraftRow = Readonly<Record<string, unknown>>

/** Personal: rows are used only as statement parameters. */
export interface Draft {
  readonly id: string
  readonly digest: Buffer
  readonly row: DraftRow
  readonly documents: readonly DraftRow[]
  /** What there is to check if the subject turns out to have changed. */
  readonly triggered: Triggered
}

/** The documents of a subject as rows; ids ascend in the order of the array (spec 7.3). */
export function documentRows(kind: SubjectKind, id: string, documents: readonly DocumentRecord[]): DraftRow[] {
  const ids = documents.map(() => randomUUID()).sort()
  return documents.map((document, place) => ({ id: ids[place], [KINDS[kind].subjectId]: id, place, ...document }))
}

/** The streams of a record, as columns of its row. */
export function givenStreamColumns(verification: Readonly<Record<string, Partial<StreamGiven> | undefined>>): DraftRow {
  const columns: Record<string, string | null> = {}
  for (const [stream, given] of Object.entries(verification)) {
    if (given === undefined) continue
    const { status = null, reason = null, synced_at = null } = given
    columns[`${stream}_status`] = status
    columns[`${stream}_reason`] = reason
    columns[`${stream}_synced_at`] = synced_at
  }
  return columns
}
