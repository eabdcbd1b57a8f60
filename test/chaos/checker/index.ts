/**
 * The checker: an independent implementation of the rules (spec 1.4, 1.5, 2) that calls none of the engine's code. Each rule takes the
 * histories and returns what breaks it; an empty list means that it holds.
 */
import type { Histories } from '../histories.ts'
import { answersRules } from './answers.ts'
import { clusterRules } from './cluster.ts'
import { eventsRules } from './events.ts'
import { rowsRules } from './rows.ts'
import { runsRules } from './runs.ts'

/** A rule: what must hold, in words, and what breaks it. */
export interface Rule {
  readonly name: string
  find(histories: Histories): string[]
}

/** All rules. */
export const rules: readonly Rule[] = [...rowsRules, ...answersRules, ...eventsRules, ...runsRules, ...clusterRules]

const SHOWN = 5

/** The first few violations of each rule. */
export function check(histories: Histories): string[] {
  return rules.flatMap(({ name, find }) => {
    const broken = find(histories)
    const more = broken.length > SHOWN ? [`${name}: and ${broken.length - SHOWN} more`] : []
    return [...broken.slice(0, SHOWN).map((what) => `${name}: ${what}`), ...more]
  })
}
