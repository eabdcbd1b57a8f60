/** Records of persons for tests, and how what became of them is looked at. */
import { randomUUID } from 'node:crypto'
import { Readable } from 'node:stream'
import type { Database } from '../../src/database/database.ts'
import type { Executor } from '../../src/database/query.ts'
import { type ImportOptions, type ImportResult, importPersons } from '../../src/persons/import.ts'
import type { PersonRecord } from '../../src/persons/record.ts'
import { reveal } from '../../src/privacy/sensitive.ts'
import { openRecordFile } from '../../src/records/file.ts'
import { STREAMS_OF } from '../../src/verification/status.ts'
import { USER } from '../synchronization/people.ts'

/** A line of a file: whatever a test wants to stand in it. */
export type Line = Readonly<Record<string, unknown>>

/** A complete record; what a test is about it says itself. */
export function person(given: Line = {}): Line & { readonly id: string } {
  return {
    id: randomUUID(),
    last_name: 'Шевченко',
    first_name: 'Олена',
    second_name: 'Іванівна',
    birth_date: '1980-01-31',
    gender: 'FEMALE',
    tax_id: '2924500001',
    no_tax_id: false,
    unzr: '19800131-00001',
    status: 'active',
    is_active: true,
    documents: [document('000000001')],
    ...given,
  }
}

/** A document of a record. */
export function document(number: string, given: Line = {}): PersonRecord['documents'][number] {
  return { type: 'NATIONAL_ID', number, issued_at: '2020-05-06', expiration_date: null, issued_by: '8001', ...given }
}

export interface Imported extends ImportResult {
  readonly bad: readonly { readonly line: number; readonly reason: string; readonly original: string }[]
}

/** Imports text as if it came through a pipe. */
export async function importText(
  database: Database,
  text: string | Buffer,
  options: Partial<ImportOptions> = {},
): Promise<Imported> {
  const file = await openRecordFile('-', { standardInput: Readable.from([Buffer.from(text)]) })
  const bad: { line: number; reason: string; original: string }[] = []
  try {
    const result = await importPersons(database, {
      file,
      userId: USER,
      onBadLine: ({ line, reason, original }) => void bad.push({ line, reason, original: reveal(original) }),
      ...options,
    })
    return { ...result, bad }
  } finally {
    await file.close()
  }
}

/** Imports records as NDJSON. */
export function importLines(
  database: Database,
  lines: readonly Line[],
  options: Partial<ImportOptions> = {},
): Promise<Imported> {
  return importText(database, lines.map((line) => `${JSON.stringify(line)}\n`).join(''), options)
}

export type StreamRow = Readonly<Record<string, string | number | null | boolean>>

/** What is stored of a person, without what differs from run to run; undefined where there is nobody. */
export async function stored(database: Executor, id: string) {
  const [row] = await database.query<{ person: Line & { verification_status: string }; documents: Line[] }>({
    text: `select to_jsonb(s) - array['inserted_at', 'updated_at', 'death_date'] as person,
                  coalesce((select jsonb_agg(to_jsonb(d) - array['id', 'person_id', 'inserted_at', 'updated_at'] order by d.inserted_at, d.id)
                              from mpi.person_documents d where d.person_id = s.id), '[]') as documents
             from mpi.persons s where s.id = $1`,
    values: [id],
  })
  if (row === undefined) return undefined
  const [verification] = await database.query<Line>({
    text: `select is_subject_active, dracs_death_online_status, updated_by, ${STREAMS_OF.person.map(streamJson).join(', ')}
             from mpi.person_verifications v where v.person_id = $1`,
    values: [id],
  })
  if (verification === undefined) throw new Error('the person has no verification')
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

/** A stream of ours as a new person has it. */
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
/** A stream of ours as a trigger leaves it. */
export const TRIGGERED = { ...INITIAL, reason: 'ONLINE_TRIGGERED', is_triggered: true }
export const NOT_NEEDED = { ...INITIAL, status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' }

/** The events about a person, oldest first. */
export async function eventsOf(database: Executor, id: string): Promise<string[]> {
  const rows = await database.query<{ value: string }>({
    text: `select properties->'verification_status'->>'new_value' as value from event_manager.events
            where entity_id = $1 and entity_type = 'Person' and event_type = 'StatusChangeEvent' order by event_time`,
    values: [id],
  })
  return rows.map(({ value }) => value)
}

/** The history of a person as `stream step status reason`, sorted. */
export async function historyOf(database: Executor, id: string): Promise<string[]> {
  const rows = await database.query<{ entry: string }>({
    text: `select concat_ws(' ', stream, step, status, reason) as entry from zvirka.verification_history where subject_id = $1`,
    values: [id],
  })
  return rows.map(({ entry }) => entry).sort()
}

/** Everything verified by hand, as other processes and earlier runs might have left it. */
export async function verifyAll(database: Executor, id: string): Promise<void> {
  const settings = STREAMS_OF.person.map(
    (s) => `${s}_verification_status = 'VERIFIED', ${s}_verification_reason = 'AUTO'`,
  )
  const synced = OWN.map(
    (s) => `${s}_synced_at = now(), ${s}_data_status = 0, ${s}_failures = 3, ${s}_waits_until = now()`,
  )
  await database.query({
    text: `update mpi.person_verifications set ${[...settings, ...synced].join(', ')} where person_id = $1`,
    values: [id],
  })
  await database.query({ text: `update mpi.persons set verification_status = 'VERIFIED' where id = $1`, values: [id] })
}
