/** Statements of the budget of look-ups by number. */
import type { Query } from '../../database/query.ts'

/** A number that a user looks for, as digests. */
export interface LookupKey {
  readonly userId: string
  readonly number: Buffer
  readonly likeness: Buffer
}

/** How many look-ups a user has; undefined: as many as they like. */
export interface LookupLimits {
  /** That found nothing, within an hour. */
  readonly missesPerHour: number | undefined
  /** Within an hour, whatever they found. */
  readonly perHour: number | undefined
  /** Of numbers that may be one person's, within 30 days. */
  readonly alike: number | undefined
}

/** In how many seconds a look-up may be made; null: it is admitted. */
export interface AdmissionRow {
  readonly seconds: number | null
  /** Of one that is admitted: whether the number was not looked for before. */
  readonly is_first: boolean | null
}

/** Takes a look-up from the budget of its user, in all processes one after the other (migration 0014). */
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

/** A look-up told nothing that its user did not know. */
export function deleteLookup({ userId, number }: LookupKey): Query {
  return { text: 'delete from zvirka.number_lookups where user_id = $1 and number = $2', values: [userId, number] }
}
