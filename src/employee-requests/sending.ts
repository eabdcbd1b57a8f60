/**
 * Idempotency (spec 6.3.8): the result of a POST with a key is stored under that key in the same transaction. Errors are not stored,
 * because they changed nothing.
 */
import type { Executor } from '../database/query.ts'
import { type AnswerRow, findAnswer, insertAnswer, type Sending } from './plans/sending.ts'
import { findRequestById, type ReadRequest } from './read.ts'

export type { Sending } from './plans/sending.ts'

/** Somebody else executed the same POST meanwhile: this one is rolled back. */
class SentAtOnceError extends Error {
  override readonly name = 'SentAtOnceError'
}

/**
 * Stores the answer if there is a key. It must be the last statement of the transaction, because it waits for a concurrent one with the
 * same key.
 */
export async function keepAnswer(tx: Executor, sending: Sending | undefined, request: ReadRequest): Promise<void> {
  if (sending === undefined) return
  const kept = await tx.query(insertAnswer(sending, request))
  if (kept.length === 0) throw new SentAtOnceError('the same was sent at once')
}

/** What the key was used for: this request with its answer, or a request with other content. */
type KeptAnswer = { readonly kind: 'answered'; readonly request: ReadRequest } | { readonly kind: 'another' }

/** The result for a key; undefined: none within the last day. */
export async function findKeptAnswer(executor: Executor, sending: Sending): Promise<KeptAnswer | undefined> {
  const [row] = await executor.query<AnswerRow>(findAnswer(sending))
  if (row === undefined) return undefined
  const { employee_request_id, is_same, ...answered } = row
  if (!is_same) return { kind: 'another' }
  const request = await findRequestById(executor, employee_request_id)
  if (request === undefined) throw new Error('a request that was answered is not there')
  return { kind: 'answered', request: { ...request, ...answered } }
}
