/** Every point in a claim and in a flush where another transaction can come between. */
import type { ModelProcess } from './model-parts.ts'
import type { Hooks, Statement } from './watched.ts'

export interface Point {
  readonly when: 'before' | 'after'
  readonly statement: string
}

const END_OF_FLUSH = ['add tally', 'commit after add tally']

/** Before each statement, and after the last: one point between any two. */
function pointsOf(statements: readonly string[]): Point[] {
  const last = statements.at(-1) ?? ''
  return [...statements.map((statement): Point => ({ when: 'before', statement })), { when: 'after', statement: last }]
}

/** Every point in a claim of this process. */
export function pointsOfClaim({ key, kind, stream }: ModelProcess): Point[] {
  const facts = `${stream === 'unzr' ? 'identities' : 'documents'} of ${kind}`
  return pointsOf(['state for claim', `end waiting ${key}`, `claim ${key}`, facts, `commit after ${facts}`])
}

/** Every point in a flush that found a document. */
export function pointsOfFlush({ key, stream }: ModelProcess): Point[] {
  const others = ['lock person and holders', 'lock party and holders', `settle ${key} and others`]
  return pointsOf(['hold lease', `keep found in mimir.${stream}_data`, ...others, ...END_OF_FLUSH])
}

/** Every point in a flush that removes an ill-formed UNZR. */
export function pointsOfClearing({ key }: ModelProcess): Point[] {
  return pointsOf(['hold lease', 'lock person', 'clear unzr', `settle ${key}`, ...END_OF_FLUSH])
}

/** Hooks that act once, the first time the engine reaches a point. */
export function once({ when, statement: name }: Point, act: (statement: Statement) => unknown): Hooks {
  let isDone = false
  return {
    [when]: (statement: Statement) => {
      if (isDone || statement.name !== name) return undefined
      isDone = true
      return act(statement)
    },
  }
}
