/** Reads what the checker needs from the database, in one snapshot. */
import type pg from 'pg'
import type {
  Entry,
  Histories,
  Kind,
  RunHistory,
  RunPart,
  StatusEvent,
  SubjectState,
  Tick,
  WorkerHistory,
} from './histories.ts'

const ms = (column: string) => `(extract(epoch from ${column}) * 1000)::float8`

const KINDS = {
  person: {
    subjects: 'mpi.persons',
    verifications: 'mpi.person_verifications',
    documents: 'mpi.person_documents',
    key: 'person_id',
    isActive: `s.status = 'active' and s.is_active`,
    streams: ['unzr', 'mvs_passport', 'dms_passport'],
    others: ['drfo', 'dracs_death', 'nhs'],
  },
  party: {
    subjects: 'prm.parties',
    verifications: 'prm.party_verifications',
    documents: 'prm.party_documents',
    key: 'party_id',
    isActive: `exists (select from prm.employees e where e.party_id = s.id and e.status = 'APPROVED' and e.is_active)`,
    streams: ['mvs_passport', 'dms_passport'],
    others: ['drfo', 'dracs_death'],
  },
} as const

function subjectsText(kind: Kind): string {
  const { subjects, verifications, documents, key, isActive, streams, others } = KINDS[kind]
  const state = (s: string) => `'${s}', json_build_object(
      'status', v.${s}_verification_status, 'reason', v.${s}_verification_reason, 'dataId', v.${s}_data_id,
      'dataStatus', v.${s}_data_status, 'syncedAt', ${ms(`v.${s}_synced_at`)}, 'waitsUntil', ${ms(`${s}.waits_until`)},
      'failures', ${s}.failures)`
  const checks = streams.map(
    (s) => `join ${verifications.replace('verifications', `${s}_checks`)} ${s} on ${s}.subject_id = s.id`,
  )
  return `
select s.id, '${kind}' as kind, ${isActive} as "isActive", ${ms('s.inserted_at')} as "insertedAt",
       s.verification_status::text as cumulative, json_build_object(${streams.map(state).join(', ')}) as streams,
       array[${others.map((s) => `v.${s}_verification_status::text`).join(', ')}] as others,
       (select coalesce(json_agg(json_build_object('type', d.type, 'number', d.number)), '[]')
          from ${documents} d where d.${key} = s.id) as documents
  from ${subjects} s join ${verifications} v on v.${key} = s.id
  ${checks.join('\n  ')}`
}

const TEXTS = {
  claims: 'select subject_id as "subjectId", stream::text from zvirka.claims',
  entries: `select id, ${ms('at')} as at, subject_id as "subjectId", subject_kind::text as kind, stream::text, status::text,
                   reason::text, step, run_id as "runId", message_id as "messageId" from zvirka.verification_history`,
  events: `select entity_id as "entityId", ${ms('event_time')} as at, properties #>> '{verification_status,new_value}' as value
             from event_manager.events where event_type = 'StatusChangeEvent'`,
  runs: `select r.id, process, state, cause, ${ms('started_at')} as "startedAt", ${ms('ended_at')} as "endedAt",
                (select coalesce(sum(count), 0)::int from zvirka.run_errors e where e.run_id = r.id) as errors
           from zvirka.runs r`,
  parts: `select run_id as "runId", worker_id as "workerId", claimed, given_back as "givenBack", verified,
                 not_verified as "notVerified", not_needed as "notNeeded", incorrect, dropped,
                 technical_errors as "technicalErrors", propagated from zvirka.run_workers`,
  ticks: `select process, ${ms('time')} as time, outcome, run_id as "runId" from zvirka.ticks`,
  workers: `select id, pid, ${ms('started_at')} as "startedAt", ${ms('lease_until')} as "leaseUntil",
                   ${ms('ended_at')} as "endedAt" from zvirka.workers`,
} as const

/** The database's part of the histories; the client may be a superuser's. */
export async function readDatabase(client: pg.Client): Promise<Omit<Histories, 'calls' | 'journal'>> {
  const rows = async <Row>(text: string) => (await client.query(text)).rows as Row[]
  await client.query('begin isolation level repeatable read read only')
  try {
    const parts = await rows<RunPart & { readonly runId: string }>(TEXTS.parts)
    const runs = await rows<Omit<RunHistory, 'parts'>>(TEXTS.runs)
    return {
      subjects: [
        ...(await rows<SubjectState>(subjectsText('person'))),
        ...(await rows<SubjectState>(subjectsText('party'))),
      ],
      claims: await rows(TEXTS.claims),
      entries: await rows<Entry>(TEXTS.entries),
      events: await rows<StatusEvent>(TEXTS.events),
      runs: runs.map((run) => ({ ...run, parts: parts.filter(({ runId }) => runId === run.id) })),
      ticks: await rows<Tick>(TEXTS.ticks),
      workers: await rows<WorkerHistory>(TEXTS.workers),
    }
  } finally {
    await client.query('rollback')
  }
}
