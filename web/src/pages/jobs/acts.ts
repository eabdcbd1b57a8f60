/** Actions on jobs, and the jobs that allow them. One request per job, so that a refusal does not affect others. */
import type { ApiFailure } from '../../graphql/request.ts'
import { asFailure, askOnce, queryClient } from '../../graphql/use-query.ts'
import { CANCEL, type JobLine, RETRY } from './queries.ts'

/** The actions. */
export type JobAct = 'retry' | 'cancel'

/** Whether the job's state allows the action. */
export function canBe(act: JobAct, { state }: JobLine): boolean {
  return act === 'retry'
    ? state === 'FAILED' || state === 'CANCELLED'
    : state === 'CREATED' || state === 'RETRY' || state === 'ACTIVE'
}

/** Whether the state may still change by itself. */
export function isLive({ state }: JobLine): boolean {
  return state === 'CREATED' || state === 'RETRY' || state === 'ACTIVE'
}

/** The result for one job; success if there is no failure. */
export interface JobResult {
  readonly job: JobLine
  readonly failure?: ApiFailure
}

/** Applies the action to exactly these jobs. */
export async function actOn(act: JobAct, jobs: readonly JobLine[]): Promise<readonly JobResult[]> {
  const results: JobResult[] = []
  for (const job of jobs) results.push(await actOnOne(act, job))
  await queryClient.invalidateQueries()
  return results
}

async function actOnOne(act: JobAct, job: JobLine): Promise<JobResult> {
  try {
    await askOnce(act === 'retry' ? RETRY : CANCEL, { ids: [job.id] })
    return { job }
  } catch (error) {
    return { job, failure: asFailure(error) }
  }
}
