/**
 * Look-ups by number, shared by REST and GraphQL. Each one is audited, whatever it finds. For a masking token a number must be the only
 * filter, one per HTTP request, within the user's budget: otherwise an exact filter would reveal a person's hidden digits.
 */
import {
  type AdmittedLookup,
  admitLookup,
  type LookupLimits,
  lookupFound,
  lookupToldNothing,
  type NumberKind,
} from '../access/number-lookups.ts'
import { type Actor, type AuditEntry, type AuditResult, audit, type ReadSubject } from '../audit/audit.ts'
import type { Database } from '../database/database.ts'
import { ApiError, unprocessable } from './errors.ts'

/** A look-up. */
export interface Lookup {
  /** The route or field, for the audit. */
  readonly operation: string
  readonly subjectKind: ReadSubject
  readonly numbers: Readonly<Partial<Record<NumberKind, string | undefined>>>
  /** The names of other identifying filters, such as an id. */
  readonly besides: readonly string[]
  /** Whether the token may not see these subjects' numbers. */
  readonly isLimited: boolean
}

/** The result of a look-up. */
export interface Found<T> {
  readonly value: T
  /** The subjects that it found. */
  readonly ids: readonly string[]
  /** What to count, if it does not follow from the found subjects. */
  readonly counts?: 'found' | 'nothing'
  /** The audit already has the look-up, with what it wrote (`entryOf`). */
  readonly isRecorded?: boolean
}

/** The look-ups of one HTTP request, which may be a batch of operations. */
export class NumberLookups {
  readonly #database: Database
  readonly #actor: Actor
  readonly #limits: LookupLimits
  readonly #recorded = new WeakSet<object>()
  #hasLooked = false

  constructor(database: Database, actor: Actor, limits: LookupLimits) {
    this.#database = database
    this.#actor = actor
    this.#limits = limits
  }

  /** Whether a list is filtered by a number. */
  static has(numbers: Lookup['numbers']): boolean {
    return namesOf(numbers).length > 0
  }

  /** Whether a recorded look-up found the value. */
  hasRecorded(value: unknown): boolean {
    return typeof value === 'object' && value !== null && this.#recorded.has(value)
  }

  /** Makes a look-up. Throws 422 or 429 if it is not allowed, which is audited too. */
  async look<T>(lookup: Lookup, find: () => Promise<Found<T>>): Promise<T> {
    const admitted = lookup.isLimited ? await this.#admit(lookup) : undefined
    const { value, ids, counts, isRecorded = false } = await find()
    if (!isRecorded) await audit(this.#database, this.#actor, entryOf(lookup, ids))
    if (typeof value === 'object' && value !== null) this.#recorded.add(value)
    if (admitted === undefined) return value
    if (counts === 'nothing') await lookupToldNothing(this.#database, admitted)
    else if (counts === 'found' || ids.length > 0) await lookupFound(this.#database, admitted)
    return value
  }

  async #admit(lookup: Lookup): Promise<AdmittedLookup> {
    const [name, ...others] = namesOf(lookup.numbers)
    if (name === undefined) throw new Error('a look-up by number has no number')
    const besides = [...others, ...lookup.besides]
    if (besides.length > 0) throw await this.#refusal(lookup, 'forbidden', unprocessable(notAlone(name, besides)))
    // Before the first await: operations of a batch and aliases run concurrently.
    if (this.#hasLooked) throw await this.#refusal(lookup, 'forbidden', unprocessable(ONE_AT_A_TIME))
    this.#hasLooked = true
    const number = { kind: name, value: lookup.numbers[name] ?? '' }
    const admission = await admitLookup(this.#database, this.#limits, this.#actor.userId, number)
    if (admission.kind === 'admitted') return admission.lookup
    throw await this.#refusal(lookup, 'too_early', tooMany(admission.seconds))
  }

  async #refusal(lookup: Lookup, result: AuditResult, error: ApiError): Promise<ApiError> {
    await audit(this.#database, this.#actor, { ...entryOf(lookup, []), action: 'refusal', result })
    return error
  }
}

/**
 * The audit record of a look-up. It is written immediately, not with the request's other reads, because an error can reveal something too.
 */
export function entryOf({ operation, subjectKind, numbers }: Lookup, ids: readonly string[]): AuditEntry {
  return { action: 'read', operation, subjectKind, subjectIds: [...new Set(ids)].sort(), fields: namesOf(numbers) }
}

const ONE_AT_A_TIME = 'A request may look for one number, since this token shows numbers masked'

function notAlone(name: string, besides: readonly string[]): string {
  return `${name} must stand without ${besides.join(', ')}, since this token shows numbers masked`
}

function tooMany(seconds: number): ApiError {
  const message = `Too many different numbers were looked for: wait ${seconds} s. Numbers that were looked for before can be looked for again`
  return new ApiError('too_many_requests', message, { headers: { 'retry-after': String(seconds) } })
}

function namesOf(numbers: Lookup['numbers']): NumberKind[] {
  return (['taxId', 'unzr', 'documentNumber'] as const).filter((name) => numbers[name] !== undefined)
}
