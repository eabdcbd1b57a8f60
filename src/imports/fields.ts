/** What records of people are made of (spec 7.3): fields of one kind, whoever has them, and words for what is wrong with one. */
import { z } from 'zod'
import { STREAM_REASONS, STREAM_STATUSES } from '../verification/status.ts'

const NOT_STORABLE = 'holds a character that cannot be stored'
const NO_DATE = 'is no existing date (YYYY-MM-DD)'
const NO_TIME = 'is no existing time (ISO 8601 with a zone)'
const MISSING = 'is missing'
const TOO_DEEP = 'is nested too deeply'

// PostgreSQL stores no U+0000, and half a surrogate pair is no character.
function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}

/** Text that can be stored, empty or not. */
export const text = z.string().refine(isStorable, { error: NOT_STORABLE })
/** Text that must be there and may not be empty. */
export const required = text.min(1, { error: MISSING })
/** Text that may be absent. */
export const optional = text.nullish().transform((value) => value ?? null)
/** A date that exists. */
export const date = z.iso.date({ error: NO_DATE }).refine((value) => !value.startsWith('0000'), { error: NO_DATE })
/** A date that may be absent. */
export const optionalDate = date.nullish().transform((value) => value ?? null)
// Any uuid that PostgreSQL takes, whatever its version says; in lower case, so that one subject is one subject.
/** An id. */
export const id = z.guid().transform((value) => value.toLowerCase())
/** An id that may be absent. */
export const optionalId = id.nullish().transform((value) => value ?? null)
/** A whole number that may be absent. */
export const optionalInteger = z
  .int32()
  .nullish()
  .transform((value) => value ?? null)

/** True or false, or what it is where it is absent. */
export function flag(ifAbsent: boolean) {
  return z
    .boolean()
    .nullish()
    .transform((value) => value ?? ifAbsent)
}

const MOST_LEVELS = 32

// Without recursion: what is nested deeply enough would end the program.
function whatIsWrong(value: unknown): string | undefined {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === MOST_LEVELS) return TOO_DEEP
    const next: unknown[] = []
    for (const each of level) {
      if (typeof each === 'string' && !isStorable(each)) return NOT_STORABLE
      if (typeof each !== 'object' || each === null) continue
      if (!Object.keys(each).every(isStorable)) return NOT_STORABLE
      for (const inner of Object.values(each)) next.push(inner)
    }
    level = next
  }
  return undefined
}

/** An object of whatever holds it, kept as it came. */
export const anyObject = z.looseObject({}).superRefine((value, context) => {
  const message = whatIsWrong(value)
  if (message !== undefined) context.addIssue({ code: 'custom', message })
})
/** The same where it may be absent. */
export const optionalObject = anyObject.nullish().transform((value) => value ?? null)
/** A list of such objects that may be absent. */
export const optionalObjects = z
  .array(anyObject)
  .nullish()
  .transform((value) => value ?? null)

// What a zone does to the first and the last year could leave what PostgreSQL and ISO 8601 can write.
const time = z.iso
  .datetime({ offset: true, error: NO_TIME })
  .refine((value) => !/^(0000|0001|9999)/.test(value), { error: NO_TIME })
  .transform((value) => new Date(value).toISOString())

/** What a stream of a new subject is given as, where no process of ours keeps when it was synced. */
export const streamGiven = z.object({
  status: z.enum(STREAM_STATUSES).exclude(['IN_REVIEW']),
  reason: z.enum(STREAM_REASONS),
})
/** What a stream of a new subject is given as. */
export const syncedStreamGiven = streamGiven.extend({
  synced_at: time.nullish().transform((value) => value ?? null),
})
export type StreamGiven = z.output<typeof syncedStreamGiven>

const document = z.object({
  type: required,
  // A number that is ill-formed, or empty, is no reason to refuse it: that is for the pre-check to find.
  number: text,
  issued_at: optionalDate,
  expiration_date: optionalDate,
  issued_by: optional,
})
/** A document of a person or a party of 7.3. Personal. */
export type DocumentRecord = z.output<typeof document>

/** The documents of a record. */
export const documents = z
  .array(document)
  .nullish()
  .transform((value) => value ?? [])

/** The same where whoever sends them is told of a field that is not known. */
export const strictDocuments = z
  .array(document.strict())
  .nullish()
  .transform((value) => value ?? [])

/** A record that can be taken, or why it cannot: fields and what is wrong with them, never what they hold. */
export type RecordRead<R> = { readonly record: R } | { readonly reason: string }

/** Reads a value by a schema. */
export function readRecord<Schema extends z.ZodType>(schema: Schema, value: unknown): RecordRead<z.output<Schema>> {
  const read = schema.safeParse(value)
  if (read.success) return { record: read.data }
  const reasons = new Set(read.error.issues.slice(0, MOST_REASONS).map((issue) => describeIssue(issue, value)))
  return { reason: [...reasons].join('; ') }
}

const MOST_REASONS = 5
const MOST_VALUES = 5

function describeIssue(issue: z.core.$ZodIssue, value: unknown): string {
  const field = fieldName(issue.path)
  if (field === '') return 'the line is no JSON object'
  const isMissing = valueAt(value, issue.path) == null
  switch (issue.code) {
    case 'invalid_type':
      return isMissing ? `${field} ${MISSING}` : `${field} must be ${kindName(issue.expected)}`
    case 'invalid_value':
      if (isMissing) return `${field} ${MISSING}`
      return issue.values.length > MOST_VALUES
        ? `${field} is no value of the dictionary`
        : `${field} must be one of ${issue.values.join(', ')}`
    case 'unrecognized_keys':
      return `${field} names a stream that there is not`
    case 'invalid_format':
      return issue.format === 'guid' ? `${field} is no uuid` : `${field} ${issue.message}`
    default:
      // Only words of this file: a message of the library might quote.
      return OWN_WORDS.has(issue.message) ? `${field} ${issue.message}` : `${field} is wrong`
  }
}

const OWN_WORDS: ReadonlySet<string> = new Set([NOT_STORABLE, NO_DATE, NO_TIME, MISSING, TOO_DEEP])

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
