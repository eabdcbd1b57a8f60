/**
 * The problems of an import line: codes for programs and texts for people. Both name fields, never their values, except for values of a
 * dictionary.
 */
import type { z } from 'zod'
import { nearestName } from '../dictionaries/nearest.ts'

/** Messages of our schemas, after the field name. Any other message comes from the library and might quote data. */
export const PROBLEM_MESSAGES = {
  missing: 'is missing',
  no_date: 'is not an existing date (YYYY-MM-DD)',
  no_time: 'is not an existing time (ISO 8601 with a zone)',
  not_storable: 'contains a character that cannot be stored',
  too_deep: 'is nested too deeply',
} as const

const WORDS = {
  not_an_object: () => 'the line is not a JSON object',
  missing: after(PROBLEM_MESSAGES.missing),
  no_date: after(PROBLEM_MESSAGES.no_date),
  no_time: after(PROBLEM_MESSAGES.no_time),
  not_storable: after(PROBLEM_MESSAGES.not_storable),
  too_deep: after(PROBLEM_MESSAGES.too_deep),
  no_uuid: after('is not a uuid'),
  unknown_stream: after('names an unknown stream'),
  comes_twice: after('comes twice'),
  in_two_legal_entities: after('is in two legal entities'),
  wrong: after('is wrong'),
  wrong_type: ({ field, expected }) => `${field} must be ${expected}`,
  not_in_dictionary: ({ field, allowed = [], nearest }) => {
    const rule =
      allowed.length > MOST_VALUES ? 'is not a value of the dictionary' : `must be one of ${allowed.join(', ')}`
    return `${field} ${rule}${meant(nearest)}`
  },
  misspelt: ({ field, nearest }) => `${field} is not a field${meant(nearest)}`,
} as const satisfies Readonly<Record<string, (problem: Parameters) => string>>

interface Parameters {
  readonly field: string
  /** The expected type. */
  readonly expected?: string
  /** The allowed values of the dictionary. */
  readonly allowed?: readonly string[]
  /** The nearest allowed value. */
  readonly nearest?: string
}

type ProblemCode = keyof typeof WORDS

/** A problem of a record: a code, the field, and parameters. */
export interface Problem extends Parameters {
  readonly code: ProblemCode
}

const MOST_VALUES = 5

function after(words: string) {
  return ({ field }: Parameters) => `${field} ${words}`
}

function meant(nearest: string | undefined): string {
  return nearest === undefined ? '' : ` (did you mean ${nearest}?)`
}

/** Problems as text. */
export function describeProblems(problems: readonly Problem[]): string {
  return [...new Set(problems.map((problem) => WORDS[problem.code](problem)))].join('; ')
}

const SAID_BY_SCHEMAS = ['missing', 'no_date', 'no_time', 'not_storable', 'too_deep'] as const satisfies ProblemCode[]

/** Converts a zod issue; `value` is the parsed value. */
export function problemOf(issue: z.core.$ZodIssue, value: unknown): Problem {
  const field = fieldName(issue.path)
  if (field === '') return { code: 'not_an_object', field }
  const found = valueAt(value, issue.path)
  const isMissing = found == null
  switch (issue.code) {
    case 'invalid_type':
      return isMissing ? { code: 'missing', field } : { code: 'wrong_type', field, expected: kindName(issue.expected) }
    case 'invalid_value':
      return isMissing ? { code: 'missing', field } : notInDictionary(field, found, issue.values.map(String))
    case 'unrecognized_keys':
      return { code: 'unknown_stream', field }
    case 'invalid_format':
      if (issue.format === 'guid') return { code: 'no_uuid', field }
      break
  }
  return { code: SAID_BY_SCHEMAS.find((code) => PROBLEM_MESSAGES[code] === issue.message) ?? 'wrong', field }
}

function notInDictionary(field: string, found: unknown, allowed: readonly string[]): Problem {
  const nearest = nearestName(found, allowed)
  return { code: 'not_in_dictionary', field, allowed, ...(nearest === undefined ? {} : { nearest }) }
}

const KIND_NAMES: Readonly<Record<string, string>> = {
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  int: 'a whole number',
  number: 'a whole number',
}

function kindName(expected: string): string {
  return KIND_NAMES[expected] ?? `a ${expected}`
}

function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('')
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, part) => (at == null ? undefined : Reflect.get(Object(at), part)), value)
}
