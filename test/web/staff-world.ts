/** Employee requests, events and jobs after some days of work. */
import { randomUUID } from 'node:crypto'
import type { Executor } from '../../src/database/query.ts'
import { INVITATION_MAIL, REGISTRATION_MAIL } from '../../src/employee-requests/queues.ts'
import type { TestApi } from '../api/api.ts'
import { aRequest } from '../employee-requests/requests.ts'
import { addParties, nationalId, USER } from '../synchronization/people.ts'

/** Ids of the inserted requests. */
export interface SeededRequests {
  readonly legalEntity: string
  readonly party: string
  readonly fresh: string
  readonly approved: string
  readonly rejected: string
}

const LONG =
  'Комунальне некомерційне підприємство «Центр первинної медико-санітарної допомоги імені святого Пантелеймона» Звягельської міської ради'

/** Inserts a legal entity, a party with an employee, and requests in each status: more than a page of them. */
export async function seedRequests(database: Executor): Promise<SeededRequests> {
  const [legalEntity, employee] = [randomUUID(), randomUUID()]
  await database.query({
    text: `insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, $2, '38112233', 'PRIMARY_CARE', 'ACTIVE')`,
    values: [legalEntity, LONG],
  })
  const atWork = { id: employee, status: 'APPROVED', is_active: true }
  const [party = ''] = await addParties(database, [{ documents: [nationalId(77)], employees: [atWork] }])
  const [fresh, approved, rejected] = [randomUUID(), randomUUID(), randomUUID()]
  await addRequests(database, legalEntity, [
    { id: fresh, status: 'NEW', employee_id: null },
    { id: approved, status: 'APPROVED', employee_id: employee },
    { id: rejected, status: 'REJECTED', employee_id: null },
    ...Array.from({ length: 58 }, () => ({ id: randomUUID(), status: 'EXPIRED', employee_id: null })),
  ])
  const changed = { status: { new_value: 'APPROVED' }, employee_id: { new_value: employee } }
  await addEvent(database, 'EmployeeRequest', approved, changed)
  await addEvent(database, 'EmployeeRequest', rejected, { status: { new_value: 'REJECTED' } })
  await addEvent(database, 'Party', party, { verification_status: { new_value: 'VERIFICATION_NEEDED' } })
  return { legalEntity, party, fresh, approved, rejected }
}

interface RequestRow {
  readonly id: string
  readonly status: string
  readonly employee_id: string | null
}

async function addRequests(database: Executor, legalEntity: string, rows: readonly RequestRow[]): Promise<void> {
  const { status: _status, ...data } = aRequest('DOCTOR', { legalEntityId: legalEntity, divisionId: randomUUID() })
  const party = {
    ...Object(data['party']),
    about_myself: 'Двадцять років у сімейній медицині.',
    working_experience: 21,
  }
  await database.query({
    text: `insert into il.employee_requests (id, data, status, employee_id, inserted_at, inserted_by, updated_at, updated_by)
           select r.id, $2, r.status, r.employee_id, now() - n * interval '1 minute', $3, now() - n * interval '1 minute', $3
             from rows from (jsonb_to_recordset($1) as (id uuid, status text, employee_id uuid)) with ordinality as r (id, status, employee_id, n)`,
    values: [JSON.stringify(rows), JSON.stringify({ ...data, party }), USER],
  })
}

/** Inserts an event. */
export async function addEvent(database: Executor, type: string, id: string, properties: object): Promise<void> {
  await database.query({
    text: `insert into event_manager.events (event_type, entity_type, entity_id, properties, changed_by)
           values ('StatusChangeEvent', $1, $2, $3, $4)`,
    values: [type, id, JSON.stringify(properties), USER],
  })
}

/** The subject of each job, by its state. */
export interface SeededJobs {
  readonly waiting: string
  readonly active: string
  readonly failed: string
  readonly cancelled: string
  readonly done: string
}

/** Inserts a job in each state in the queue of invitations; `more` failed ones in the other mail queue. */
export async function seedJobs({ db: { database }, jobs: { jobs } }: TestApi, more: number): Promise<SeededJobs> {
  const [waiting, active, failed] = [randomUUID(), randomUUID(), randomUUID()]
  const keys = { waiting, active, failed, cancelled: randomUUID(), done: randomUUID() }
  await database.transaction(async (tx) => {
    for (const key of Object.values(keys)) await jobs.enqueue(tx, INVITATION_MAIL, key)
    for (let n = 0; n < more; n += 1) await jobs.enqueue(tx, REGISTRATION_MAIL, randomUUID())
    const set = (state: string, which: string, ...values: unknown[]) =>
      tx.query({
        text: `update pgboss.job set state = '${state}', started_on = now(), ${state === 'active' ? '' : 'completed_on = now(),'} retry_count = 1,
                      output = '{"code": "smtp_refused"}' where ${which}`,
        values,
      })
    await set('active', 'singleton_key = $1', active)
    await set('failed', 'singleton_key = $1 or name = $2', failed, REGISTRATION_MAIL.name)
    await set('cancelled', 'singleton_key = $1', keys.cancelled)
    await set('completed', 'singleton_key = $1', keys.done)
  })
  return keys
}
