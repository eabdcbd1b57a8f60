/** Field types of records of people (spec 7.3), shared by persons and parties. */
import { z } from 'zod'
import {
  DEGREES,
  DOCUMENT_TYPES,
  GENDERS,
  LEVELS,
  PHONE_TYPES,
  QUALIFICATION_TYPES,
  SCIENCE_DEGREES,
  SPECIALITY_QUALIFICATION_TYPES,
} from '../dictionaries/people.ts'
import { STREAM_REASONS, STREAM_STATUSES, STREAMS_OF, type Stream, type SubjectKind } from '../verification/status.ts'
import { isShown } from '../verification-store/kinds.ts'
import { isPresent, presentFields } from './present.ts'
import { describeProblems, PROBLEM_MESSAGES, type Problem, problemOf } from './problems.ts'

// PostgreSQL stores no U+0000, and a lone surrogate is not a character.
function isStorable(value: string): boolean {
  return value.isWellFormed() && !value.includes('\0')
}

/** Storable text, possibly empty. */
const textField = z.string().refine(isStorable, { error: PROBLEM_MESSAGES.not_storable })
/** Required, non-empty text. */
export const requiredField = textField.min(1, { error: PROBLEM_MESSAGES.missing })
/** Optional text. */
export const optionalField = textField.nullish().transform((value) => value ?? null)
/** An existing date. */
export const date = z.iso
  .date({ error: PROBLEM_MESSAGES.no_date })
  .refine((value) => !value.startsWith('0000'), { error: PROBLEM_MESSAGES.no_date })
/** An optional date. */
export const optionalDate = date.nullish().transform((value) => value ?? null)
// Any uuid that PostgreSQL accepts, whatever its version; in lower case, so that a subject has one id.
/** An optional value of the dictionary GENDER. */
export const gender = z
  .enum(GENDERS)
  .nullish()
  .transform((value) => value ?? null)

/** An id. */
export const recordId = z.guid().transform((value) => value.toLowerCase())
/** An optional id. */
export const optionalId = recordId.nullish().transform((value) => value ?? null)
/** An optional whole number. */
export const optionalInteger = z
  .int32()
  .nullish()
  .transform((value) => value ?? null)

/** True or false, with a default. */
export function flag(ifAbsent: boolean) {
  return z
    .boolean()
    .nullish()
    .transform((value) => value ?? ifAbsent)
}

const MOST_LEVELS = 32

// Not recursive: deep nesting would overflow the stack.
function whatIsWrong(value: unknown): string | undefined {
  let level: unknown[] = [value]
  for (let depth = 0; level.length > 0; depth += 1) {
    if (depth === MOST_LEVELS) return PROBLEM_MESSAGES.too_deep
    const next: unknown[] = []
    for (const each of level) {
      if (typeof each === 'string' && !isStorable(each)) return PROBLEM_MESSAGES.not_storable
      if (typeof each !== 'object' || each === null) continue
      if (!Object.keys(each).every(isStorable)) return PROBLEM_MESSAGES.not_storable
      for (const inner of Object.values(each)) next.push(inner)
    }
    level = next
  }
  return undefined
}

/** Which members of an object are values of a dictionary, on its own level or below; the same for every object of a list. */
interface Dictionaries {
  readonly [member: string]: readonly string[] | Dictionaries
}

const EDUCATION = { degree: DEGREES }
const QUALIFICATION = { type: QUALIFICATION_TYPES }
const SPECIALITY = { level: LEVELS, qualification_type: SPECIALITY_QUALIFICATION_TYPES }
const SCIENCE_DEGREE = { degree: SCIENCE_DEGREES }
const LEARNED = {
  educations: EDUCATION,
  qualifications: QUALIFICATION,
  specialities: SPECIALITY,
  science_degree: SCIENCE_DEGREE,
}

/** Reports each present member that is not a value of its dictionary. */
function checkDictionaries(value: unknown, of: Dictionaries, path: PropertyKey[], context: z.RefinementCtx): void {
  if (Array.isArray(value)) {
    for (const [place, each] of value.entries()) checkDictionaries(each, of, [...path, place], context)
    return
  }
  if (typeof value !== 'object' || value === null) return
  for (const [member, dictionary] of Object.entries(of)) {
    const input: unknown = Reflect.get(value, member)
    if (!isPresent(input)) continue
    if (!isDictionary(dictionary)) checkDictionaries(input, dictionary, [...path, member], context)
    else if (typeof input !== 'string' || !dictionary.includes(input)) {
      context.addIssue({ code: 'invalid_value', values: [...dictionary], path: [...path, member], input })
    }
  }
}

function isDictionary(value: readonly string[] | Dictionaries): value is readonly string[] {
  return Array.isArray(value)
}

/** An object with any members, kept unchanged. */
function anyObject(dictionaries: Dictionaries) {
  return z.looseObject({}).superRefine((value, context) => {
    const message = whatIsWrong(value)
    if (message !== undefined) context.addIssue({ code: 'custom', message })
    else checkDictionaries(value, dictionaries, [], context)
  })
}

function objectOf(dictionaries: Dictionaries) {
  return anyObject(dictionaries)
    .nullish()
    .transform((value) => value ?? null)
}

function listOf(dictionaries: Dictionaries) {
  return z
    .array(anyObject(dictionaries))
    .nullish()
    .transform((value) => value ?? null)
}

/** Optional education and contacts of a party. */
export const phones = listOf({ type: PHONE_TYPES })
export const educations = listOf(EDUCATION)
export const qualifications = listOf(QUALIFICATION)
export const specialities = listOf(SPECIALITY)
export const scienceDegree = objectOf(SCIENCE_DEGREE)
/** The main speciality of an employee, and all qualifications. */
export const speciality = objectOf(SPECIALITY)
export const additionalInfo = objectOf(LEARNED)

// Applying a zone to the first or last year could exceed what PostgreSQL and ISO 8601 can represent.
const time = z.iso
  .datetime({ offset: true, error: PROBLEM_MESSAGES.no_time })
  .refine((value) => !/^(0000|0001|9999)/.test(value), { error: PROBLEM_MESSAGES.no_time })
  .transform((value) => new Date(value).toISOString())

/** The given state of a new subject's stream, for streams without a sync time. */
const streamGiven = z.object({
  status: z.enum(STREAM_STATUSES).exclude(['IN_REVIEW']),
  reason: z.enum(STREAM_REASONS),
})
/** The given state of a new subject's stream. */
const syncedStreamGiven = streamGiven.extend({
  synced_at: time.nullish().transform((value) => value ?? null),
})
export type StreamGiven = z.output<typeof syncedStreamGiven>

/** The streams that a record of a kind may contain; those that ask registries have the time of the last check. */
export function streamsGiven(kind: SubjectKind) {
  const given = (stream: Stream) => (isShown(stream, 'synced_at') ? syncedStreamGiven : streamGiven).optional()
  return z.strictObject(Object.fromEntries(STREAMS_OF[kind].map((stream) => [stream, given(stream)])))
}

const document = z.object({
  type: z.enum(DOCUMENT_TYPES),
  // A malformed or absent number is not refused here: the pre-check finds it.
  number: textField.nullish().transform((value) => value ?? ''),
  issued_at: optionalDate,
  expiration_date: optionalDate,
  issued_by: optionalField,
})
/** The field names of a document. */
export const DOCUMENT_NAMES = Object.keys(document.shape)
/** A document of a person or a party of 7.3. Personal. */
export type DocumentRecord = z.output<typeof document>

/** The documents of a record. */
export const documents = z
  .array(document)
  .nullish()
  .transform((value) => value ?? [])

/** The same, with an error for unknown fields. */
export const strictDocuments = z
  .array(document.strict())
  .nullish()
  .transform((value) => value ?? [])

/** A valid record, or why it is refused. */
export type RecordRead<R> = { readonly record: R } | FieldRefused

/** Why a record is refused, as text and as data: fields and problems, never values. */
export interface FieldRefused {
  readonly reason: string
  readonly problems: readonly Problem[]
}

const MOST_PROBLEMS = 5

/** Parses a value with a schema. */
export function readRecord<Schema extends z.ZodType>(schema: Schema, value: unknown): RecordRead<z.output<Schema>> {
  const present = presentFields(value)
  const read = schema.safeParse(present)
  if (read.success) return { record: read.data }
  return fieldRefused(read.error.issues.slice(0, MOST_PROBLEMS).map((issue) => problemOf(issue, present)))
}

/** A record refused for these problems. */
export function fieldRefused(problems: readonly Problem[]): FieldRefused {
  return { reason: describeProblems(problems), problems }
}

/** The body of a request with a record: absent fields are removed before validation. */
export function bodyOf<Schema extends z.ZodType>(schema: Schema) {
  return z.preprocess(presentFields, schema)
}
