/**
 * A run guards itself (spec 2.6): a registry's own mistake must not block millions. It looks at how the process's last
 * answers fell, across runs and workers, and says when a person should look before the run goes on.
 */
import type { Database } from '../database/database.ts'
import type { GuardFinding } from '../messages/run-findings.ts'
import { type TallyRow, talliesAfter } from './plans/tally.ts'

/** Answers that the share of unfavourable ones is taken of; never fewer. */
export const GUARD_ANSWERS = 500
/** Subjects that the share of their own errors is taken of; never fewer. */
export const GUARD_SUBJECTS = 5000

/** What the guard found, with the tally after which the window begins that it judged. */
export interface Judged {
  readonly finding: GuardFinding
  readonly windowAfter: number
}

/** How the last subjects ended, oldest first, a letter each: f favourable, u unfavourable, e their own error, s the service's. */
export interface GuardWindow {
  /** The last answers (f, u): as many as GUARD_ANSWERS, if there were so many. */
  readonly answers: string
  /** The last subjects (all letters): as many as GUARD_SUBJECTS, if there were so many. */
  readonly subjects: string
}

/** An empty window. */
export const NO_OUTCOMES: GuardWindow = { answers: '', subjects: '' }

/** The window after some more subjects. */
export function extend(window: GuardWindow, outcomes: string): GuardWindow {
  return {
    answers: (window.answers + outcomes.replace(/[^fu]/g, '')).slice(-GUARD_ANSWERS),
    subjects: (window.subjects + outcomes).slice(-GUARD_SUBJECTS),
  }
}

/** Whether a run must be held. `share` is what it tolerates of unfavourable answers. */
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

/** Follows the tallies of one process; a look reads only what is new since the last. */
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

  /** Reads what was written since the last look and judges the window. */
  async look(): Promise<Judged | undefined> {
    const rows = await this.#database.query<TallyRow>(talliesAfter(this.#process, this.#lastId))
    const last = rows.at(-1)
    if (last === undefined) return undefined
    // The window was started afresh since, by whoever resumed the run: what was seen before is out of it.
    if (last.window_after >= this.#lastId) this.#window = NO_OUTCOMES
    this.#lastId = last.id
    this.#window = extend(this.#window, rows.map(({ outcomes }) => outcomes).join(''))
    const finding = judge(this.#window, this.#share)
    return finding && { finding, windowAfter: last.window_after }
  }
}
