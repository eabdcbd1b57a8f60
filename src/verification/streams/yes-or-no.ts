/** Registries that answer 1 if they have a record and 0 if they have none (spec 2.5.2, 2.5.4). */
import type { Decision, Others, StreamRules, Verdict } from '../rules.ts'

/** Whether the registry has a record, and its text, `''` if there is none. */
export interface StatusAnswer {
  readonly status: 0 | 1
  readonly description?: string
}

/** A question that was answered with 1, and the registry's text. Personal. */
export interface FoundBy<Question> {
  readonly question: Question
  readonly description: string
}

/** The meaning of the two answers, and which other subjects a 1 applies to. */
interface YesOrNo<Question> {
  readonly found: Verdict
  readonly notFound: Verdict
  othersOf?(question: Question): Others
}

/** Applies one of two verdicts; a 1 is stored and linked. */
export function decideYesOrNo<Question>({
  found,
  notFound,
  othersOf,
}: YesOrNo<Question>): StreamRules<Question, StatusAnswer, FoundBy<Question>>['decide'] {
  return ({ status, description = '' }, question): Decision<FoundBy<Question>> => {
    if (status === 0) return { kind: 'decided', step: '5', verdict: notFound, code: 0, isLinked: false }
    const result = { verdict: found, code: 1, isLinked: true }
    const others = othersOf?.(question)
    return {
      kind: 'decided',
      step: '4',
      ...result,
      keeps: { question, description },
      ...(others === undefined ? {} : { reaches: { others, as: { person: result, party: result } } }),
    }
  }
}
