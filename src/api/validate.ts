/** What zod finds wrong, in the platform's words and paths (spec 6.2). Values are never quoted: they may be personal. */
import type { z } from 'zod'
import { invalid, type Violation } from './errors.ts'

/** Where a value came from. */
export type EntryType = Violation['entryType']

/** Reads a value by a schema; throws a 422 that names every violation. */
export function validate<S extends z.ZodType>(schema: S, value: unknown, entryType: EntryType): z.output<S> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  throw invalid(result.error.issues.flatMap((issue) => violationsOf(issue, entryType)))
}

/** A path as the platform writes it: `$.party.documents.[0].number`. */
export function pathOf(path: readonly PropertyKey[]): string {
  return ['$', ...path.map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))].join('.')
}

function violationsOf(issue: z.core.$ZodIssue, entryType: EntryType): Violation[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      entryType,
      entry: pathOf([...issue.path, key]),
      rule: 'schema',
      description: 'schema does not allow additional properties',
      params: [],
    }))
  }
  return [{ entryType, entry: pathOf(issue.path), ...ruleOf(issue) }]
}

type Rule = Pick<Violation, 'rule' | 'description' | 'params'>

function ruleOf(issue: z.core.$ZodIssue): Rule {
  switch (issue.code) {
    case 'invalid_type':
      return typeRule(issue)
    case 'invalid_value':
      return issue.input === undefined && isAbsent(issue)
        ? required(issue)
        : { rule: 'inclusion', description: 'value is not allowed in enum', params: [...issue.values] }
    case 'invalid_format':
      return formatRule(issue)
    case 'too_small':
    case 'too_big':
      return boundRule(issue)
    default:
      return { rule: 'invalid', description: issue.message, params: [] }
  }
}

// An absent value is told from one of a wrong type by zod's message alone: issues do not carry the input.
function isAbsent(issue: z.core.$ZodIssue): boolean {
  return issue.message.endsWith('received undefined')
}

function required(issue: z.core.$ZodIssue): Rule {
  const name = String(issue.path.at(-1) ?? '')
  return { rule: 'required', description: `required property ${name} was not present`, params: [] }
}

function typeRule(issue: z.core.$ZodIssueInvalidType): Rule {
  if (isAbsent(issue)) return required(issue)
  const received = /received (.+)$/.exec(issue.message)?.[1] ?? 'unknown'
  return {
    rule: 'cast',
    description: `type mismatch. Expected ${issue.expected} but got ${received}`,
    params: [issue.expected],
  }
}

function formatRule(issue: z.core.$ZodIssueInvalidStringFormat): Rule {
  if (issue.format === 'date' || issue.format === 'datetime') {
    return { rule: 'date', description: 'expected a value to be an existing date', params: [] }
  }
  const pattern = issue.pattern ?? issue.format
  return { rule: 'format', description: `string does not match pattern "${pattern}"`, params: [pattern] }
}

function boundRule(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): Rule {
  const isMinimum = issue.code === 'too_small'
  const bound = isMinimum ? issue.minimum : issue.maximum
  const which = isMinimum ? 'minimum' : 'maximum'
  switch (issue.origin) {
    case 'string':
      return {
        rule: 'length',
        description: `expected value to have a ${which} length of ${bound}`,
        params: [Number(bound)],
      }
    case 'array':
      return { rule: 'length', description: `expected a ${which} of ${bound} items`, params: [Number(bound)] }
    default:
      return {
        rule: 'number',
        description: `expected the value to be ${isMinimum ? '>=' : '<='} ${bound}`,
        params: [Number(bound)],
      }
  }
}
