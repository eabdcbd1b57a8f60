/** Every point of a claim and of a flush at which another transaction can come between. */
import type { Hooks, Statement } from './watched.ts'

export interface Point {
  readonly when: 'before' | 'after'
  readonly statement: string
}

const CLAIM = [
  'state for claim',
  'end waiting dms_passport/person',
  'claim dms_passport/person',
  'documents of person',
  'commit after documents of person',
]

const FLUSH = [
  'hold lease',
  'keep found in mimir.dms_passport_data',
  'lock person and holders',
  'lock party and holders',
  'settle dms_passport/person and others',
  'add tally',
  'commit after add tally',
]

/** Before each statement, and after the last: between any two of them there is one point. */
function pointsOf(statements: readonly string[]): Point[] {
  const last = statements.at(-1) ?? ''
  return [...statements.map((statement): Point => ({ when: 'before', statement })), { when: 'after', statement: last }]
}

export const POINTS_OF_CLAIM = pointsOf(CLAIM)
export const POINTS_OF_FLUSH = pointsOf(FLUSH)

/** Hooks that act once, the first time that the engine comes to a point. */
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
