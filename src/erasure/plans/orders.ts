/** Orders to erase somebody (migration 0019). */
import type { Query } from '../../database/query.ts'
import type { Counts } from './traces.ts'

/** The number of hours in which the second person must confirm. */
export const HOURS_TO_CONFIRM = 72

/** The state of an order; `waiting` is computed, not stored. */
type OrderState = 'waiting' | 'erased' | 'withdrawn' | 'expired'

/** An order. */
export interface Order {
  readonly id: string
  readonly person_id: string
  readonly state: OrderState
  readonly reason: string
  readonly requested_by: string
  readonly requested_at: Date
  readonly expires_at: Date
  readonly ended_at: Date | null
  readonly ended_by: string | null
  readonly counts: Counts | null
}

const COLUMNS = `o.id, o.person_id, o.reason, o.requested_by, o.requested_at, o.expires_at, o.ended_at, o.ended_by, o.counts,
       coalesce(o.outcome, case when o.expires_at <= clock_timestamp() then 'expired' else 'waiting' end) as state`

/** All orders, or those about one person, newest first. */
export function listOrders(personId: string | null): Query {
  return {
    text: `select ${COLUMNS} from zvirka.erasures o where $1::uuid is null or o.person_id = $1 order by o.requested_at desc`,
    values: [personId],
  }
}

/** An order with the person's data at that time, locked. */
export function lockOrder(id: string): Query {
  return { text: `select ${COLUMNS}, o.fingerprint from zvirka.erasures o where o.id = $1 for update`, values: [id] }
}

/** Closes waiting orders about a person, because another one replaces them. */
export function replaceWaiting(personId: string, operator: string): Query {
  return {
    text: `
update zvirka.erasures o
   set outcome = case when o.expires_at <= clock_timestamp() then 'expired' else 'withdrawn' end, fingerprint = null,
       ended_at = clock_timestamp(), ended_by = case when o.expires_at <= clock_timestamp() then null else $2 end
 where o.person_id = $1 and o.outcome is null`,
    values: [personId, operator],
  }
}

/** Inserts an order. */
export function insertOrder(personId: string, reason: string, operator: string, fingerprint: Buffer): Query {
  return {
    text: `
insert into zvirka.erasures as o (person_id, reason, requested_by, expires_at, fingerprint)
values ($1, $2, $3, clock_timestamp() + $4 * interval '1 hour', $5) returning ${COLUMNS}`,
    values: [personId, reason, operator, HOURS_TO_CONFIRM, fingerprint],
  }
}

/** Withdraws a waiting order. */
export function withdrawOrder(id: string, operator: string): Query {
  return {
    text: `
update zvirka.erasures set outcome = 'withdrawn', fingerprint = null, ended_at = clock_timestamp(), ended_by = $2 where id = $1`,
    values: [id, operator],
  }
}

/** Completes an order: who confirmed it, and the counts of deleted records. */
export function finishOrder(id: string, operator: string, counts: Counts): Query {
  return {
    text: `
update zvirka.erasures o set outcome = 'erased', fingerprint = null, ended_at = clock_timestamp(), ended_by = $2, counts = $3
 where o.id = $1 returning ${COLUMNS}`,
    values: [id, operator, JSON.stringify(counts)],
  }
}

/** Whether there is a party with this id. */
export function findParty(id: string): Query {
  return { text: 'select id from prm.parties where id = $1', values: [id] }
}
