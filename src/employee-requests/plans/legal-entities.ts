/** Which legal entities a filter of requests means. */
import type { Query } from '../../database/query.ts'
import { Conditions } from '../../listing/conditions.ts'
import { foldedName } from '../../verification-store/kinds.ts'

/** What they are narrowed to; undefined is not asked for. */
export interface LegalEntityNarrowing {
  readonly id?: string | undefined
  readonly edrpou?: string | undefined
  /** A part of the name, whatever its case and apostrophe. */
  readonly name?: string | undefined
}

/** The ids of so many of them, and no more. */
export function findLegalEntities(narrowing: LegalEntityNarrowing, most: number): Query {
  const conditions = new Conditions()
  const text = `select l.id from prm.legal_entities l where ${narrowedTo(narrowing, conditions)} limit ${conditions.parameter(most)}`
  return { text, values: conditions.narrowed.values }
}

/** The conditions of a narrowing; `l` is the legal entity. */
export function narrowedTo({ id, edrpou, name }: LegalEntityNarrowing, conditions: Conditions): string {
  const of = [
    ...(id === undefined ? [] : [`l.id = ${conditions.parameter(id)}`]),
    ...(edrpou === undefined ? [] : [`l.edrpou = ${conditions.parameter(edrpou)}`]),
    ...(name === undefined ? [] : namedLike(conditions.parameter(name), id === undefined && edrpou === undefined)),
  ]
  return of.join(' and ')
}

// The runs of its characters lead to those that may have it (migration 0079); where something else does, they are not looked at.
function namedLike(parameter: string, leads: boolean): string[] {
  const name = foldedName('l.name')
  const part = foldedName(`${parameter}::text`)
  const has = `strpos(${name}, ${part}) > 0`
  return leads ? [`prm.runs_of(${name}, 1) @> prm.runs_of(${part}, least(length(${part}), 3))`, has] : [has]
}
