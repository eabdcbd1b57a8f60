/**
 * Doing once what is sent more than once (spec 6.3.8): what a POST with a key did is kept by that key in the transaction that does it.
 * Refusals are not kept: they changed nothing.
 */
import type { Executor } from '../database/query.ts'
import { type AnswerRow, findAnswer, insertAnswer, type Sending } from './plans/sending.ts'
import { findRequestById, type ReadRequest } from './read.ts'

export type { Sending } from './plans/sending.ts'

/** The same POST was done by somebody else meanwhile: nothing of this one is kept. */
export class SentAtOnceError extends Error {
  override readonly name = 'SentAtOnceError'
}

/** Keeps what is answered, where there is a key. The last statement of its transaction: it waits for another one with the key. */
export async function keepAnswer(tx: Executor, sending: Sending | undefined, request: ReadRequest): Promise<void> {
  if (sending === undefined) return
  const kept = await tx.query(insertAnswer(sending, request))
  if (kept.length === 0) throw new SentAtOnceError('the same was sent at once')
}

/** What the key was used for: the request as it was answered, or something else that was sent. */
export type KeptAnswer = { readonly kind: 'answered'; readonly request: ReadRequest } | { readonly kind: 'another' }

/** What was done by a key; undefined: nothing, within the last day. */
export async function findKeptAnswer(executor: Executor, sending: Sending): Promise<KeptAnswer | undefined> {
  const [row] = await executor.query<AnswerRow>(findAnswer(sending))
  if (row === undefined) return undefined
  const { employee_request_id, is_same, ...answered } = row
  if (!is_same) return { kind: 'another' }
  const request = await findRequestById(executor, employee_request_id)
  if (request === undefined) throw new Error('a request that was answered is not there')
  return { kind: 'answered', request: { ...request, ...answered } }
}
