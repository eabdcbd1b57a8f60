/** People for tests of the engine, inserted as an import would leave them. */
import { randomUUID } from 'node:crypto'
import type { Executor } from '../../src/database/query.ts'
import { OWN_STREAMS, type OwnStream, STREAMS_OF, type SubjectKind } from '../../src/verification/status.ts'
import { TABLES } from './table-names.ts'

export const USER = '4261eacf-8008-4e62-899f-de1e2f7065f0'

export interface TestDocument {
  readonly type: string
  readonly number: string
  readonly issued_at?: string
  readonly expiration_date?: string
}

/** An employee of a party; a party is checked while one is approved and active. */
export interface TestEmployee {
  readonly id?: string
  readonly status: string
  readonly is_active: boolean
}

/** The state of a stream of a subject. */
export interface TestStream {
  readonly status: string
  readonly reason: string
  readonly synced_at?: string | null
}

export interface TestSubject extends Partial<TestStream> {
  readonly id?: string
  readonly documents?: readonly TestDocument[]
  /** The stream with the given status, reason and time of the last check; dms_passport by default. */
  readonly stream?: OwnStream
  /** Streams with a different state. */
  readonly streams?: Partial<Record<OwnStream, TestStream>>
  readonly others?: string
  readonly is_active?: boolean
  readonly unzr?: string | null
  readonly first_name?: string
  readonly last_name?: string
  readonly second_name?: string | null
  readonly birth_date?: string
  /** Of a party; by default one current employee, unless the party is inactive. */
  readonly employees?: readonly TestEmployee[]
}

export const AT_WORK: TestEmployee = { status: 'APPROVED', is_active: true }
const LEGAL_ENTITY = '00000000-0000-4000-8000-00000000e001'

/** A well-formed NATIONAL_ID with this number. */
export function nationalId(number: number): TestDocument {
  return { type: 'NATIONAL_ID', number: String(number).padStart(9, '0') }
}

/** A well-formed PASSPORT with this number. */
export function passport(number: number): TestDocument {
  return { type: 'PASSPORT', number: `АБ${String(number).padStart(6, '0')}` }
}

/** Inserts persons; other streams are VERIFIED by default. Returns their ids. */
export function addPersons(database: Executor, subjects: readonly TestSubject[]): Promise<string[]> {
  return addSubjects(database, 'person', subjects)
}

/** Inserts parties. */
export function addParties(database: Executor, subjects: readonly TestSubject[]): Promise<string[]> {
  return addSubjects(database, 'party', subjects)
}

/** Inserts subjects of a kind. */
export async function addSubjects(
  database: Executor,
  kind: SubjectKind,
  subjects: readonly TestSubject[],
): Promise<string[]> {
  const rows = subjects.map((subject) => asRow(kind, subject))
  const json = JSON.stringify(rows)
  await addPeople(database, kind, json)
  if (kind === 'party') await addEmployees(database, rows)
  const isAnyHeld = rows.some((row) => Object.values(row).includes('IN_REVIEW'))
  if (isAnyHeld) await addVerifications(database, kind, json)
  else await database.query({ text: `select wide.add_${kind}($1, $2)`, values: [json, USER] })
  const { subjects: table, summaries, key } = TABLES[kind]
  await database.query({
    text: `update ${table} s set verification_status = ${table.split('.')[0]}.${kind}_cumulative_status(v)
             from ${summaries} v where v.${key} = s.id and s.id = any ($1::uuid[])`,
    values: [rows.map(({ id }) => id)],
  })
  return rows.map(({ id }) => id)
}

/** Adds employees. */
export async function addEmployees(
  database: Executor,
  parties: readonly { readonly id: string; readonly employees: readonly TestEmployee[] }[],
): Promise<void> {
  const rows = parties.flatMap(({ id: party_id, employees }) =>
    employees.map((employee) => ({ ...employee, id: employee.id ?? randomUUID(), party_id })),
  )
  await database.query({
    text: `insert into prm.legal_entities (id, name, type, status) values ($1, 'Лікарня', 'PRIMARY_CARE', 'ACTIVE')
           on conflict (id) do nothing`,
    values: [LEGAL_ENTITY],
  })
  await database.query({
    text: `insert into prm.employees (id, party_id, legal_entity_id, employee_type, position, status, is_active, start_date,
                                      inserted_by, updated_by)
           select r.id, r.party_id, $2, 'DOCTOR', 'P1', r.status, r.is_active, '2020-01-01', $3, $3
             from jsonb_to_recordset($1) as r (id uuid, party_id uuid, status text, is_active boolean)`,
    values: [JSON.stringify(rows), LEGAL_ENTITY, USER],
  })
}

function asRow(kind: SubjectKind, subject: TestSubject) {
  const { stream = 'dms_passport', status = 'VERIFICATION_NEEDED', reason = 'INITIAL', others = 'VERIFIED' } = subject
  const { is_active = true, streams = {} } = subject
  const states: Record<string, string | null> = {}
  for (const s of STREAMS_OF[kind]) {
    const own = OWN_STREAMS.find((each) => each === s)
    const given = own === undefined ? undefined : streams[own]
    const asked = s === stream ? { status, reason, synced_at: subject.synced_at ?? null } : undefined
    const state = given ?? asked ?? { status: others, reason: 'AUTO' }
    states[`${s}_verification_status`] = state.status
    states[`${s}_verification_reason`] = state.reason
    if (own !== undefined) states[`${s}_synced_at`] = 'synced_at' in state ? (state.synced_at ?? null) : null
  }
  return {
    first_name: 'Олена',
    last_name: 'Шевченко',
    second_name: null,
    birth_date: '1980-01-01',
    unzr: null,
    documents: [],
    employees: is_active ? [AT_WORK] : [],
    ...subject,
    ...states,
    is_active,
    id: subject.id ?? randomUUID(),
  }
}

async function addPeople(database: Executor, kind: SubjectKind, json: string): Promise<void> {
  const { subjects, documents, key } = TABLES[kind]
  const names = `id, first_name, last_name, second_name, birth_date${kind === 'person' ? ', unzr, is_active' : ''}`
  await database.query({
    text: `insert into ${subjects} (${names}, inserted_by, updated_by)
           select ${names}, $2, $2
             from jsonb_to_recordset($1) as r (id uuid, first_name text, last_name text, second_name text, birth_date date,
                    unzr text, is_active boolean)`,
    values: [json, USER],
  })
  await database.query({
    text: `insert into ${documents} (${key}, type, number, issued_at, expiration_date)
           select r.id, d.type, d.number, d.issued_at, d.expiration_date from jsonb_to_recordset($1) as r (id uuid, documents jsonb),
                  jsonb_to_recordset(r.documents) as d (type text, number text, issued_at date, expiration_date date)`,
    values: [json],
  })
}

async function addVerifications(database: Executor, kind: SubjectKind, json: string): Promise<void> {
  const { verifications, key } = TABLES[kind]
  const columns = STREAMS_OF[kind].flatMap((s) => [
    [`${s}_verification_status`, 'zvirka.stream_status'],
    [`${s}_verification_reason`, 'zvirka.stream_reason'],
    ...(OWN_STREAMS.some((own) => own === s) ? [[`${s}_synced_at`, 'timestamptz']] : []),
  ])
  // A party's employees decide whether it is active.
  if (kind === 'person') columns.push(['is_active', 'boolean'])
  const names = columns.map(([name]) => name)
  await database.query({
    text: `insert into ${verifications}
             (${key}, ${names.map((name) => (name === 'is_active' ? 'is_subject_active' : name)).join(', ')}, inserted_by, updated_by)
           select r.id, ${names.map((name) => `r.${name}`).join(', ')}, $2, $2
             from jsonb_to_recordset($1) as r (id uuid, ${columns.map((column) => column.join(' ')).join(', ')})`,
    values: [json, USER],
  })
}

export interface StreamSeen {
  readonly status: string
  readonly reason: string
  readonly data_id: string | null
  readonly data_status: number | null
  readonly synced: boolean
  readonly unverified: boolean
  readonly failures: number
  readonly waits: boolean
  readonly cumulative: string
}

/** The state of a stream of a person or party. */
export async function streamState(
  database: Executor,
  { kind, stream: s }: { readonly kind: SubjectKind; readonly stream: OwnStream },
  id: string,
): Promise<StreamSeen> {
  const { subjects, verifications, key } = TABLES[kind]
  const [row] = await database.query<StreamSeen>({
    text: `select v.${s}_verification_status as status, v.${s}_verification_reason as reason,
                  v.${s}_data_id as data_id, v.${s}_data_status as data_status,
                  v.${s}_synced_at is not null as synced, v.${s}_unverified_at is not null as unverified,
                  v.${s}_failures as failures, v.${s}_waits_until is not null as waits,
                  s.verification_status as cumulative
             from ${verifications} v join ${subjects} s on s.id = v.${key} where s.id = $1`,
    values: [id],
  })
  if (row === undefined) throw new Error(`no ${kind} ${id}`)
  return row
}

/** The state of the stream dms_passport of a person or party. */
export function dmsState(database: Executor, kind: SubjectKind, id: string): Promise<StreamSeen> {
  return streamState(database, { kind, stream: 'dms_passport' }, id)
}
