/** A worker's counts for its run, in the same transaction as what is counted, so that they are exact. */
import type { Query } from '../../database/query.ts'

/** Subjects of a run by outcome: all of them, or what to add to a worker's counts. */
export interface RunCounts {
  /** Claimed and released unasked; they were, or will be, claimed again. */
  readonly given_back: number
  readonly verified: number
  readonly not_verified: number
  readonly not_needed: number
  readonly incorrect: number
  /** Answers that a person must review: the stream is VERIFICATION_NEEDED. */
  readonly to_review: number
  /** Answers that arrived after the subject was edited, queued again or claimed again (spec 2.3). */
  readonly dropped: number
  readonly technical_errors: number
  /** Other subjects with the same document that steps 4.1 and 4.2 wrote. */
  readonly propagated: number
}

/** What was written: the number of current subjects by outcome, and of other subjects. */
export type SettledCounts = Omit<RunCounts, 'given_back' | 'dropped' | 'technical_errors'>

/** A technical error by kind, with the number of subjects. */
export interface ErrorCount {
  readonly whose: 'subject' | 'service'
  readonly code: string
  readonly count: number
}

export interface Tally {
  readonly process: string
  readonly runId: string
  readonly workerId: string
  readonly flushId: string
  readonly counts: RunCounts
  readonly errors: readonly ErrorCount[]
  /** One letter for each subject that was asked about: f, u, e, s (spec 2.6; migration 0006). */
  readonly outcomes: string
}

/** Adds to a worker's counts for a run, stores the letters of the answers, and returns the id of the last tally. */
export function addTally(tally: Tally): Query {
  const { counts, errors } = tally
  return {
    name: 'add tally',
    text: `
with counted as (
  update zvirka.run_workers
     set given_back = given_back + $6, verified = verified + $7, not_verified = not_verified + $8,
         not_needed = not_needed + $9, incorrect = incorrect + $10, dropped = dropped + $11,
         technical_errors = technical_errors + $12, propagated = propagated + $13,
         to_review = to_review + $17
   where run_id = $2 and worker_id = $3
),
errors as (
  insert into zvirka.run_errors as e (run_id, worker_id, whose, code, count)
  select $2, $3, * from unnest($14::text[], $15::text[], $16::bigint[]) as i (whose, code, count)
  on conflict (run_id, worker_id, whose, code) do update set count = e.count + excluded.count
)
insert into zvirka.answer_tallies (process, run_id, flush_id, outcomes) values ($1, $2, $4, $5)`,
    values: [
      tally.process,
      tally.runId,
      tally.workerId,
      tally.flushId,
      tally.outcomes,
      counts.given_back,
      counts.verified,
      counts.not_verified,
      counts.not_needed,
      counts.incorrect,
      counts.dropped,
      counts.technical_errors,
      counts.propagated,
      errors.map(({ whose }) => whose),
      errors.map(({ code }) => code),
      errors.map(({ count }) => count),
      counts.to_review,
    ],
  }
}

/** Whether a flush was written, after its commit was not acknowledged: it would be among the latest. */
export function findFlush(process: string, flushId: string): Query {
  return {
    text: `select 1 as found from (
             select flush_id from zvirka.answer_tallies where process = $1 order by id desc limit 10000) recent
            where flush_id = $2 limit 1`,
    values: [process, flushId],
  }
}

/** A tally in a guard's window, and the tally after which that window starts. */
export interface TallyRow {
  readonly id: number
  readonly outcomes: string
  readonly window_after: number
}

/** The tallies of a process after an id, oldest first, for the guard. */
export function talliesAfter(process: string, afterId: number): Query {
  const windowAfter = 'coalesce((select after_tally from zvirka.guard_windows where process = $1), 0)'
  return {
    name: 'tallies after',
    text: `select id, outcomes, ${windowAfter} as window_after from (
             select id, outcomes from zvirka.answer_tallies
              where process = $1 and id > greatest($2, ${windowAfter})
              order by id desc limit 6000) recent
            order by id`,
    values: [process, afterId],
  }
}

/** Restarts the guard's window of a process: earlier tallies no longer count (spec 2.6). */
export function startGuardWindow(process: string): Query {
  return {
    text: `insert into zvirka.guard_windows (process, after_tally)
           select $1, coalesce(max(id), 0) from zvirka.answer_tallies where process = $1
           on conflict (process) do update set after_tally = excluded.after_tally`,
    values: [process],
  }
}
