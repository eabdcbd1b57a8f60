/** POSTs that are executed once, however often they are sent with the same `Idempotency-Key` (spec 6.3.8). */
import { hash } from 'node:crypto'
import type { Principal } from '../../access/principal.ts'
import { audit } from '../../audit/audit.ts'
import type { ReadRequest } from '../../employee-requests/read.ts'
import { findKeptAnswer, type Sending } from '../../employee-requests/sending.ts'
import { ApiError, unprocessable } from '../errors.ts'
import type { AuthorizedContext } from './route.ts'
import { toldRequest } from './told-request.ts'

const KEY = /^[!-~]{1,255}$/

/** The parts that identify a request with a key: the operation, the path parameters, the body. */
type SentParts = readonly [operation: string, params: unknown, body: unknown]

/** A request with its key; undefined without one. */
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

/** Changes an employee request, or returns the earlier answer if the same request was sent before. */
export async function sentOnce(context: AuthorizedContext, operation: string, work: () => Promise<ReadRequest>) {
  const { principal } = context
  return toldRequest(principal, (await findDone(context, operation)) ?? (await done(context, operation, work)))
}

// After any error somebody may have executed the same request, and an unacknowledged commit may have happened.
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
