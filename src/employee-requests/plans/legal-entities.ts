/** The legal entities that match a filter of requests. */
import type { Query } from '../../database/query.ts'
import { Conditions } from '../../listing/conditions.ts'
import { foldedName } from '../../verification-store/kinds.ts'

/** Their filters; undefined: no filter. */
export interface LegalEntityNarrowing {
  readonly id?: string | undefined
  readonly edrpou?: string | undefined
  /** A part of the name; case and kind of apostrophe do not matter. */
  readonly name?: string | undefined
}

/**
 * The ids of at most this many of them that have requests. Names are searched first, with their index: a plan that expects to find enough
 * soon would split each name into its character runs anew.
 */
export function findLegalEntities(narrowing: LegalEntityNarrowing, most: number): Query {
  const conditions = new Conditions()
  const rest = narrowedTo(narrowing, conditions)
  const led = isLedByName(narrowing) ? runsOf(conditions.parameter(narrowing.name)) : rest
  return {
    text: `
with l as materialized (select * from prm.legal_entities l where ${led})
select l.id from l
 where ${rest} and (select true from il.employee_requests r where r.legal_entity_id = l.id limit 1)
 limit ${conditions.parameter(most)}`,
    values: conditions.narrowed.values,
  }
}

function isLedByName({ id, edrpou, name }: LegalEntityNarrowing): boolean {
  return name !== undefined && id === undefined && edrpou === undefined
}

/** The conditions of a filter; `l` is the legal entity. */
export function narrowedTo({ id, edrpou, name }: LegalEntityNarrowing, conditions: Conditions): string {
  const of = [
    ...(id === undefined ? [] : [`l.id = ${conditions.parameter(id)}`]),
    ...(edrpou === undefined ? [] : [`l.edrpou = ${conditions.parameter(edrpou)}`]),
    ...(name === undefined ? [] : [namedLike(conditions.parameter(name))]),
  ]
  return of.join(' and ')
}

function namedLike(parameter: string): string {
  return `strpos(${foldedName('l.name')}, ${foldedName(`${parameter}::text`)}) > 0`
}

// The index of character runs (up to three) finds the candidates (migration 0003).
function runsOf(parameter: string): string {
  const part = foldedName(`${parameter}::text`)
  return `prm.runs_of(${foldedName('l.name')}, 1) @> prm.runs_of(${part}, least(length(${part}), 3))`
}
