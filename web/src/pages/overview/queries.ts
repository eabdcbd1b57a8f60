/** Queries of the overview. */
import { graphql, type ResultOf } from '../../graphql/graphql.ts'
import { RUN_LINE } from '../runs/queries.ts'

/** Everything except the history; polled every few seconds. */
export const OVERVIEW = graphql(
  `
  query Overview {
    verificationProcesses {
      key stream subject schedule timeZone validationPeriodDays isServed nextTick lastTick lastTickOutcome
      counts { due waiting countedAt isFresh byStatus { status count } }
      newestRun { ...RunLine }
    }
    registries { service workers openBreakers openSince calls errors p50 p95 }
    workers { id kind host pid version startedAt leaseAge isAlive claims runs openBreakers }
  }
`,
  [RUN_LINE],
)

/** Acts of death that need a decision. */
export const WAITING_DEATHS = graphql(`
  query WaitingDeaths { waitingDracsDeathCandidates { subject zone count oldestInsertedAt } }
`)

/** The results of runs, by day. */
export const HISTORY = graphql(`
  query History {
    verificationRunHistory(days: 30) {
      process day runs verified notVerified notNeeded incorrect toReview technicalErrors
    }
  }
`)

/** The active runs, updated every second: one subscription for all of them. */
export const UNDER_WAY = graphql(`subscription UnderWay { verificationRunsUnderWay { ...RunLine } }`, [RUN_LINE])

type Overview = ResultOf<typeof OVERVIEW>

/** A process. */
export type Process = NonNullable<Overview['verificationProcesses']>[number]
/** A service of the registries. */
export type Registry = NonNullable<Overview['registries']>[number]
/** A worker of the cluster. */
export type Worker = NonNullable<Overview['workers']>[number]
/** Acts of death of one kind of subject and zone that wait. */
export type WaitingDeaths = NonNullable<ResultOf<typeof WAITING_DEATHS>['waitingDracsDeathCandidates']>[number]
/** One day of a process. */
export type HistoryDay = NonNullable<ResultOf<typeof HISTORY>['verificationRunHistory']>[number]
