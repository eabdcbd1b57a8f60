/** Statements about the results of POSTs with an Idempotency-Key (spec 6.3.8). */
import type { Query } from '../../database/query.ts'
import type { ReadRequest } from '../read.ts'

/** A POST that may be repeated: digests of its key and of its content, and the sender. */
export interface Sending {
  readonly userId: string
  readonly clientId: string
  readonly key: Buffer
  readonly sent: Buffer
}

/** The result for a key, within the last day. */
export interface AnswerRow extends Pick<ReadRequest, 'status' | 'employee_id' | 'updated_at'> {
  readonly employee_request_id: string
  readonly is_same: boolean
}

/** Finds the result for a key. */
export function findAnswer({ userId, clientId, key, sent }: Sending): Query {
  return {
    name: 'find answer by key',
    text: `
select employee_request_id, status, employee_id, updated_at, sent = $4 as is_same
  from zvirka.idempotency_keys
 where user_id = $1 and client_id = $2 and key = $3 and at > statement_timestamp() - interval '1 day'`,
    values: [userId, clientId, key, sent],
  }
}

/** Stores the result for a key; no row: somebody else was faster. Waits for a concurrent transaction. */
export function insertAnswer({ userId, clientId, key, sent }: Sending, request: ReadRequest): Query {
  return {
    name: 'insert answer by key',
    text: `
insert into zvirka.idempotency_keys as k (user_id, client_id, key, sent, employee_request_id, status, employee_id, updated_at)
values ($1, $2, $3, $4, $5, $6, $7, $8)
on conflict (user_id, client_id, key) do update
   set sent = excluded.sent, employee_request_id = excluded.employee_request_id, status = excluded.status,
       employee_id = excluded.employee_id, updated_at = excluded.updated_at, at = excluded.at
 where k.at <= statement_timestamp() - interval '1 day'
returning true`,
    values: [userId, clientId, key, sent, request.id, request.status, request.employee_id, request.updated_at],
  }
}
