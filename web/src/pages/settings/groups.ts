/** Parameters that mean something together: a number and its unit are read, shown and changed as one. */
import type { Parameter } from './queries.ts'

/** The groups that this page has words for. */
export type GroupKey = 'adultAge' | 'declarationTerm' | 'requestExpiration'

/** What a value must be: as the API takes it. */
export type Rule = 'count' | 'atLeastOne' | 'unit' | 'text'

/** A group: what it is called, and its parameters in the order in which they are read. */
export interface Group {
  /** Undefined: a parameter that this page does not know. */
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

/** The units there are. */
export const UNITS = ['YEARS', 'DAYS'] as const

/** What a parameter's value must be. */
export function ruleOf(parameter: string): Rule {
  return RULES[parameter] ?? 'text'
}

/** All parameters in their groups; those that are not known come last, each by itself. */
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

/** Whether a value can be that of a parameter. */
export function isFit(parameter: string, value: string): boolean {
  return FORMS[ruleOf(parameter)].test(value)
}
