/** Shared code for tests of imports of either kind. */
import { Readable } from 'node:stream'
import type { Database } from '../../src/database/database.ts'
import type { Executor } from '../../src/database/query.ts'
import type { DocumentRecord } from '../../src/imports/fields.ts'
import type { ImportOptions, ImportResult } from '../../src/imports/import.ts'
import { reveal } from '../../src/privacy/sensitive.ts'
import { openRecordFile } from '../../src/records/file.ts'
import { OWN_STREAMS, STREAMS_OF, type SubjectKind } from '../../src/verification/status.ts'
import { KINDS } from '../../src/verification-store/kinds.ts'
import { wideOf } from '../support/wide.ts'
import { isYesOrNo } from '../synchronization/changes.ts'
import { USER } from '../synchronization/people.ts'

/** A line of a file: with any content. */
export type Line = Readonly<Record<string, unknown>>

/** A document of a record. */
export function document(number: string, given: Line = {}): DocumentRecord {
  return { type: 'NATIONAL_ID', number, issued_at: '2020-05-06', expiration_date: null, issued_by: '8001', ...given }
}

export interface Imported extends ImportResult {
  readonly bad: readonly { readonly line: number; readonly reason: string; readonly original: string }[]
}

type Import = (database: Database, options: ImportOptions) => Promise<ImportResult>
type Given = Partial<ImportOptions>

/** Imports of one kind: text as from a pipe, and records as NDJSON. */
export function importsBy(importFile: Import) {
  const importText = async (database: Database, text: string | Buffer, options: Given = {}): Promise<Imported> => {
    const file = await openRecordFile('-', { standardInput: Readable.from([Buffer.from(text)]) })
    const bad: { line: number; reason: string; original: string }[] = []
    try {
      const result = await importFile(database, {
        file,
        userId: USER,
        // An installation without access to the tax register and DRACS: their streams stay as they are.
        served: new Set(OWN_STREAMS.filter(isYesOrNo)),
        onBadLine: ({ line, reason, original }) => void bad.push({ line, reason, original: reveal(original) }),
        ...options,
      })
      return { ...result, bad }
    } finally {
      await file.close()
    }
  }
  const importLines = (database: Database, lines: readonly Line[], options: Given = {}): Promise<Imported> =>
    importText(database, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), options)
  return { importText, importLines }
}

export type StreamRow = Readonly<Record<string, string | number | null | boolean>>

/** The stored state of a subject, without what differs from run to run; undefined if there is none. */
export async function storedSubject(database: Executor, kind: SubjectKind, id: string) {
  const { subjects, documents, subjectId } = KINDS[kind]
  const verifications = wideOf(kind)
  const [row] = await database.query<{ subject: Line & { verification_status: string }; documents: Line[] }>({
    text: `select to_jsonb(s) - array['inserted_at', 'updated_at', 'death_date'] as subject,
                  coalesce((select jsonb_agg(to_jsonb(d) - array['id', '${subjectId}', 'inserted_at', 'updated_at']
                                     order by d.inserted_at, d.id)
                              from ${documents} d where d.${subjectId} = s.id), '[]') as documents
             from ${subjects} s where s.id = $1`,
    values: [id],
  })
  if (row === undefined) return undefined
  const [verification] = await database.query<Line>({
    text: `select is_subject_active, dracs_death_online_status, updated_by, ${STREAMS_OF[kind].map(streamJson).join(', ')}
             from ${verifications} v where v.${subjectId} = $1`,
    values: [id],
  })
  if (verification === undefined) throw new Error('the subject has no verification')
  return { ...row, verification: verification as Record<string, StreamRow> & typeof verification }
}

const OWN = ['unzr', 'mvs_passport', 'dms_passport']

function streamJson(s: string): string {
  const more = OWN.includes(s)
    ? `, 'data_id', ${s}_data_id, 'data_status', ${s}_data_status, 'failures', ${s}_failures,
       'is_triggered', ${s}_triggered_at is not null, 'waits', ${s}_waits_until is not null`
    : ''
  const synced = OWN.includes(s) || s === 'drfo' ? `, 'is_synced', ${s}_synced_at is not null` : ''
  return `jsonb_build_object('status', ${s}_verification_status, 'reason', ${s}_verification_reason,
            'is_unverified', ${s}_unverified_at is not null ${synced} ${more}) as ${s}`
}

/** A stream of ours in a new subject. */
export const INITIAL = {
  status: 'VERIFICATION_NEEDED',
  reason: 'INITIAL',
  is_unverified: false,
  is_synced: false,
  data_id: null,
  data_status: null,
  failures: 0,
  is_triggered: false,
  waits: false,
}
/** A stream of ours after a trigger. */
export const TRIGGERED = { ...INITIAL, reason: 'ONLINE_TRIGGERED', is_triggered: true }
export const NOT_NEEDED = { ...INITIAL, status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' }
/** A stream of another process in a new subject. */
export const OTHER = { status: 'VERIFICATION_NEEDED', reason: 'INITIAL', is_unverified: false }

/** The values of the events about a subject, oldest first. */
export async function eventsAbout(database: Executor, kind: SubjectKind, id: string): Promise<string[]> {
  const rows = await database.query<{ value: string }>({
    text: `select properties->'verification_status'->>'new_value' as value from event_manager.events
            where entity_id = $1 and entity_type = $2 and event_type = 'StatusChangeEvent' order by event_time`,
    values: [id, KINDS[kind].entityType],
  })
  return rows.map(({ value }) => value)
}

/** The history of a subject as `stream step status reason`, sorted. */
export async function historyOf(database: Executor, id: string): Promise<string[]> {
  const rows = await database.query<{ entry: string }>({
    text: `select concat_ws(' ', stream, step, status, reason) as entry from zvirka.verification_history where subject_id = $1`,
    values: [id],
  })
  return rows.map(({ entry }) => entry).sort()
}

/** Marks everything verified, as other processes and earlier runs might have done. */
export async function verifySubject(database: Executor, kind: SubjectKind, id: string): Promise<void> {
  const { subjects, subjectId } = KINDS[kind]
  const verifications = wideOf(kind)
  const streams = STREAMS_OF[kind]
  const settings = streams.map((s) => `${s}_verification_status = 'VERIFIED', ${s}_verification_reason = 'AUTO'`)
  const synced = streams
    .filter((s) => OWN.includes(s))
    .map((s) => `${s}_synced_at = now(), ${s}_data_status = 0, ${s}_failures = 3, ${s}_waits_until = now()`)
  await database.query({
    text: `update ${verifications} set ${[...settings, ...synced].join(', ')} where ${subjectId} = $1`,
    values: [id],
  })
  await database.query({ text: `update ${subjects} set verification_status = 'VERIFIED' where id = $1`, values: [id] })
}
