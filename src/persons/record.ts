/** A person as files and requests bring it (spec 7.3): what is asked of a record, and why one is refused. */
import { z } from 'zod'
import { STREAM_REASONS, STREAM_STATUSES } from '../verification/status.ts'

const NOT_STORABLE = 'holds a character that cannot be stored'
const NO_DATE = 'is no existing date (YYYY-MM-DD)'
const NO_TIME = 'is no existing time (ISO 8601 with a zone)'
const MISSING = 'is missing'

// PostgreSQL stores no U+0000, and half a surrogate pair is no character.
const text = z.string().refine((value) => value.isWellFormed() && !value.includes('\0'), { error: NOT_STORABLE })
const required = text.min(1, { error: MISSING })
const optional = text.nullish().transform((value) => value ?? null)
const date = z.iso.date({ error: NO_DATE }).refine((value) => !value.startsWith('0000'), { error: NO_DATE })
const optionalDate = date.nullish().transform((value) => value ?? null)
const flag = (ifAbsent: boolean) =>
  z
    .boolean()
    .nullish()
    .transform((value) => value ?? ifAbsent)

// What a zone does to the first and the last year could leave what PostgreSQL and ISO 8601 can write.
const time = z.iso
  .datetime({ offset: true, error: NO_TIME })
  .refine((value) => !/^(0000|0001|9999)/.test(value), { error: NO_TIME })
  .transform((value) => new Date(value).toISOString())

const streamGiven = z.object({
  status: z.enum(STREAM_STATUSES).exclude(['IN_REVIEW']),
  reason: z.enum(STREAM_REASONS),
})
const syncedStreamGiven = streamGiven.extend({
  synced_at: time.nullish().transform((value) => value ?? null),
})

const verification = z.strictObject({
  drfo: syncedStreamGiven.optional(),
  dracs_death: streamGiven.optional(),
  nhs: streamGiven.optional(),
  unzr: syncedStreamGiven.optional(),
  mvs_passport: syncedStreamGiven.optional(),
  dms_passport: syncedStreamGiven.optional(),
})

const document = z.object({
  type: required,
  // A number that is ill-formed, or empty, is no reason to refuse it: that is for the pre-check to find.
  number: text,
  issued_at: optionalDate,
  expiration_date: optionalDate,
  issued_by: optional,
})

const person = z.object({
  // Any uuid that PostgreSQL takes, whatever its version says.
  id: z.guid().transform((value) => value.toLowerCase()),
  last_name: required,
  first_name: required,
  second_name: optional,
  birth_date: date,
  gender: optional,
  tax_id: optional,
  no_tax_id: flag(false),
  unzr: optional,
  status: z
    .enum(['active', 'inactive'])
    .nullish()
    .transform((value) => value ?? 'active'),
  is_active: flag(true),
  documents: z
    .array(document)
    .nullish()
    .transform((value) => value ?? []),
  verification: verification.nullish().transform((value) => value ?? {}),
})

/** A person of 7.3, with null for what is absent. Personal: kept in a `Sensitive`. */
export type PersonRecord = z.output<typeof person>
/** A document of a person of 7.3. Personal. */
export type DocumentRecord = PersonRecord['documents'][number]
/** What a stream of a new person is given as. */
export type StreamGiven = z.output<typeof syncedStreamGiven>

/** Reads a value as a person; `reason` names fields and what is wrong with them, never what they hold. */
export function readPerson(value: unknown): { readonly record: PersonRecord } | { readonly reason: string } {
  const read = person.safeParse(value)
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

const OWN_WORDS: ReadonlySet<string> = new Set([NOT_STORABLE, NO_DATE, NO_TIME, MISSING])

function kindName(expected: string): string {
  const names: Readonly<Record<string, string>> = { boolean: 'true or false', array: 'a list', object: 'an object' }
  return names[expected] ?? `a ${expected}`
}

function fieldName(path: readonly PropertyKey[]): string {
  return path
    .map((part, index) => (typeof part === 'number' ? `[${part}]` : `${index === 0 ? '' : '.'}${String(part)}`))
    .join('')
}

function valueAt(value: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((at, part) => (at == null ? undefined : Reflect.get(Object(at), part)), value)
}
