/**
 * Failures delay later attempts. The counters are chosen so that nobody can lock out somebody else: a counter that others can fill too (an
 * e-mail, a request) allows far more failures than one of a single place.
 */
import { hash } from 'node:crypto'
import type { Executor } from '../database/query.ts'
import { countedAddress } from './address.ts'
import { countFailure, findDelay, forgetFailures } from './plans/login.ts'

/** A counter of failures. */
export interface Counter {
  /** A digest, so that no name is stored. */
  readonly key: Buffer
  /** The number of free failures. */
  readonly free: number
}

/** A whole hospital may share one address. */
const FREE_BY_ADDRESS = 50
/** For counters that others can fill from anywhere. */
const FREE_BY_SUBJECT = 100

/** Makes counters of one kind. */
export function counterOf(kind: string, value: string, free: number): Counter {
  return { key: hash('sha256', `${kind} ${value}`, 'buffer'), free }
}

/** The counters for failures about a subject from an address; `free`: the free failures from one place. */
export function countersOf(kind: string, subject: string, address: string, free: number): readonly Counter[] {
  const from = countedAddress(address)
  return [
    counterOf('address', from, FREE_BY_ADDRESS),
    counterOf(kind, subject, FREE_BY_SUBJECT),
    counterOf(`${kind} from`, `${subject} ${from}`, free),
  ]
}

/** Seconds until the next attempt is allowed; undefined: now. */
export async function delayAfterFailures(
  executor: Executor,
  counters: readonly Counter[],
): Promise<number | undefined> {
  const [delay] = await executor.query<{ seconds: number | null }>(findDelay(counters.map(({ key }) => key)))
  return delay === undefined || delay.seconds === null ? undefined : Math.max(1, delay.seconds)
}

/** Counts a failure. */
export async function addFailure(executor: Executor, counters: readonly Counter[]): Promise<void> {
  for (const { key, free } of counters) await executor.query(countFailure([key], free))
}

/** Resets the counters after a success, except that of the address, which others may share. */
export async function forget(executor: Executor, counters: readonly Counter[], address: string): Promise<void> {
  const { key: ofAddress } = counterOf('address', countedAddress(address), FREE_BY_ADDRESS)
  const keys = counters.map(({ key }) => key).filter((key) => !key.equals(ofAddress))
  await executor.query(forgetFailures(keys))
}

const lines = new Map<string, Promise<unknown>>()

/** Serialises attempts with the same counters, so that a burst cannot outrun its failures. */
export function inLine<T>([first, ...others]: readonly Counter[], work: () => Promise<T>): Promise<T> {
  return first === undefined ? work() : queue(first.key.toString('base64'), () => inLine(others, work))
}

async function queue<T>(name: string, work: () => Promise<T>): Promise<T> {
  const before = lines.get(name)
  const turn = (before ?? Promise.resolve()).then(work, work)
  lines.set(name, turn)
  try {
    return await turn
  } finally {
    if (lines.get(name) === turn) lines.delete(name)
  }
}
