/** People for tests of the engine: put into the tables as an import would leave them. */
import { randomUUID } from 'node:crypto'
import type { Executor } from '../../src/database/query.ts'

export const USER = '4261eacf-8008-4e62-899f-de1e2f7065f0'

export interface TestDocument {
  readonly type: string
  readonly number: string
  readonly issued_at?: string
  readonly expiration_date?: string
}

export interface TestSubject {
  readonly id?: string
  readonly documents: readonly TestDocument[]
  readonly status?: string
  readonly reason?: string
  readonly others?: string
  readonly synced_at?: string | null
  readonly is_active?: boolean
}

/** A well-formed NATIONAL_ID with this number. */
export function nationalId(number: number): TestDocument {
  return { type: 'NATIONAL_ID', number: String(number).padStart(9, '0') }
}

/** A well-formed PASSPORT with this number. */
export function passport(number: number): TestDocument {
  return { type: 'PASSPORT', number: `АБ${String(number).padStart(6, '0')}` }
}

/** Puts persons in; other streams are VERIFIED unless said otherwise. Answers with their ids. */
export async function addPersons(database: Executor, subjects: readonly TestSubject[]): Promise<string[]> {
  return add(database, 'mpi.persons', 'mpi.person_documents', 'mpi.person_verifications', 'person_id', subjects, [
    'drfo',
    'dracs_death',
    'nhs',
    'unzr',
    'mvs_passport',
  ])
}

/** Puts parties in. */
export async function addParties(database: Executor, subjects: readonly TestSubject[]): Promise<string[]> {
  return add(database, 'prm.parties', 'prm.party_documents', 'prm.party_verifications', 'party_id', subjects, [
    'drfo',
    'dracs_death',
    'mvs_passport',
  ])
}

async function add(
  database: Executor,
  table: string,
  documents: string,
  verifications: string,
  key: string,
  subjects: readonly TestSubject[],
  otherStreams: readonly string[],
): Promise<string[]> {
  const rows = subjects.map((subject) => ({
    status: 'VERIFICATION_NEEDED',
    reason: 'INITIAL',
    others: 'VERIFIED',
    synced_at: null,
    is_active: true,
    ...subject,
    id: subject.id ?? randomUUID(),
  }))
  const json = JSON.stringify(rows)
  const isPerson = key === 'person_id'
  await database.query({
    text: `insert into ${table} (id, first_name, last_name, birth_date, inserted_by, updated_by${isPerson ? ', is_active' : ''})
           select r.id, 'Олена', 'Шевченко', '1980-01-01', $2, $2${isPerson ? ', r.is_active' : ''}
             from jsonb_to_recordset($1) as r (id uuid, is_active boolean)`,
    values: [json, USER],
  })
  await database.query({
    text: `insert into ${documents} (${key}, type, number, issued_at, expiration_date)
           select r.id, d.type, d.number, d.issued_at, d.expiration_date from jsonb_to_recordset($1) as r (id uuid, documents jsonb),
                  jsonb_to_recordset(r.documents) as d (type text, number text, issued_at date, expiration_date date)`,
    values: [json],
  })
  await database.query({
    text: `insert into ${verifications}
             (${key}, ${otherStreams.map((s) => `${s}_verification_status, ${s}_verification_reason`).join(', ')},
              dms_passport_verification_status, dms_passport_verification_reason, dms_passport_synced_at, inserted_by, updated_by
              ${isPerson ? ', is_subject_active' : ''})
           select r.id, ${otherStreams.map(() => `r.others, 'AUTO'`).join(', ')}, r.status, r.reason, r.synced_at, $2, $2
                  ${isPerson ? ', r.is_active' : ''}
             from jsonb_to_recordset($1) as r (id uuid, others zvirka.stream_status, status zvirka.stream_status,
                    reason zvirka.stream_reason, synced_at timestamptz, is_active boolean)`,
    values: [json, USER],
  })
  const kind = isPerson ? 'person' : 'party'
  await database.query({
    text: `update ${table} s set verification_status = ${isPerson ? 'mpi' : 'prm'}.${kind}_cumulative_status(v)
             from ${verifications} v where v.${key} = s.id and s.id = any ($1::uuid[])`,
    values: [rows.map(({ id }) => id)],
  })
  return rows.map(({ id }) => id)
}

export interface DmsState {
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

/** What the stream dms_passport of a person or party holds. */
export async function dmsState(database: Executor, kind: 'person' | 'party', id: string): Promise<DmsState> {
  const [subjects, verifications, key] =
    kind === 'person'
      ? ['mpi.persons', 'mpi.person_verifications', 'person_id']
      : ['prm.parties', 'prm.party_verifications', 'party_id']
  const [row] = await database.query<DmsState>({
    text: `select v.dms_passport_verification_status as status, v.dms_passport_verification_reason as reason,
                  v.dms_passport_data_id as data_id, v.dms_passport_data_status as data_status,
                  v.dms_passport_synced_at is not null as synced, v.dms_passport_unverified_at is not null as unverified,
                  v.dms_passport_failures as failures, v.dms_passport_waits_until is not null as waits,
                  s.verification_status as cumulative
             from ${verifications} v join ${subjects} s on s.id = v.${key} where s.id = $1`,
    values: [id],
  })
  if (row === undefined) throw new Error(`no ${kind} ${id}`)
  return row
}
