/**
 * Baseline D: what the database can do. A single script writes the same rows as the engine, as bare set-based SQL in batches of 100, and
 * already knows the subjects: no queue, no lease, no guard, no waiting for answers.
 */
import { randomUUID } from 'node:crypto'
import type { Database } from '../src/database/database.ts'
import { USER } from './database.ts'

const BATCH = 100

const CLAIM = `
insert into zvirka.claim_batches (worker_id, run_id, slot, stream, subject_kind, token, subject_ids, versions)
select $3, $3, 0, 'dms_passport', 'person', $2, array_agg(subject_id), array_agg(version)
  from mpi.person_dms_passport_checks where subject_id = any ($1::uuid[])
on conflict (worker_id, run_id, slot) do update
   set token = excluded.token, subject_ids = excluded.subject_ids, versions = excluded.versions, claimed_at = now()`

const SETTLE = `
with checked as (
  update mpi.person_dms_passport_checks c
     set status = i.status, reason = i.reason, data_status = i.data_status, synced_at = now(),
         unverified_at = case when i.status = 'NOT_VERIFIED' then now() end,
         version = version + 1, updated_at = now(), updated_by = $6
    from unnest($1::uuid[], $2::zvirka.stream_status[], $3::zvirka.stream_reason[], $4::smallint[])
           as i (person_id, status, reason, data_status)
   where c.subject_id = i.person_id
  returning c.subject_id as person_id, i.status, i.reason),
own as (
  update mpi.person_verification_summaries v
     set dms_passport_verification_status = c.status, updated_at = now(), updated_by = $6
    from checked c where v.person_id = c.person_id
  returning v.person_id, c.status, c.reason, mpi.person_cumulative_status(v) as cumulative_status),
moved as (
  update mpi.persons s set verification_status = own.cumulative_status, updated_at = now(), updated_by = $6
    from own where s.id = own.person_id and s.verification_status <> own.cumulative_status returning s.id, s.verification_status),
told as (
  insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
  select 'StatusChangeEvent', 'Person', id, jsonb_build_object('verification_status', jsonb_build_object('new_value', verification_status)), $6
    from moved)
insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, run_id, message_id, changed_by)
select person_id, 'person', 'dms_passport', status, reason, '5', $5, $5, $6 from own`

const KEEP = `
insert into mimir.dms_passport_data (pass_type, pas_number, pas_status)
select '0101', number, 1 from unnest($1::text[]) as number`

/** Writes everything for all persons; returns persons per second. `isFound` says whose document the registry knows. */
export async function measureBareSql(database: Database, isFound: (n: number) => boolean): Promise<number> {
  const rows = await database.query<{ id: string }>({ text: 'select id from mpi.persons order by id' })
  const ids = rows.map(({ id }) => id)
  const runId = randomUUID()
  const begin = performance.now()
  for (let from = 0; from < ids.length; from += BATCH) {
    await writeBatch(database, ids.slice(from, from + BATCH), from, runId, isFound)
  }
  return (ids.length / (performance.now() - begin)) * 1000
}

async function writeBatch(
  database: Database,
  ids: readonly string[],
  from: number,
  runId: string,
  isFound: (n: number) => boolean,
): Promise<void> {
  const found = ids.map((_, index) => isFound(from + index))
  const numbers = ids.flatMap((_, index) => (found[index] ? [String(from + index).padStart(9, '0')] : []))
  await database.transaction((tx) => tx.query({ name: 'claim', text: CLAIM, values: [ids, randomUUID(), runId] }))
  await database.transaction(async (tx) => {
    if (numbers.length > 0) await tx.query({ name: 'keep', text: KEEP, values: [numbers] })
    await tx.query({
      name: 'settle',
      text: SETTLE,
      values: [
        ids,
        found.map((is) => (is ? 'NOT_VERIFIED' : 'VERIFIED')),
        found.map((is) => (is ? 'AUTO_NOT_VALID' : 'AUTO_VALID')),
        found.map((is) => (is ? 1 : 0)),
        runId,
        USER,
      ],
    })
  })
}
