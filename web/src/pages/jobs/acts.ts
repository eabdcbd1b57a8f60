/** What can be done to jobs, and to which. Each is asked for by itself, so that one that is refused keeps no other back. */
import type { ApiFailure } from '../../graphql/request.ts'
import { asFailure, askOnce, queryClient } from '../../graphql/use-query.ts'
import { CANCEL, type JobLine, RETRY } from './queries.ts'

/** What can be done. */
export type JobAct = 'retry' | 'cancel'

/** Whether a job is in a state in which it can be done. */
export function canBe(act: JobAct, { state }: JobLine): boolean {
  return act === 'retry'
    ? state === 'FAILED' || state === 'CANCELLED'
    : state === 'CREATED' || state === 'RETRY' || state === 'ACTIVE'
}

/** Whether it may still change by itself. */
export function isLive({ state }: JobLine): boolean {
  return state === 'CREATED' || state === 'RETRY' || state === 'ACTIVE'
}

/** What came of one of them; without a failure it was done. */
export interface JobResult {
  readonly job: JobLine
  readonly failure?: ApiFailure
}

/** Does it to each of these jobs and to no other. */
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
