/** Employee requests in tests of expiry: bare rows with a given creation time. */
import { randomUUID } from 'node:crypto'
import type { Executor } from '../../src/database/query.ts'
import { USER } from '../synchronization/people.ts'

/** Inserts requests created at these times; returns their ids in the same order. */
export async function addRequests(
  executor: Executor,
  times: readonly (Date | string)[],
  status = 'NEW',
): Promise<string[]> {
  const ids = times.map(() => randomUUID())
  await executor.query({
    text: `insert into il.employee_requests (id, data, status, inserted_at, inserted_by, updated_by)
           select r.id, jsonb_build_object('legal_entity_id', $4::uuid, 'party', '{}'::jsonb), $3, r.at, $5, $5
             from unnest($1::uuid[], $2::timestamptz[]) as r (id, at)`,
    values: [ids, times.map((time) => new Date(time)), status, randomUUID(), USER],
  })
  return ids
}

/** The status of each. */
export async function statusesOf(executor: Executor, ids: readonly string[]): Promise<(string | undefined)[]> {
  const rows = await executor.query<{ id: string; status: string }>({
    text: 'select id, status from il.employee_requests where id = any ($1)',
    values: [ids],
  })
  const byId = new Map(rows.map(({ id, status }) => [id, status]))
  return ids.map((id) => byId.get(id))
}

/** Sets the two parameters of the term. */
export async function setTerm(executor: Executor, count: number, unit: 'DAYS' | 'YEARS'): Promise<void> {
  await executor.query({
    text: `update prm.global_parameters set value = case parameter when 'employee_request_expiration' then $1 else $2 end
            where parameter in ('employee_request_expiration', 'employee_request_term_unit')`,
    values: [String(count), unit],
  })
}
