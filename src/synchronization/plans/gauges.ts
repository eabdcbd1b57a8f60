/** The cluster's metrics: a few keys of small tables, and the heads of the queues. None of them reads what runs leave behind. */
import type { Query } from '../../database/query.ts'
import { checksOf } from '../../verification-store/kinds.ts'
import type { SyncProcess } from '../process.ts'
import { branchOrder, branchPredicate } from './claim.ts'
import { IS_ALIVE } from './report.ts'

/** Limits how long each statement of this transaction may take. */
export function limitStatements(milliseconds: number): Query {
  return { text: `set local statement_timeout = ${milliseconds}` }
}

/** How long the heads of the queues have waited, in seconds; null if a queue is empty. */
export interface QueueAgeRow {
  readonly triggered: number | null
  readonly due: number | null
}

/**
 * How long the heads of the queues have waited: the first triggered since its trigger, the first due since it became due. Subjects that
 * were never checked are ordered only by id; the first represents all, by its insertion time.
 */
export function queueAges(process: SyncProcess, validationPeriodDays: number | null): Query {
  const checks = checksOf(process.kind, process.stream)
  const head = (branch: 'triggered' | 'due', value: string, terms: string) => {
    const order = branchOrder(branch)
    return `(select ${value} from ${checks} v
      where ${branchPredicate(process, branch)} and ${order} ${terms} order by ${order}, v.subject_id limit 1)`
  }
  const seconds = (since: string) => `extract(epoch from clock_timestamp() - ${since})::float`
  // Not clock_timestamp(), which cannot be used in an index search: if nobody is due, all would be read.
  const period = `$1 * interval '1 day'`
  return {
    name: `queue ages ${process.key}`,
    text: `
select ${seconds(head('triggered', branchOrder('triggered'), `> '-infinity'`))} as triggered,
       greatest(${seconds(head('due', 'v.subject_inserted_at', `= '-infinity'`))},
                ${seconds(
                  `${head('due', branchOrder('due'), `> '-infinity' and ${branchOrder('due')} <= statement_timestamp() - ${period}`)} - ${period}`,
                )}) as due`,
    values: [validationPeriodDays],
  }
}

/** The claims of one process. */
export interface HeldRow {
  readonly process: string
  readonly held: number
  readonly oldest_seconds: number
}

/** The number of claimed subjects (IN_REVIEW) of each process, and the age of the oldest claim. */
export function heldNow(): Query {
  return {
    name: 'held now',
    text: `select stream::text || '/' || subject_kind::text as process, count(*) as held,
                  greatest(extract(epoch from clock_timestamp() - min(claimed_at)), 0)::float as oldest_seconds
             from zvirka.claims group by 1`,
  }
}

/** Workers of one version. */
export interface WorkersRow {
  readonly version: string
  readonly alive: number
  readonly lost: number
}

/** Running long-running workers (without `zvirka sync`) by version. `lost`: the lease expired and no other worker has taken over yet. */
export function workersByVersion(): Query {
  return {
    name: 'workers by version',
    text: `select w.version, count(*) filter (where ${IS_ALIVE}) as alive, count(*) filter (where not (${IS_ALIVE})) as lost
             from zvirka.workers w where w.ended_at is null and w.kind <> 'sync' group by w.version`,
  }
}

/** The last tick of one process. */
export interface TickRow {
  readonly time: Date
  readonly outcome: 'first' | 'started' | 'skipped'
}

/** The last tick of a process that any worker recorded. */
export function lastTick(process: string): Query {
  return {
    name: 'last tick',
    text: 'select time, outcome from zvirka.ticks where process = $1 and time <= clock_timestamp() order by time desc limit 1',
    values: [process],
  }
}
