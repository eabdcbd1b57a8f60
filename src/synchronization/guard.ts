/**
 * The guard of a run (spec 2.6): a registry's mistake must not block millions of people. It evaluates the last answers of the process,
 * across runs and workers, and decides when a person must look before the run continues.
 */
import type { Database } from '../database/database.ts'
import type { GuardFinding } from '../messages/run-findings.ts'
import { type TallyRow, talliesAfter } from './plans/tally.ts'

/** The number of answers in the window of unfavourable ones; never fewer. */
const GUARD_ANSWERS = 500
/** The number of subjects in the window of subject errors; never fewer. */
const GUARD_SUBJECTS = 5000

/** The guard's finding, and the tally after which the evaluated window starts. */
export interface Judged {
  readonly finding: GuardFinding
  readonly windowAfter: number
}

/** How the last subjects ended, oldest first, one letter each: f favourable, u unfavourable, e subject error, s service error. */
interface GuardWindow {
  /** The last answers (f, u), at most GUARD_ANSWERS. */
  readonly answers: string
  /** The last subjects (all letters), at most GUARD_SUBJECTS. */
  readonly subjects: string
}

/** An empty window. */
export const NO_OUTCOMES: GuardWindow = { answers: '', subjects: '' }

/** Appends outcomes to the window. */
export function extend(window: GuardWindow, outcomes: string): GuardWindow {
  return {
    answers: (window.answers + outcomes.replace(/[^fu]/g, '')).slice(-GUARD_ANSWERS),
    subjects: (window.subjects + outcomes).slice(-GUARD_SUBJECTS),
  }
}

/** Whether the run must be paused. `share` is the tolerated share of unfavourable answers. */
export function judge({ answers, subjects }: GuardWindow, share: number): GuardFinding | undefined {
  const unfavourable = count(answers, 'u')
  if (answers.length === GUARD_ANSWERS && unfavourable > share * GUARD_ANSWERS) {
    const percent = Math.round(share * 1000) / 10
    return { code: 'guard_answers', params: { unfavourable, answers: GUARD_ANSWERS, percent } }
  }
  const errors = count(subjects, 'e')
  if (subjects.length === GUARD_SUBJECTS && errors > GUARD_SUBJECTS / 2) {
    return { code: 'guard_errors', params: { errors, subjects: GUARD_SUBJECTS } }
  }
  return undefined
}

function count(text: string, letter: string): number {
  return text.split(letter).length - 1
}

/** Follows the tallies of one process; each look reads only new ones. */
export class Guard {
  readonly #database: Database
  readonly #process: string
  readonly #share: number
  #lastId = 0
  #window = NO_OUTCOMES

  constructor(database: Database, process: string, share: number) {
    this.#database = database
    this.#process = process
    this.#share = share
  }

  /** Reads what was written since the last look and evaluates the window. */
  async look(): Promise<Judged | undefined> {
    const rows = await this.#database.query<TallyRow>(talliesAfter(this.#process, this.#lastId))
    const last = rows.at(-1)
    if (last === undefined) return undefined
    // Somebody resumed the run, which restarted the window; earlier outcomes no longer count.
    if (last.window_after >= this.#lastId) this.#window = NO_OUTCOMES
    this.#lastId = last.id
    this.#window = extend(this.#window, rows.map(({ outcomes }) => outcomes).join(''))
    const finding = judge(this.#window, this.#share)
    return finding && { finding, windowAfter: last.window_after }
  }
}
