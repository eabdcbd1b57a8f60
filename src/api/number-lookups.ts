/**
 * Looking for somebody by a number, the one way for REST and GraphQL. Each look-up is audited, whatever it finds. For a token that masks, a
 * number stands alone, one in an HTTP request, within its user's budget: an exact filter would else tell the hidden digits of a person.
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
  /** The names of the other filters that tell who is meant, such as an id. */
  readonly besides: readonly string[]
  /** Whether the token may not see numbers of such subjects. */
  readonly isLimited: boolean
}

/** What a look-up came to. */
export interface Found<T> {
  readonly value: T
  /** The subjects that it found. */
  readonly ids: readonly string[]
  /** What to count, if it does not follow from the found subjects. */
  readonly counts?: 'found' | 'nothing'
  /** The look-up is in the audit already, by what it wrote (`entryOf`). */
  readonly isRecorded?: boolean
}

/** The look-ups of one HTTP request, be it a batch of operations. */
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

  /** Whether there is a number among the filters of a list. */
  static has(numbers: Lookup['numbers']): boolean {
    return namesOf(numbers).length > 0
  }

  /** Whether a value was found by a look-up, which is recorded. */
  hasRecorded(value: unknown): boolean {
    return typeof value === 'object' && value !== null && this.#recorded.has(value)
  }

  /** Makes a look-up. Throws 422 or 429 where it may not be made; that is audited as well. */
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

/** A look-up for the audit. Recorded at once, not with what else a request reads: an answer that is an error may tell something as well. */
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
