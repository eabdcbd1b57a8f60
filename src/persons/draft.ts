/** A record made ready to be written: what statements take, and what decides whether there is anything to write. */
import { randomUUID } from 'node:crypto'
import { reveal, type Sensitive } from '../privacy/sensitive.ts'
import { isPassportType } from '../verification/documents.ts'
import type { Triggered } from '../verification-store/trigger.ts'
import { digestOf } from './digest.ts'
import type { PersonRecord, StreamGiven } from './record.ts'

/** Personal: `row` and `documents` are parameters of statements and nothing else. */
export interface Draft {
  readonly id: string
  readonly digest: Buffer
  readonly row: Readonly<Record<string, unknown>>
  readonly documents: readonly Readonly<Record<string, unknown>>[]
  /** What there is to check if the person turns out to be a changed one. */
  readonly triggered: Triggered
}

/** Makes a record ready. */
export function draftOf(person: Sensitive<PersonRecord>): Draft {
  const record = reveal(person)
  const { verification, documents, ...columns } = record
  const digest = digestOf(record)
  // Ids that rise in the order of the array (spec 7.3).
  const ids = documents.map(() => randomUUID()).sort()
  return {
    id: record.id,
    digest,
    row: { ...columns, digest: digest.toString('hex'), ...streamColumns(verification) },
    documents: documents.map((document, place) => ({ id: ids[place], person_id: record.id, place, ...document })),
    triggered: {
      subjectId: record.id,
      hasPassport: documents.some(({ type }) => isPassportType(type)),
      hasUnzr: record.unzr !== null && record.unzr !== '',
    },
  }
}

function streamColumns(verification: PersonRecord['verification']): Record<string, string | null> {
  const columns: Record<string, string | null> = {}
  for (const [stream, given] of Object.entries(verification)) {
    if (given === undefined) continue
    const { status, reason, synced_at = null }: Partial<StreamGiven> & Omit<StreamGiven, 'synced_at'> = given
    columns[`${stream}_status`] = status
    columns[`${stream}_reason`] = reason
    columns[`${stream}_synced_at`] = synced_at
  }
  return columns
}
