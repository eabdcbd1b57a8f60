/** Changes that others make to a subject: an import, an NHS employee, an administrator (spec 1.8, 2.8, 4.2). */
import type { Executor } from '../../src/database/query.ts'
import type { Identity } from '../../src/verification/rules.ts'
import { OWN_STREAMS, type OwnStream, STREAMS_OF, type SubjectKind } from '../../src/verification/status.ts'
import { triggerStreams } from '../../src/verification-store/trigger.ts'
import { addEmployees, type TestDocument, type TestEmployee, USER } from './people.ts'
import { TABLES } from './table-names.ts'

/** The streams whose registries answer 1 or 0. DRFO and DRACS have their own models and tests. */
export type YesOrNoStream = Exclude<OwnStream, 'drfo' | 'dracs_death'>
export const YES_OR_NO_STREAMS: readonly YesOrNoStream[] = OWN_STREAMS.filter(isYesOrNo)

/** Whether a stream is one of them. */
export function isYesOrNo(stream: OwnStream): stream is YesOrNoStream {
  return stream !== 'drfo' && stream !== 'dracs_death'
}

/** Those of a kind. */
export function ownStreamsOf(kind: SubjectKind): YesOrNoStream[] {
  return YES_OR_NO_STREAMS.filter((stream) => (STREAMS_OF[kind] as readonly string[]).includes(stream))
}

/** Locks the verification row, as every change does first. */
export async function lockSubject(tx: Executor, kind: SubjectKind, id: string): Promise<void> {
  const { summaries, key } = TABLES[kind]
  await tx.query({ text: `select 1 from ${summaries} where ${key} = $1 for update`, values: [id] })
}

/** Replaces the documents, as an import of a changed record does: all our streams are triggered. */
export async function changeDocuments(
  tx: Executor,
  kind: SubjectKind,
  id: string,
  documents: readonly TestDocument[],
): Promise<void> {
  await lockSubject(tx, kind, id)
  await replaceDocuments(tx, kind, id, documents)
  await trigger(tx, kind, id, ownStreamsOf(kind))
}

/** Replaces the documents and a person's identity; the program's own statement decides which streams are triggered. */
export async function importChanged(
  tx: Executor,
  kind: SubjectKind,
  id: string,
  { documents, identity }: { documents: readonly TestDocument[]; identity: Identity },
): Promise<void> {
  await lockSubject(tx, kind, id)
  await replaceDocuments(tx, kind, id, documents)
  if (kind === 'person') {
    const { unzr, last_name, first_name, second_name, birth_date } = identity
    await tx.query({
      text: `update mpi.persons set unzr = $2, last_name = $3, first_name = $4, second_name = $5, birth_date = $6,
                    updated_at = now(), updated_by = $7 where id = $1`,
      values: [id, unzr, last_name, first_name, second_name, birth_date, USER],
    })
  }
  const data = { documents, unzr: identity.unzr }
  await tx.query(triggerStreams(kind, [{ subjectId: id, data }], USER, new Set(YES_OR_NO_STREAMS)))
}

async function replaceDocuments(
  tx: Executor,
  kind: SubjectKind,
  id: string,
  documents: readonly TestDocument[],
): Promise<void> {
  const { documents: table, key } = TABLES[kind]
  await tx.query({ text: `delete from ${table} where ${key} = $1`, values: [id] })
  await tx.query({
    text: `insert into ${table} (${key}, type, number, issued_at, expiration_date)
           select $1, d.type, d.number, d.issued_at, d.expiration_date
             from jsonb_to_recordset($2) as d (type text, number text, issued_at date, expiration_date date)`,
    values: [id, JSON.stringify(documents)],
  })
}

/** An NHS employee sends the person again, for this stream alone. */
export async function sendAgain(
  tx: Executor,
  kind: SubjectKind,
  id: string,
  stream: OwnStream = 'dms_passport',
): Promise<void> {
  await lockSubject(tx, kind, id)
  await trigger(tx, kind, id, [stream])
}

/** Moves a document from one subject to another in one transaction, as an import of both would. */
export async function moveDocuments(tx: Executor, kind: SubjectKind, from: string, to: string): Promise<void> {
  const { summaries, documents, key } = TABLES[kind]
  await tx.query({
    text: `select 1 from ${summaries} where ${key} = any ($1) order by id for update`,
    values: [[from, to]],
  })
  await tx.query({ text: `update ${documents} set ${key} = $2 where ${key} = $1`, values: [from, to] })
  for (const id of [from, to]) await trigger(tx, kind, id, ownStreamsOf(kind))
}

/** Makes a person active or inactive; nothing is triggered (spec 2.8). */
export async function setActive(tx: Executor, id: string, isActive: boolean): Promise<void> {
  await lockSubject(tx, 'person', id)
  await tx.query({
    text: 'update mpi.persons set is_active = $2, updated_at = now(), updated_by = $3 where id = $1',
    values: [id, isActive, USER],
  })
}

/** Adds an employee to a party. */
export async function hire(tx: Executor, party: string, employee: TestEmployee): Promise<void> {
  await lockSubject(tx, 'party', party)
  await addEmployees(tx, [{ id: party, employees: [employee] }])
}

/** Changes an employee: dismissed, approved, suspended. */
export async function setEmployee(tx: Executor, party: string, id: string, to: TestEmployee): Promise<void> {
  await lockSubject(tx, 'party', party)
  await tx.query({
    text: 'update prm.employees set status = $2, is_active = $3, updated_at = now(), updated_by = $4 where id = $1',
    values: [id, to.status, to.is_active, USER],
  })
}

/** Dismisses all employees of a party. */
export async function dismissAll(tx: Executor, party: string): Promise<void> {
  await lockSubject(tx, 'party', party)
  await tx.query({
    text: `update prm.employees set status = 'DISMISSED', updated_at = now(), updated_by = $2 where party_id = $1`,
    values: [party, USER],
  })
}

/** Moves an employee to another party. */
export async function transferEmployee(tx: Executor, id: string, to: string): Promise<void> {
  await tx.query({
    text: `select 1 from prm.party_verification_summaries
            where party_id in ($2, (select party_id from prm.employees where id = $1)) order by id for update`,
    values: [id, to],
  })
  await tx.query({
    text: 'update prm.employees set party_id = $2, updated_at = now(), updated_by = $3 where id = $1',
    values: [id, to, USER],
  })
}

/** Changes the UNZR directly in the database; nothing is triggered. */
export async function editUnzr(tx: Executor, id: string, unzr: string | null): Promise<void> {
  await tx.query({
    text: 'update mpi.persons set unzr = $2, updated_at = now(), updated_by = $3 where id = $1',
    values: [id, unzr, USER],
  })
}

/** Writes a stream, ours as well, as another process or a manual change would. */
export async function setStream(
  tx: Executor,
  kind: SubjectKind,
  id: string,
  { stream, status, reason = 'AUTO' }: { stream: string; status: string; reason?: string },
): Promise<void> {
  const { verifications, key } = TABLES[kind]
  await lockSubject(tx, kind, id)
  await tx.query({
    text: `update ${verifications}
              set ${stream}_verification_status = $2, ${stream}_verification_reason = $3, updated_at = now(), updated_by = $4
            where ${key} = $1`,
    values: [id, status, reason, USER],
  })
  await recalculate(tx, kind, id)
}

/** The database administrator blocks a person (spec 1.5). */
export async function block(tx: Executor, id: string): Promise<void> {
  await lockSubject(tx, 'person', id)
  await tx.query({ text: `update mpi.persons set verification_status = 'NOT_VERIFIED' where id = $1`, values: [id] })
}

async function trigger(tx: Executor, kind: SubjectKind, id: string, streams: readonly OwnStream[]): Promise<void> {
  const { verifications, documents, key } = TABLES[kind]
  for (const s of streams) {
    const hasData =
      s === 'unzr'
        ? `exists (select from mpi.persons where id = $1 and unzr <> '')`
        : `exists (select from ${documents} where ${key} = $1 and type in ('PASSPORT', 'NATIONAL_ID'))`
    await tx.query({
      text: `
with state as (select ${hasData} as has_data),
triggered as (
  update ${verifications} v
     set ${s}_data_id = null, ${s}_data_status = null, ${s}_synced_at = null, ${s}_waits_until = null, ${s}_failures = 0,
         ${s}_verification_status = case when has_data then 'VERIFICATION_NEEDED' else 'VERIFICATION_NOT_NEEDED' end::zvirka.stream_status,
         ${s}_verification_reason = case when has_data then 'ONLINE_TRIGGERED' else 'AUTO_DATA_ABSENT' end::zvirka.stream_reason,
         ${s}_triggered_at = case when has_data then clock_timestamp() end,
         updated_at = clock_timestamp(), updated_by = $2
    from state where v.${key} = $1
  returning ${s}_verification_status as status, ${s}_verification_reason as reason
)
insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, changed_by)
select $1, '${kind}', '${s}', status, reason, 'trigger', $2 from triggered`,
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
insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
select 'StatusChangeEvent', '${entity}', $1,
       jsonb_build_object('verification_status', jsonb_build_object('new_value', status)), $2 from moved`,
    values: [id, USER],
  })
}
