/** Wrong secrets slow down those that follow, as wrong passwords do (spec 6.4): by request, and by the address that they come from. */
import { hash } from 'node:crypto'
import { countFailure, findDelay } from '../access/plans/login.ts'
import type { Executor } from '../database/query.ts'

/** People follow an old link again and again; an address may be that of a whole hospital. */
const FREE_BY_REQUEST = 10
const FREE_BY_ADDRESS = 50

/** Whose attempt it is. */
export interface Attempt {
  readonly id: string
  readonly address: string
}

function keysOf({ id, address }: Attempt): [request: Buffer, address: Buffer] {
  const key = (text: string) => hash('sha256', text, 'buffer')
  // The address is that of signing in: failures of both count.
  return [key(`invitation ${id}`), key(`address ${address}`)]
}

/** For how many seconds nothing is looked at yet; undefined: it may be now. */
export async function delayOf(executor: Executor, attempt: Attempt): Promise<number | undefined> {
  const [delay] = await executor.query<{ seconds: number | null }>(findDelay(keysOf(attempt)))
  return delay === undefined || delay.seconds === null ? undefined : Math.max(1, delay.seconds)
}

/** Counts a wrong secret. */
export async function countWrongSecret(executor: Executor, attempt: Attempt): Promise<void> {
  const [request, address] = keysOf(attempt)
  await executor.query(countFailure([request], FREE_BY_REQUEST))
  await executor.query(countFailure([address], FREE_BY_ADDRESS))
}
