/** POSTs that are done once, however often they are sent with the same `Idempotency-Key` (spec 6.3.8). */
import { hash } from 'node:crypto'
import type { Principal } from '../../access/principal.ts'
import { audit } from '../../audit/audit.ts'
import type { ReadRequest } from '../../employee-requests/read.ts'
import { findKeptAnswer, type Sending } from '../../employee-requests/sending.ts'
import { ApiError, unprocessable } from '../errors.ts'
import type { AuthorizedContext } from './route.ts'
import { toldRequest } from './told-request.ts'

const KEY = /^[!-~]{1,255}$/

/** What is sent with a key: the operation, the parameters of its path, the body. */
export type SentParts = readonly [operation: string, params: unknown, body: unknown]

/** A request with its key; undefined: it came without one. */
export function sendingOf(
  header: string | string[] | undefined,
  { userId, clientId }: Principal,
  parts: SentParts,
): Sending | undefined {
  if (header === undefined) return undefined
  if (typeof header !== 'string' || !KEY.test(header))
    throw new ApiError('request_malformed', 'Idempotency-Key must be 1 to 255 visible ASCII characters')
  const digest = (text: string) => hash('sha256', text, 'buffer')
  return { userId, clientId, key: digest(header), sent: digest(JSON.stringify(parts)) }
}

/** Does something to an employee request, or answers as it was answered when the same was sent before. */
export async function sentOnce(context: AuthorizedContext, operation: string, work: () => Promise<ReadRequest>) {
  const { principal } = context
  return toldRequest(principal, (await findDone(context, operation)) ?? (await done(context, operation, work)))
}

// Whatever went wrong, somebody who sent the same may have done it; and a commit whose answer was lost may be kept.
async function done(context: AuthorizedContext, operation: string, work: () => Promise<ReadRequest>) {
  try {
    return await work()
  } catch (error) {
    const found = await findDone(context, operation).catch((other: unknown) => {
      throw other instanceof ApiError ? other : error
    })
    if (found === undefined) throw error
    return found
  }
}

async function findDone({ database, actor, sending }: AuthorizedContext, operation: string) {
  const kept = sending && (await findKeptAnswer(database, sending))
  if (kept === undefined) return undefined
  if (kept.kind === 'another') throw unprocessable('This Idempotency-Key came with something else before')
  const { request } = kept
  await audit(database, actor, {
    ...{ action: 'read', operation, subjectKind: 'employee_request', subjectIds: [request.id] },
  })
  return request
}
