/** Statements of the budget of look-ups by number. */
import type { Query } from '../../database/query.ts'

/** A number that a user searches for, as digests. */
export interface LookupKey {
  readonly userId: string
  readonly number: Buffer
  readonly likeness: Buffer
}

/** The budget of a user; undefined: unlimited. */
export interface LookupLimits {
  /** That found nothing, within an hour. */
  readonly missesPerHour: number | undefined
  /** Within an hour, whatever they found. */
  readonly perHour: number | undefined
  /** Of numbers that may be one person's, within 30 days. */
  readonly alike: number | undefined
}

/** Seconds until a look-up is allowed; null: allowed now. */
export interface AdmissionRow {
  readonly seconds: number | null
  /** If allowed: whether the number is new to this user. */
  readonly is_first: boolean | null
}

/** Takes a look-up from the user's budget, serialised over all processes (migration 0014). */
export function takeLookup({ userId, number, likeness }: LookupKey, limits: LookupLimits): Query {
  const { missesPerHour = null, perHour = null, alike = null } = limits
  return {
    name: 'admit look-up',
    text: 'select seconds, is_first from zvirka.admit_lookup($1, $2, $3, $4, $5, $6)',
    values: [userId, number, likeness, missesPerHour, perHour, alike],
  }
}

/** A look-up found somebody. */
export function setLookupFound({ userId, number }: LookupKey): Query {
  return {
    text: 'update zvirka.number_lookups set has_found = true where user_id = $1 and number = $2 and not has_found',
    values: [userId, number],
  }
}

/** A look-up revealed nothing new to its user. */
export function deleteLookup({ userId, number }: LookupKey): Query {
  return { text: 'delete from zvirka.number_lookups where user_id = $1 and number = $2', values: [userId, number] }
}
