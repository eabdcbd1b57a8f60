/**
 * Erases a person's data, by a court's order or at the person's lawful request. One operator orders it and another confirms; both are
 * identified by the operating system's user. The erasure is one transaction, as `zvirka_owner`, since no other role may do it.
 *
 * Lock order (spec 1.8), after the order's own row: `mimir` by key, the person's summary. Then everything is read again. If an answer
 * arrived meanwhile whose row is not locked, all of it restarts, since nothing was written. A worker that writes an answer later finds the
 * person erased and deletes what it found (`applyOutcomes`).
 */
import { type Actor, type AuditEntry, audit } from '../audit/audit.ts'
import { retryOnConflict } from '../database/conflicts.ts'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { forgetAnswers } from '../verification-store/forget.ts'
import { lockSubject } from '../verification-store/lock.ts'
import { deleteOwn, eraseCheck, erasePerson, eraseSummary } from './plans/erase.ts'
import {
  findParty,
  finishOrder,
  insertOrder,
  listOrders,
  lockOrder,
  type Order,
  replaceWaiting,
  withdrawOrder,
} from './plans/orders.ts'
import {
  type Counts,
  countTraces,
  ERASED_STREAMS,
  type ErasableIdentity,
  findAnswers,
  findIdentity,
  lockAnswers,
} from './plans/traces.ts'

/** The user who orders, confirms or withdraws. */
export interface Operator extends Actor {
  readonly operator: string
}

/** The data about a person. */
export interface Traces {
  readonly fields: readonly string[]
  readonly counts: Counts
}

/** There is nothing to do, or it is not allowed. */
export type ErasureRefusal =
  | { readonly kind: 'missing' }
  | { readonly kind: 'party' }
  | { readonly kind: 'already'; readonly order: Order | undefined; readonly at: Date }

/** What an erasure would delete and keep. Only the audit record of this query is written. */
export function previewErasure(
  database: Database,
  personId: string,
  by: Operator,
): Promise<ErasureRefusal | { readonly kind: 'there'; readonly traces: Traces }> {
  return database.transaction(async (tx) => {
    const found = await find(tx, personId)
    if (found.kind !== 'there') return found
    await audit(tx, by, act('read', 'erase person', personId))
    return { kind: 'there', traces: await tracesOf(tx, personId, found.identity) }
  })
}

/** Creates an order, which waits for another person's confirmation. It replaces a waiting order about the same person. */
export function requestErasure(
  database: Database,
  personId: string,
  reason: string,
  by: Operator,
): Promise<ErasureRefusal | { readonly kind: 'waiting'; readonly order: Order; readonly traces: Traces }> {
  return retryOnConflict(() =>
    database.transaction(async (tx) => {
      await tx.query(replaceWaiting(personId, by.operator))
      // Waits for a concurrent erasure: no digest of deleted data may stay.
      await lockSubject(tx, 'person', personId, by.userId)
      const found = await find(tx, personId)
      if (found.kind !== 'there') return found
      const [order] = await tx.query<Order>(insertOrder(personId, reason, by.operator, found.identity.fingerprint))
      if (order === undefined) throw new Error('the order was not stored')
      await audit(tx, by, { ...act('write', 'erase person', personId), reason })
      return { kind: 'waiting', order, traces: await tracesOf(tx, personId, found.identity) }
    }),
  )
}

/** The outcome of a confirmation. */
export type Confirmed =
  | { readonly kind: 'erased'; readonly order: Order }
  | { readonly kind: 'already'; readonly order: Order }
  | { readonly kind: 'missing' }
  | { readonly kind: 'ended'; readonly order: Order }
  | { readonly kind: 'same_user'; readonly order: Order }
  | { readonly kind: 'changed'; readonly order: Order }

const MOST_BEGINNINGS = 20

/** Confirms an order and carries it out. */
export async function confirmErasure(database: Database, orderId: string, by: Operator): Promise<Confirmed> {
  for (let beginning = 0; beginning < MOST_BEGINNINGS; beginning += 1) {
    const result = await database.transaction((tx) => carryOut(tx, orderId, by))
    if (result.kind !== 'again') return result
  }
  throw new Error('answers about the person kept arriving; confirm the order again')
}

async function carryOut(tx: Executor, orderId: string, by: Operator): Promise<Confirmed | { readonly kind: 'again' }> {
  const [order] = await tx.query<Order & { fingerprint: Buffer }>(lockOrder(orderId))
  if (order === undefined) return { kind: 'missing' }
  if (order.state === 'erased') return { kind: 'already', order }
  if (order.state !== 'waiting') return { kind: 'ended', order }
  const { person_id: personId } = order
  if (userOf(order.requested_by) === userOf(by.operator)) {
    await audit(tx, by, { ...act('refusal', 'erase confirm', personId), result: 'forbidden' })
    return { kind: 'same_user', order }
  }
  const answers = await lockAll(tx, personId, by.userId)
  if (answers === undefined) return { kind: 'again' }
  const [identity] = await tx.query<ErasableIdentity>(findIdentity(personId))
  if (identity === undefined || !identity.fingerprint.equals(order.fingerprint)) return { kind: 'changed', order }
  const { counts } = await tracesOf(tx, personId, identity)
  await erase(tx, personId, by.userId, answers)
  const [done] = await tx.query<Order>(finishOrder(orderId, by.operator, goneOf(counts)))
  await audit(tx, by, { ...act('write', 'erase confirm', personId), reason: order.reason })
  return { kind: 'erased', order: done ?? order }
}

type Answers = readonly (readonly [stream: (typeof ERASED_STREAMS)[number], ids: string[]])[]

/** Locks everything about the person; undefined: an answer arrived meanwhile, and is not locked. */
async function lockAll(tx: Executor, personId: string, userId: string): Promise<Answers | undefined> {
  const answers: [(typeof ERASED_STREAMS)[number], string[]][] = []
  for (const stream of ERASED_STREAMS) {
    const rows = await tx.query<{ id: string }>(lockAnswers(stream, personId))
    answers.push([stream, rows.map(({ id }) => id)])
  }
  await lockSubject(tx, 'person', personId, userId)
  for (const [stream, locked] of answers) {
    const now = await tx.query<{ id: string }>(findAnswers(stream, personId))
    if (now.some(({ id }) => !locked.includes(id))) return undefined
  }
  return answers
}

async function erase(tx: Executor, personId: string, userId: string, answers: Answers): Promise<void> {
  for (const query of deleteOwn(personId)) await tx.query(query)
  await tx.query(eraseSummary(personId, userId))
  await tx.query(erasePerson(personId, userId))
  for (const stream of ERASED_STREAMS) await tx.query(eraseCheck(stream, personId, userId))
  for (const [stream, ids] of answers) await tx.query(forgetAnswers(stream, ids))
}

/** Withdraws a waiting order. */
export function withdrawErasure(
  database: Database,
  orderId: string,
  by: Operator,
): Promise<{ readonly kind: 'withdrawn' | 'missing' } | { readonly kind: 'ended'; readonly order: Order }> {
  return database.transaction(async (tx) => {
    const [order] = await tx.query<Order>(lockOrder(orderId))
    if (order === undefined) return { kind: 'missing' }
    if (order.state !== 'waiting') return { kind: 'ended', order }
    await tx.query(withdrawOrder(orderId, by.operator))
    await audit(tx, by, act('write', 'erase withdraw', order.person_id))
    return { kind: 'withdrawn' }
  })
}

/** All orders, newest first. */
export function findOrders(database: Database, by: Operator): Promise<Order[]> {
  return database.transaction(async (tx) => {
    const orders = await tx.query<Order>(listOrders(null))
    const subjectIds = [...new Set(orders.map((order) => order.person_id))]
    await audit(tx, by, { action: 'read', operation: 'erase list', subjectKind: 'person', subjectIds })
    return orders
  })
}

async function find(
  tx: Executor,
  personId: string,
): Promise<ErasureRefusal | { readonly kind: 'there'; readonly identity: ErasableIdentity }> {
  const [identity] = await tx.query<ErasableIdentity>(findIdentity(personId))
  if (identity === undefined) return { kind: (await tx.query(findParty(personId))).length > 0 ? 'party' : 'missing' }
  if (identity.erased_at === null) return { kind: 'there', identity }
  const orders = await tx.query<Order>(listOrders(personId))
  return { kind: 'already', order: orders.find(({ state }) => state === 'erased'), at: identity.erased_at }
}

async function tracesOf(tx: Executor, personId: string, { fields }: ErasableIdentity): Promise<Traces> {
  const [counts] = await tx.query<Counts>(countTraces(personId))
  return { fields, counts: counts ?? {} }
}

/** What is deleted, by the name of its count. */
export const GOES = [
  'documents',
  'comments',
  'digests',
  'unzr_info',
  ...ERASED_STREAMS.map((stream) => `${stream}_answers`),
]

function goneOf(counts: Counts): Counts {
  return Object.fromEntries(GOES.map((name) => [name, counts[name] ?? 0]))
}

function act(action: AuditEntry['action'], operation: string, personId: string): AuditEntry {
  return { action, operation, subjectKind: 'person', subjectIds: [personId] }
}

/** Only the operating system's user: the same user on another machine is not a second person. */
function userOf(operator: string): string {
  return operator.replace(/@[^@]*$/, '')
}
