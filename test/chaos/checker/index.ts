/**
 * The checker: a second reading of the rules (spec 1.4, 1.5, 2), in other words than the engine's and without calling any of it. Each rule
 * gets the histories and answers with what breaks it; nothing broken is an empty list.
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

/** Every rule there is. */
export const rules: readonly Rule[] = [...rowsRules, ...answersRules, ...eventsRules, ...runsRules, ...clusterRules]

const SHOWN = 5

/** What breaks which rule; of each rule the first few. */
export function check(histories: Histories): string[] {
  return rules.flatMap(({ name, find }) => {
    const broken = find(histories)
    const more = broken.length > SHOWN ? [`${name}: and ${broken.length - SHOWN} more`] : []
    return [...broken.slice(0, SHOWN).map((what) => `${name}: ${what}`), ...more]
  })
}
