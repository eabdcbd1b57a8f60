/**
 * Failures slow down those that follow. They are counted by what they have in common, such that nobody can lock out somebody else: a
 * counter that others can fill as well (an e-mail, a request) allows far more than one that is of a single place.
 */
import { hash } from 'node:crypto'
import type { Executor } from '../database/query.ts'
import { countedAddress } from './address.ts'
import { countFailure, findDelay, forgetFailures } from './plans/login.ts'

/** What failures are counted by. */
export interface Counter {
  /** A digest: no name is kept. */
  readonly key: Buffer
  /** How many failures cost nothing. */
  readonly free: number
}

/** An address may be that of a whole hospital. */
const FREE_BY_ADDRESS = 50
/** Of what others can fail for as well, from wherever they like. */
const FREE_BY_SUBJECT = 100

/** A counter of one kind of thing. */
export function counterOf(kind: string, value: string, free: number): Counter {
  return { key: hash('sha256', `${kind} ${value}`, 'buffer'), free }
}

/** The counters of failures for a subject that come from an address; `free`: how many cost nothing of those that come from one place. */
export function countersOf(kind: string, subject: string, address: string, free: number): readonly Counter[] {
  const from = countedAddress(address)
  return [
    counterOf('address', from, FREE_BY_ADDRESS),
    counterOf(kind, subject, FREE_BY_SUBJECT),
    counterOf(`${kind} from`, `${subject} ${from}`, free),
  ]
}

/** For how many seconds nothing is looked at yet; undefined: it may be now. */
export async function delayOf(executor: Executor, counters: readonly Counter[]): Promise<number | undefined> {
  const [delay] = await executor.query<{ seconds: number | null }>(findDelay(counters.map(({ key }) => key)))
  return delay === undefined || delay.seconds === null ? undefined : Math.max(1, delay.seconds)
}

/** Counts a failure. */
export async function addFailure(executor: Executor, counters: readonly Counter[]): Promise<void> {
  for (const { key, free } of counters) await executor.query(countFailure([key], free))
}

/** Begins anew after a success; but for the address, from which others may fail. */
export async function forget(executor: Executor, counters: readonly Counter[], address: string): Promise<void> {
  const { key: ofAddress } = counterOf('address', countedAddress(address), FREE_BY_ADDRESS)
  const keys = counters.map(({ key }) => key).filter((key) => !key.equals(ofAddress))
  await executor.query(forgetFailures(keys))
}

const lines = new Map<string, Promise<unknown>>()

/** Does what counts in these counters one after the other: a burst must not outrun its failures. */
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
