/**
 * Deletes records after their retention period, once a day (spec 7.2), as zvirka_prune: the application's role can neither change nor
 * delete history and events. It works in batches within a time limit; the rest is left for the next day.
 */
import { insertAudit } from '../audit/audit.ts'
import { PRUNE_MARK } from '../audit/marks.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { releaseSessionLock, trySessionLock } from '../database/locks.ts'
import type { Executor, Query } from '../database/query.ts'
import { forgetReplacedSchedules } from '../schedule/plans/schedules.ts'
import {
  findDailyJob,
  type HistoryBatch,
  keepDailyJob,
  pruneAudit,
  pruneCausedMails,
  pruneEvents,
  pruneHistory,
  pruneIdempotencyKeys,
  pruneLoginFailures,
  pruneRechecks,
  pruneRuns,
  pruneTallies,
  pruneTicks,
  pruneTokens,
  pruneUnzrInfo,
  pruneWorkers,
} from './plans/prune.ts'

const LOCK = 'zvirka prune'

/** Retention periods in days. The newest history entry of a subject and stream is kept for ever. */
export interface Keep {
  readonly historyDays: number | 'never'
  readonly runsDays: number | 'never'
  readonly eventsDays: number | 'never'
  readonly auditDays: number | 'never'
  /** The UNZR register's answers. */
  readonly unzrInfoDays: number | 'never'
}

/** The time limit, and a signal that ends it between two batches. */
interface PruneLimits {
  readonly milliseconds?: number
  readonly signal?: AbortSignal
}

/** The number of deleted rows of each kind. */
interface Pruned {
  readonly history: number
  readonly runs: number
  readonly events: number
  readonly audit: number
  readonly unzrInfo: number
  readonly others: number
}

const JOB = 'prune'
/** The audit record of pruning, with the number of records. */
const PRUNING = { action: 'write', operation: JOB, subjectKind: 'audit', subjectIds: [] } as const
const LONGEST_MILLISECONDS = 10 * 60_000
const GRACE_MILLISECONDS = 2000

/**
 * Prunes if nobody in the cluster has done so in the last 24 hours; undefined if somebody has, or is doing it. May be called at any time.
 * `database` is the caller's; a connection as zvirka_prune is opened to `url` for the work.
 */
export async function pruneDaily(
  database: Executor,
  url: string,
  keep: Keep,
  limits: PruneLimits = {},
): Promise<Pruned | undefined> {
  if (!(await isDue(database))) return undefined
  const pruning = openDatabase({
    url,
    role: 'zvirka_prune',
    applicationName: 'zvirka prune',
    max: 2,
    answerMs: LONGEST_MILLISECONDS,
  })
  // A batch in progress is then rolled back and deleted another time; a batch whose result never arrives is not waited for.
  let grace: NodeJS.Timeout | undefined
  const onEnd = () => {
    grace = setTimeout(() => void pruning.close(0), GRACE_MILLISECONDS)
  }
  limits.signal?.addEventListener('abort', onEnd, { once: true })
  try {
    return await pruning.pinned(async (pinned) => {
      // A session-level lock, so that it is released if this process dies.
      const [lock] = await pinned.query<{ held: boolean }>(trySessionLock(LOCK))
      if (lock?.held !== true) return undefined
      try {
        return await pruneOnce(pruning, keep, limits)
      } finally {
        await pinned.query(releaseSessionLock(LOCK))
      }
    })
  } finally {
    limits.signal?.removeEventListener('abort', onEnd)
    clearTimeout(grace)
    await pruning.close()
  }
}

async function pruneOnce(pruning: Database, keep: Keep, limits: PruneLimits): Promise<Pruned | undefined> {
  // Another worker may have done it between our check and our lock.
  if (!(await isDue(pruning))) return undefined
  const deadline = performance.now() + (limits.milliseconds ?? LONGEST_MILLISECONDS)
  const mayGoOn = () => performance.now() < deadline && limits.signal?.aborted !== true
  const { historyDays, runsDays, eventsDays, auditDays, unzrInfoDays } = keep

  const all = async (query: Query | undefined) => (query === undefined ? 0 : deleteAll(pruning, query, mayGoOn))
  const old = (days: number | 'never', plan: (days: number) => Query) => (days === 'never' ? undefined : plan(days))

  const unzrInfo = await all(old(unzrInfoDays, pruneUnzrInfo))
  const runs = await all(old(runsDays, pruneRuns))
  let others = 0
  for (const plan of [pruneTicks, pruneTallies, pruneRechecks]) others += await all(old(runsDays, plan))
  others += await all(pruneWorkers())
  others += await all(forgetReplacedSchedules())
  for (const plan of [pruneTokens, pruneLoginFailures, pruneCausedMails, pruneIdempotencyKeys])
    others += await all(plan())
  const events = await all(old(eventsDays, pruneEvents))
  const audit = await all(old(auditDays, pruneAudit))
  if (audit > 0) await pruning.query(insertAudit({ requestId: PRUNE_MARK }, [{ ...PRUNING, occurrences: audit }]))
  const history = await pruneHistoryFrom(pruning, historyDays, mayGoOn)
  // Interrupted: the next worker does the rest today.
  if (limits.signal?.aborted !== true) await pruning.query(keepDailyJob(JOB, history.place))
  return { history: history.deleted, runs, events, audit, unzrInfo, others }
}

async function isDue(executor: Executor): Promise<boolean> {
  const [job] = await executor.query<{ is_due: boolean }>(findDailyJob(JOB))
  return job?.is_due ?? true
}

async function deleteAll(pruning: Database, query: Query, mayGoOn: () => boolean): Promise<number> {
  let deleted = 0
  while (mayGoOn()) {
    const batch = await pruning.query(query)
    if (batch.length === 0) break
    deleted += batch.length
  }
  return deleted
}

// Continues where the previous day's time limit stopped it.
async function pruneHistoryFrom(
  pruning: Database,
  days: number | 'never',
  mayGoOn: () => boolean,
): Promise<{ deleted: number; place: number }> {
  if (days === 'never') return { deleted: 0, place: 0 }
  const [job] = await pruning.query<{ place: number }>(findDailyJob(JOB))
  let place = job?.place ?? 0
  let deleted = 0
  while (mayGoOn()) {
    const [batch] = await pruning.query<HistoryBatch>(pruneHistory(days, place))
    deleted += batch?.deleted ?? 0
    place = batch?.last ?? 0
    if (place === 0) break
  }
  return { deleted, place }
}
