/** Reading why the guard held a run: it writes words, which the page says in its own language. */

/** What the guard of a run writes (`src/synchronization/guard.ts`), read back; a test compares the two. */
export type GuardFinding =
  | { readonly kind: 'answers'; readonly count: number; readonly of: number; readonly share: string }
  | { readonly kind: 'subjects'; readonly count: number; readonly of: number }

/** Reads the words of the guard; undefined for anybody else's. */
export function guardFinding(reason: string): GuardFinding | undefined {
  const answers = /^guard: (\d+) of the last (\d+) answers were unfavourable, more than (.+)$/.exec(reason)
  if (answers !== null) {
    return { kind: 'answers', count: Number(answers[1]), of: Number(answers[2]), share: answers[3] ?? '' }
  }
  const subjects = /^guard: (\d+) of the last (\d+) subjects ended in errors of their own$/.exec(reason)
  if (subjects !== null) return { kind: 'subjects', count: Number(subjects[1]), of: Number(subjects[2]) }
  return undefined
}
