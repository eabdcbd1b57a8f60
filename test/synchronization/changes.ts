/** What others do to a subject, as they would: an import, an NHS employee, an administrator (spec 1.8, 2.8, 4.2). */
import type { Executor } from '../../src/database/query.ts'
import type { SubjectKind } from '../../src/verification/status.ts'
import { type TestDocument, USER } from './people.ts'

interface Tables {
  readonly subjects: string
  readonly documents: string
  readonly verifications: string
  readonly key: string
  readonly cumulative: string
  readonly entity: string
}

/** Where a kind's rows lie, written out by hand: the tests do not take the engine's word for it. */
export const TABLES: Readonly<Record<SubjectKind, Tables>> = {
  person: {
    subjects: 'mpi.persons',
    documents: 'mpi.person_documents',
    verifications: 'mpi.person_verifications',
    key: 'person_id',
    cumulative: 'mpi.person_cumulative_status',
    entity: 'Person',
  },
  party: {
    subjects: 'prm.parties',
    documents: 'prm.party_documents',
    verifications: 'prm.party_verifications',
    key: 'party_id',
    cumulative: 'prm.party_cumulative_status',
    entity: 'Party',
  },
}

/** Locks the verification row, which is what everybody does first. */
export async function lockSubject(tx: Executor, kind: SubjectKind, id: string): Promise<void> {
  const { verifications, key } = TABLES[kind]
  await tx.query({ text: `select 1 from ${verifications} where ${key} = $1 for update`, values: [id] })
}

/** Replaces the documents, as an import of a changed record does: both passport streams are triggered. */
export async function changeDocuments(
  tx: Executor,
  kind: SubjectKind,
  id: string,
  documents: readonly TestDocument[],
): Promise<void> {
  const { documents: table, key } = TABLES[kind]
  await lockSubject(tx, kind, id)
  await tx.query({ text: `delete from ${table} where ${key} = $1`, values: [id] })
  await tx.query({
    text: `insert into ${table} (${key}, type, number, issued_at, expiration_date)
           select $1, d.type, d.number, d.issued_at, d.expiration_date
             from jsonb_to_recordset($2) as d (type text, number text, issued_at date, expiration_date date)`,
    values: [id, JSON.stringify(documents)],
  })
  await trigger(tx, kind, id, ['mvs_passport', 'dms_passport'])
}

/** An NHS employee sends the person again: this stream alone. */
export async function sendAgain(tx: Executor, kind: SubjectKind, id: string): Promise<void> {
  await lockSubject(tx, kind, id)
  await trigger(tx, kind, id, ['dms_passport'])
}

/** A document goes from one subject to another, in one transaction, as an import of both would do it. */
export async function moveDocuments(tx: Executor, kind: SubjectKind, from: string, to: string): Promise<void> {
  const { verifications, documents, key } = TABLES[kind]
  await tx.query({
    text: `select 1 from ${verifications} where ${key} = any ($1) order by id for update`,
    values: [[from, to]],
  })
  await tx.query({ text: `update ${documents} set ${key} = $2 where ${key} = $1`, values: [from, to] })
  for (const id of [from, to]) await trigger(tx, kind, id, ['mvs_passport', 'dms_passport'])
}

/** Makes a person active or inactive; nothing is triggered (spec 2.8). */
export async function setActive(tx: Executor, id: string, isActive: boolean): Promise<void> {
  await lockSubject(tx, 'person', id)
  await tx.query({
    text: 'update mpi.persons set is_active = $2, updated_at = now(), updated_by = $3 where id = $1',
    values: [id, isActive, USER],
  })
}

/** Another process, or a hand, writes a stream that is not under test. */
export async function setStream(
  tx: Executor,
  kind: SubjectKind,
  id: string,
  stream: string,
  status: string,
): Promise<void> {
  const { verifications, key } = TABLES[kind]
  await lockSubject(tx, kind, id)
  await tx.query({
    text: `update ${verifications} set ${stream}_verification_status = $2, ${stream}_verification_reason = 'AUTO'
            where ${key} = $1`,
    values: [id, status],
  })
  await recalculate(tx, kind, id)
}

/** The database's administrator blocks a person (spec 1.5). */
export async function block(tx: Executor, id: string): Promise<void> {
  await lockSubject(tx, 'person', id)
  await tx.query({ text: `update mpi.persons set verification_status = 'NOT_VERIFIED' where id = $1`, values: [id] })
}

async function trigger(tx: Executor, kind: SubjectKind, id: string, streams: readonly string[]): Promise<void> {
  const { verifications, documents, key } = TABLES[kind]
  await tx.query({
    text: 'delete from zvirka.claims where subject_id = $1 and subject_kind = $2 and stream = any ($3)',
    values: [id, kind, streams],
  })
  for (const s of streams) {
    await tx.query({
      text: `
with state as (
  select exists (select from ${documents} where ${key} = $1 and type in ('PASSPORT', 'NATIONAL_ID')) as has_passport
),
triggered as (
  update ${verifications} v
     set ${s}_data_id = null, ${s}_data_status = null, ${s}_synced_at = null, ${s}_waits_until = null, ${s}_failures = 0,
         ${s}_verification_status = case when has_passport then 'VERIFICATION_NEEDED' else 'VERIFICATION_NOT_NEEDED' end::zvirka.stream_status,
         ${s}_verification_reason = case when has_passport then 'ONLINE_TRIGGERED' else 'AUTO_DATA_ABSENT' end::zvirka.stream_reason,
         ${s}_triggered_at = case when has_passport then clock_timestamp() end,
         updated_at = clock_timestamp(), updated_by = $2
    from state where v.${key} = $1
  returning ${s}_verification_status as status, ${s}_verification_reason as reason
)
insert into zvirka.verification_history (at, subject_id, subject_kind, stream, status, reason, step, changed_by)
select clock_timestamp(), $1, '${kind}', '${s}', status, reason, 'trigger', $2 from triggered`,
      values: [id, USER],
    })
  }
  await recalculate(tx, kind, id)
}

async function recalculate(tx: Executor, kind: SubjectKind, id: string): Promise<void> {
  const { subjects, verifications, key, cumulative, entity } = TABLES[kind]
  await tx.query({
    text: `
with moved as (
  update ${subjects} s set verification_status = ${cumulative}(v), updated_at = clock_timestamp(), updated_by = $2
    from ${verifications} v
   where v.${key} = $1 and s.id = $1 and s.verification_status <> ${cumulative}(v)
     ${kind === 'person' ? `and s.verification_status <> 'NOT_VERIFIED'` : ''}
  returning s.verification_status as status
)
insert into event_manager.events (event_type, entity_type, entity_id, properties, event_time, changed_by)
select 'StatusChangeEvent', '${entity}', $1,
       jsonb_build_object('verification_status', jsonb_build_object('new_value', status)), clock_timestamp(), $2 from moved`,
    values: [id, USER],
  })
}
