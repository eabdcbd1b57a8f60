/**
 * PostgreSQL's cost per checked subject: CPU and WAL of a claim and a settlement with the engine's own statements, compared with the
 * previous layout of one wide row per person (bench/wide-layout.sql). All subjects are verified and due again; no status changes. Full-page
 * writes are off, so that checkpoints do not influence the figures.
 */
import { randomUUID } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { connect } from '../src/database/connection.ts'
import type { Database } from '../src/database/database.ts'
import { type ClaimedRow, claim, START } from '../src/synchronization/plans/claim.ts'
import { settle } from '../src/synchronization/plans/settle.ts'
import { getProcess } from '../src/synchronization/process.ts'
import { WORKER_SESSION } from '../src/synchronization/session.ts'
import { lockVerifications } from '../src/verification-store/lock.ts'
import { startCpu } from './cpu.ts'
import { openBench, USER, verificationTables } from './database.ts'

const BATCH = 100
const VERDICT = { status: 'VERIFIED', reason: 'AUTO_VALID' } as const

/** Per subject: microseconds of PostgreSQL's CPU, and bytes of WAL. */
export interface LayoutCost {
  readonly cpu: number
  readonly wal: number
}

/** Claims and settles all subjects in both layouts. */
export async function measureLayouts(url: string): Promise<{ readonly wide: LayoutCost; readonly narrow: LayoutCost }> {
  await prepare(url)
  return { wide: await measure(url, wideBatch), narrow: await measure(url, narrowBatch) }
}

async function prepare(url: string): Promise<void> {
  const client = await connect({ url, applicationName: 'bench' })
  try {
    await client.query('alter system set full_page_writes = off')
    await client.query('select pg_reload_conf()')
    await client.query(await readFile(new URL('wide-layout.sql', import.meta.url), 'utf8'))
    const verified = (stream: string) => `'VERIFIED' as ${stream}_verification_status`
    const streams = ['drfo', 'dracs_death', 'nhs', 'unzr', 'mvs_passport', 'dms_passport']
    await client.query(`
insert into wide.person_verifications (person_id, ${streams.map((s) => `${s}_verification_status`).join(', ')},
         dms_passport_verification_reason, dms_passport_synced_at, inserted_by, updated_by)
select id, ${streams.map(verified).join(', ')}, 'AUTO_VALID', now() - interval '300 days', '${USER}', '${USER}' from mpi.persons;
update mpi.persons set verification_status = 'VERIFIED';
update mpi.person_verification_summaries set ${streams.map((s) => `${s}_verification_status = 'VERIFIED'`).join(', ')};
update mpi.person_unzr_checks set status = 'VERIFIED', synced_at = now();
update mpi.person_mvs_passport_checks set status = 'VERIFIED', synced_at = now();
update mpi.person_dms_passport_checks set status = 'VERIFIED', reason = 'AUTO_VALID', synced_at = now() - interval '300 days';
grant usage on schema wide to zvirka_app; grant all on all tables in schema wide to zvirka_app`)
    for (const table of ['wide.person_verifications', 'mpi.persons', ...verificationTables('person')]) {
      await client.query(`vacuum (full, analyze) ${table}`)
    }
  } finally {
    await client.end()
  }
}

type TakeBatch = (database: Database, run: Run, place: typeof START) => Promise<typeof START | undefined>

interface Run {
  readonly workerId: string
  readonly runId: string
}

async function measure(url: string, take: TakeBatch): Promise<LayoutCost> {
  const database = openBench(url, { max: 1, session: WORKER_SESSION })
  try {
    const run = { workerId: randomUUID(), runId: randomUUID() }
    let place = await take(database, run, START)
    const cpuUsed = await startCpu(database)
    const [before] = await database.query<{ lsn: string }>({ text: 'select pg_current_wal_insert_lsn() as lsn' })
    let subjects = 0
    while (place !== undefined) {
      place = await take(database, run, place)
      if (place !== undefined) subjects += BATCH
    }
    const [after] = await database.query<{ bytes: number }>({
      text: 'select pg_current_wal_insert_lsn() - $1::pg_lsn as bytes',
      values: [before?.lsn],
    })
    return { cpu: (await cpuUsed(subjects)).postgres, wal: Number(after?.bytes ?? 0) / subjects }
  } finally {
    await database.close()
  }
}

const terms = () => {
  const now = new Date().toISOString()
  return { due_before: new Date(Date.now() - 86_400_000).toISOString(), triggered_before: null, started_at: now }
}

const narrowBatch: TakeBatch = async (database, { workerId, runId }, place) => {
  const token = randomUUID()
  const places = { triggered: START, due: place, waiting: null }
  const rows = await database.transaction((tx) =>
    tx.query<ClaimedRow>(
      claim(getProcess('dms_passport/person'), {
        workerId,
        runId,
        token,
        slot: 0,
        count: BATCH,
        places,
        terms: terms(),
      }),
    ),
  )
  const last = rows.at(-1)
  if (last === undefined || rows.length < BATCH) return undefined
  const ids = rows.map(({ subject_id }) => subject_id)
  const subjects = rows.map(({ subject_id: subjectId, version }) => ({
    ...{ subjectId, token, version, ...VERDICT, dataId: null, dataStatus: 0 as const },
    ...{ step: '5' as const, isSynced: true, messageId: randomUUID() },
  }))
  await database.transaction(async (tx) => {
    await tx.query(lockVerifications('person', ids))
    const locked = { person: [], party: [] }
    const [counts] = await tx.query<{ verified: number }>(
      settle(getProcess('dms_passport/person'), { subjects, reached: [], locked, workerId, runId, userId: USER }),
    )
    if (counts?.verified !== BATCH) throw new Error(`${counts?.verified} of ${BATCH} were settled`)
  })
  return { at: last.place_at, subjectId: last.subject_id }
}

const wideBatch: TakeBatch = async (database, { workerId, runId }, place) => {
  const token = randomUUID()
  const rows = await database.transaction((tx) =>
    tx.query<{ person_id: string; place_at: string }>({
      name: 'wide claim',
      text: WIDE_CLAIM,
      values: [terms().due_before, place.at, place.subjectId, BATCH, token, workerId, runId, USER],
    }),
  )
  const last = rows.at(-1)
  if (last === undefined || rows.length < BATCH) return undefined
  const ids = rows.map(({ person_id }) => person_id)
  await database.transaction(async (tx) => {
    await tx.query({ name: 'wide lock', text: WIDE_LOCK, values: [ids] })
    await tx.query({
      name: 'wide settle',
      text: WIDE_SETTLE,
      values: [runId, USER, ids, ids.map(() => token), ids.map(() => randomUUID())],
    })
  })
  return { at: last.place_at, subjectId: last.person_id }
}

const WIDE_CLAIM = `
with picked as materialized (
  select v.id, v.person_id, coalesce(v.dms_passport_synced_at, '-infinity') as place_at,
         v.dms_passport_verification_status as status_before, v.dms_passport_verification_reason as reason_before
    from wide.person_verifications v
   where v.dms_passport_verification_status in ('VERIFICATION_NEEDED', 'VERIFIED')
     and not (v.dms_passport_verification_status = 'VERIFICATION_NEEDED' and v.dms_passport_verification_reason = 'ONLINE_TRIGGERED')
     and v.dms_passport_waits_until is null and v.is_subject_active
     and coalesce(v.dms_passport_synced_at, '-infinity') <= $1::timestamptz
     and (coalesce(v.dms_passport_synced_at, '-infinity'), v.person_id) > ($2::timestamptz, $3::uuid)
   order by coalesce(v.dms_passport_synced_at, '-infinity'), v.person_id limit $4 for update skip locked
),
claimed as (
  update wide.person_verifications v
     set dms_passport_verification_status = 'IN_REVIEW', dms_passport_verification_reason = 'AUTO',
         updated_at = statement_timestamp(), updated_by = $8
    from picked where v.id = picked.id
),
kept as (
  insert into wide.claims (subject_id, subject_kind, stream, token, worker_id, run_id, status_before, reason_before)
  select person_id, 'person', 'dms_passport', $5, $6, $7, status_before, reason_before from picked
)
select person_id, place_at::text from picked order by picked.place_at, person_id`

const WIDE_LOCK =
  'select v.id from wide.person_verifications v where v.person_id = any ($1::uuid[]) order by v.id for update'

const WIDE_SETTLE = `
with input as materialized (
  select *, 'person'::zvirka.subject_kind as subject_kind, 'dms_passport'::zvirka.stream as stream
    from unnest($3::uuid[], $4::uuid[], $5::uuid[]) as i (subject_id, token, message_id)
),
own as (
  update wide.person_verifications v
     set dms_passport_verification_status = 'VERIFIED', dms_passport_verification_reason = 'AUTO_VALID',
         dms_passport_data_id = null, dms_passport_data_status = 0, dms_passport_synced_at = statement_timestamp(),
         dms_passport_unverified_at = null, dms_passport_triggered_at = null, dms_passport_waits_until = null,
         dms_passport_failures = 0, updated_at = statement_timestamp(), updated_by = $2
    from input i join wide.claims c
      on c.subject_id = i.subject_id and c.subject_kind = i.subject_kind and c.stream = i.stream and c.token = i.token
   where v.person_id = i.subject_id
     and case v.dms_passport_verification_status when 'IN_REVIEW' then true else false end
  returning v.person_id as subject_id, i.message_id, wide.cumulative_status(v) as cumulative_status
),
released as (
  delete from wide.claims c using input i
   where c.subject_id = i.subject_id and c.subject_kind = i.subject_kind and c.stream = i.stream and c.token = i.token
),
moved as (
  update mpi.persons s
     set verification_status = c.cumulative_status, updated_at = statement_timestamp(), updated_by = $2
    from own c
   where s.id = c.subject_id and s.verification_status <> c.cumulative_status and s.verification_status <> 'NOT_VERIFIED'
  returning s.id
),
history as (
  insert into wide.verification_history
    (at, subject_id, subject_kind, stream, status, reason, step, run_id, message_id, changed_by)
  select statement_timestamp(), subject_id, 'person', 'dms_passport', 'VERIFIED', 'AUTO_VALID', '5', $1, message_id, $2
    from own order by subject_id
)
select count(*) from own`
