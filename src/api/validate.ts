/**
 * Converts zod's issues to the platform's messages and paths (spec 6.2). Of a value only its type and length are shown, and of a malformed
 * date the text itself, to its sender; nothing else is quoted.
 */
import type { z } from 'zod'
import { nearestName } from '../dictionaries/nearest.ts'
import { invalid, requiredRule, type Violation } from './errors.ts'

/** Where a value came from. */
type EntryType = Violation['entryType']

/** Parses a value with a schema; throws a 422 that names every violation. */
export function validate<S extends z.ZodType>(schema: S, value: unknown, entryType: EntryType): z.output<S> {
  // With the input, to distinguish an absent value from a wrong one and to know lengths.
  const result = schema.safeParse(value, { reportInput: true })
  if (result.success) return result.data
  throw invalid(violationsOf(result.error.issues, entryType))
}

/** Issues as violations in an answer. */
export function violationsOf(issues: readonly z.core.$ZodIssue[], entryType: EntryType): Violation[] {
  return issues.flatMap((issue) => ofIssue(issue, entryType))
}

/** A path in the platform's format: `$.party.documents.[0].number`. */
export function pathOf(path: readonly PropertyKey[]): string {
  return ['$', ...path.map((part) => (typeof part === 'number' ? `[${part}]` : String(part)))].join('.')
}

function ofIssue(issue: z.core.$ZodIssue, entryType: EntryType): Violation[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      entryType,
      entry: pathOf([...issue.path, key]),
      rule: 'schema',
      description: 'schema does not allow additional properties',
      params: {},
    }))
  }
  return [{ entryType, entry: pathOf(issue.path), ...ruleOf(issue) }]
}

type Rule = Pick<Violation, 'rule' | 'description' | 'params' | 'nearest'>

function ruleOf(issue: z.core.$ZodIssue): Rule {
  if (issue.input === undefined && (issue.code === 'invalid_type' || issue.code === 'invalid_value'))
    return required(issue)
  switch (issue.code) {
    case 'invalid_type':
      return typeRule(issue)
    case 'invalid_value':
      return inclusionRule(issue)
    case 'invalid_format':
      return formatRule(issue)
    case 'too_small':
    case 'too_big':
      return boundRule(issue)
    default:
      return { rule: 'invalid', description: issue.message, params: {} }
  }
}

function required({ path }: z.core.$ZodIssue): Rule {
  return requiredRule(String(path.at(-1) ?? ''))
}

function inclusionRule({ input, values }: z.core.$ZodIssueInvalidValue): Rule {
  const nearest = nearestName(input, values.map(String))
  const rule = {
    rule: 'inclusion',
    description: 'value is not allowed in enum',
    params: { values: [...values] },
  } as const
  return nearest === undefined ? rule : { ...rule, nearest }
}

const TYPE_NAMES: Readonly<Record<string, string>> = { int: 'integer', record: 'object', nan: 'number' }

// A schema can name the expected type in place of zod's message, in one word.
function typeRule({ expected, input, message }: z.core.$ZodIssueInvalidType): Rule {
  const wanted = /^[a-z]+$/.test(message) ? message : (TYPE_NAMES[expected] ?? expected)
  const params = { expected: wanted, actual: typeOf(input) }
  return { rule: 'cast', description: `type mismatch. Expected ${params.expected} but got ${params.actual}`, params }
}

function typeOf(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

const LONGEST_QUOTED = 40

function formatRule(issue: z.core.$ZodIssueInvalidStringFormat): Rule {
  if (issue.format === 'date' || issue.format === 'datetime') {
    const quoted = String(issue.input).slice(0, LONGEST_QUOTED)
    return { rule: 'date', description: `expected "${quoted}" to be an existing date`, params: { actual: quoted } }
  }
  const pattern = patternOf(issue)
  return { rule: 'format', description: `string does not match pattern "${pattern}"`, params: { pattern } }
}

// As in a document, without JavaScript's slashes.
function patternOf({ pattern, format }: z.core.$ZodIssueInvalidStringFormat): string {
  return /^\/(.*)\/[a-z]*$/s.exec(pattern ?? '')?.[1] ?? format
}

function boundRule(issue: z.core.$ZodIssueTooSmall | z.core.$ZodIssueTooBig): Rule {
  const [which, sign, bound, name] =
    issue.code === 'too_small'
      ? (['minimum', '>=', Number(issue.minimum), 'min'] as const)
      : (['maximum', '<=', Number(issue.maximum), 'max'] as const)
  const length = lengthOf(issue.input)
  const params = { [name]: bound, actual: length }
  switch (issue.origin) {
    case 'string':
      return {
        rule: 'length',
        description: `expected value to have a ${which} length of ${bound} but was ${length}`,
        params,
      }
    case 'array':
      return { rule: 'length', description: `expected a ${which} of ${bound} items but got ${length}`, params }
    default:
      return boundedNumber(sign, bound)
  }
}

/** The rule for the bound of a number. */
export function boundedNumber(sign: '>=' | '<=', bound: number): Rule {
  const name = sign === '>=' ? 'greater_than_or_equal_to' : 'less_than_or_equal_to'
  return { rule: 'number', description: `expected the value to be ${sign} ${bound}`, params: { [name]: bound } }
}

function lengthOf(value: unknown): number {
  return typeof value === 'string' || Array.isArray(value) ? value.length : 0
}
