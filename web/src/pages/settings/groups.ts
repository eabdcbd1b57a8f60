/** Groups of related parameters: a number and its unit are shown and changed together. */
import type { Parameter } from './queries.ts'

/** The groups that this page has texts for. */
type GroupKey = 'adultAge' | 'declarationTerm' | 'requestExpiration'

/** The constraint of a value, as the API checks it. */
export type Rule = 'count' | 'atLeastOne' | 'unit' | 'text'

/** A group with its parameters in display order. */
export interface Group {
  /** Undefined for a parameter that this page does not know. */
  readonly key?: GroupKey
  readonly parameters: readonly Parameter[]
}

const GROUPS: readonly (readonly [GroupKey, readonly string[]])[] = [
  ['adultAge', ['adult_age']],
  ['declarationTerm', ['declaration_term', 'declaration_term_unit']],
  ['requestExpiration', ['employee_request_expiration', 'employee_request_term_unit']],
]

const RULES: Readonly<Record<string, Rule>> = {
  adult_age: 'count',
  declaration_term: 'atLeastOne',
  declaration_term_unit: 'unit',
  employee_request_expiration: 'atLeastOne',
  employee_request_term_unit: 'unit',
}

/** The units. */
export const UNITS = ['YEARS', 'DAYS'] as const

/** The constraint of a parameter's value. */
export function ruleOf(parameter: string): Rule {
  return RULES[parameter] ?? 'text'
}

/** All parameters in groups; unknown ones come last, each in its own group. */
export function groupsOf(parameters: readonly Parameter[]): readonly Group[] {
  const known = GROUPS.map(([key, names]) => ({
    key,
    parameters: names.flatMap((name) => parameters.filter(({ parameter }) => parameter === name)),
  }))
  const others = parameters.filter(({ parameter }) => !(parameter in RULES))
  return [
    ...known.filter((group) => group.parameters.length > 0),
    ...others.map((parameter) => ({ parameters: [parameter] })),
  ]
}

const FORMS: Readonly<Record<Rule, RegExp>> = {
  count: /^(0|[1-9]\d{0,3})$/,
  atLeastOne: /^[1-9]\d{0,4}$/,
  unit: /^(YEARS|DAYS)$/,
  text: /^.{1,255}$/s,
}

/** Whether a value is valid for a parameter. */
export function isFit(parameter: string, value: string): boolean {
  return FORMS[ruleOf(parameter)].test(value)
}
