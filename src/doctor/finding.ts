/** What `zvirka doctor` says: one thing that was looked at, and what to do about it. Nothing personal and no secret is in any of it. */

/** `problem`: something does not work. `warning`: it works, and should be seen to. */
export type Level = 'ok' | 'warning' | 'problem'

/** One line of the doctor's. */
export interface Finding {
  /** What was looked at, in a word or two: `schema`, `clock`. */
  readonly check: string
  readonly level: Level
  readonly words: string
  /** What to do; may have several lines (SQL). */
  readonly advice?: string
}

/** All is well. */
export function ok(check: string, words: string): Finding {
  return { check, level: 'ok', words }
}

/** It works, and should be seen to. */
export function warning(check: string, words: string, advice: string): Finding {
  return { check, level: 'warning', words, advice }
}

/** It does not work. */
export function problem(check: string, words: string, advice: string): Finding {
  return { check, level: 'problem', words, advice }
}
