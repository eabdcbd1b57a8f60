/** Queries of the pages about runs. */
import { graphql, type ResultOf } from '../../graphql/graphql.ts'

/** A run as lists and the overview show it. */
export const RUN_LINE = graphql(`
  fragment RunLine on VerificationRun {
    id process state heldBy finding { code params text } cause reason startedAt endedAt seconds dueAtStart done remaining rate
    claimed verified notVerified notNeeded incorrect toReview technicalErrors dropped propagated isTriggeredOnly
  }
`)

/** A run as lists show it. */
export type RunLine = ResultOf<typeof RUN_LINE>

/** All details of a run. */
const RUN_DETAIL = graphql(
  `
  fragment RunDetail on VerificationRun {
    ...RunLine
    databaseId startedBy stateChangedBy maxSubjects maxBatches
    errors { whose code count }
    changes { at state changedBy heldBy finding { code params text } reason takenBack }
    workers { id kind host pid joinedAt isAlive batches claimed technicalErrors }
  }
`,
  [RUN_LINE],
)

/** All details of a run. */
export type RunDetail = ResultOf<typeof RUN_DETAIL>

/** A page of the list. */
export const RUNS = graphql(
  `
  query Runs($filter: VerificationRunFilter, $first: Int, $after: String, $last: Int, $before: String) {
    verificationRuns(filter: $filter, first: $first, after: $after, last: $last, before: $before) {
      nodes { ...RunLine databaseId }
      pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      totalCount totalCountIsExact
    }
  }
`,
  [RUN_LINE],
)

/** One run. */
export const RUN = graphql(`query Run($id: ID!) { verificationRun(id: $id) { ...RunDetail } }`, [RUN_DETAIL])

/** A run's progress, while it is active. */
export const RUN_PROGRESS = graphql(
  `subscription RunProgress($id: ID!) { verificationRunProgress(id: $id) { ...RunDetail } }`,
  [RUN_DETAIL],
)

/** The processes with the number of due subjects, for starting a run. */
export const PROCESSES = graphql(`
  query Processes {
    verificationProcesses { key counts { due waiting countedAt isFresh } newestRun { id state endedAt } }
  }
`)

/** Starts a run. */
export const START = graphql(`
  mutation StartRun($input: StartVerificationRunInput!) {
    startVerificationRun(input: $input) { verificationRun { databaseId } }
  }
`)

/** Pauses a run. */
export const PAUSE = graphql(`
  mutation PauseRun($input: ControlVerificationRunInput!) {
    pauseVerificationRun(input: $input) { verificationRun { state } }
  }
`)

/** Resumes a run. */
export const RESUME = graphql(`
  mutation ResumeRun($input: ControlVerificationRunInput!) {
    resumeVerificationRun(input: $input) { verificationRun { state } }
  }
`)

/** Stops a run. */
export const STOP = graphql(`
  mutation StopRun($input: ControlVerificationRunInput!) {
    stopVerificationRun(input: $input) { verificationRun { state } }
  }
`)

/** Counts the results that would be reverted, or reverts them. */
export const RECHECK = graphql(`
  mutation RecheckRun($input: RecheckVerificationRunInput!) {
    recheckVerificationRun(input: $input) { persons parties inReview isComplete }
  }
`)
