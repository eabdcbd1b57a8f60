/**
 * The usual design as a comparison: one pg-boss job per person, with the same client. A worker fetches a job, asks the registry, and writes
 * one row.
 */
import { PgBoss } from 'pg-boss'
import type { Database } from '../src/database/database.ts'
import type { Ask } from '../src/synchronization/ask.ts'
import type { PassportQuestion } from '../src/verification/streams/passport.ts'
import type { StatusAnswer } from '../src/verification/streams/yes-or-no.ts'
import { openBench, USER } from './database.ts'

const QUEUE = 'dms-passport-person'
const LOOPS = 32

const WRITE = `
with checked as (
  update mpi.person_dms_passport_checks c
     set status = $2::zvirka.stream_status, reason = $3::zvirka.stream_reason, data_status = $4, synced_at = now(),
         unverified_at = case when $2::zvirka.stream_status = 'NOT_VERIFIED' then now() end,
         version = version + 1, updated_at = now(), updated_by = $5
   where c.subject_id = $1),
own as (
  update mpi.person_verification_summaries v
     set dms_passport_verification_status = $2::zvirka.stream_status, updated_at = now(), updated_by = $5
   where v.person_id = $1 returning v.person_id, mpi.person_cumulative_status(v) as cumulative_status),
moved as (
  update mpi.persons s set verification_status = own.cumulative_status, updated_at = now(), updated_by = $5
    from own where s.id = own.person_id and s.verification_status <> own.cumulative_status returning s.id, s.verification_status),
told as (
  insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
  select 'StatusChangeEvent', 'Person', id, jsonb_build_object('verification_status', jsonb_build_object('new_value', verification_status)), $5
    from moved)
insert into zvirka.verification_history (subject_id, subject_kind, stream, status, reason, step, message_id, changed_by)
select person_id, 'person', 'dms_passport', $2::zvirka.stream_status, $3::zvirka.stream_reason, '5', $6, $5 from own`

/** Processes one job for each person; returns persons per second. */
export async function measureOneJobAPerson(
  url: string,
  persons: number,
  ask: Ask<PassportQuestion, StatusAnswer>,
): Promise<number> {
  const database = openBench(url, { max: 10 })
  const boss = new PgBoss({ connectionString: url, max: 10, supervise: false, schedule: false })
  boss.on('error', (error) => process.stderr.write(`${String(error)}\n`))
  await boss.start()
  await boss.createQueue(QUEUE)
  const ids = await database.query<{ id: string }>({ text: 'select id from mpi.persons limit $1', values: [persons] })
  await boss.insert(
    QUEUE,
    ids.map(({ id }) => ({ data: { personId: id } })),
  )
  try {
    const begin = performance.now()
    await Promise.all(Array.from({ length: LOOPS }, () => work(boss, database, ask)))
    return (ids.length / (performance.now() - begin)) * 1000
  } finally {
    await boss.stop({ graceful: false })
    await database.close()
  }
}

async function work(boss: PgBoss, database: Database, ask: Ask<PassportQuestion, StatusAnswer>): Promise<void> {
  for (;;) {
    const [job] = await boss.fetch<{ personId: string }>(QUEUE)
    if (job === undefined) return
    await check(database, ask, job.data.personId)
    await boss.complete(QUEUE, job.id)
  }
}

async function check(database: Database, ask: Ask<PassportQuestion, StatusAnswer>, personId: string): Promise<void> {
  const [document] = await database.query<{ number: string }>({
    name: 'document',
    text: `select number from mpi.person_documents where person_id = $1 and type = 'NATIONAL_ID'`,
    values: [personId],
  })
  if (document === undefined) throw new Error('a person of the benchmark has no document')
  const question = {
    passType: '0101',
    pasNumber: document.number,
    document: { type: 'NATIONAL_ID', ...document },
  } as const
  const { signal } = new AbortController()
  const answer = await ask(question, { signal, hold: signal, probe: false })
  if (answer.kind !== 'answer') throw new Error('the registry of the benchmark did not answer')
  const found = answer.value.status === 1
  await database.query({
    name: 'write',
    text: WRITE,
    values: [
      personId,
      found ? 'NOT_VERIFIED' : 'VERIFIED',
      found ? 'AUTO_NOT_VALID' : 'AUTO_VALID',
      answer.value.status,
      USER,
      answer.messageId,
    ],
  })
}
