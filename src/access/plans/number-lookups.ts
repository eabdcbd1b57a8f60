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

const KEPT = `interval '30 days'`
const MOST_DELETED = 100

/** Lets look-ups of one user be admitted one after the other, in all processes, until the transaction ends. */
export function lockLookups(userId: string): Query {
  return {
    text: `select pg_advisory_xact_lock(hashtextextended('zvirka lookups of ' || $1, 0))`,
    values: [userId],
  }
}

/** Deletes what counts no longer, whoever looked. */
export function deleteOldLookups(): Query {
  return {
    text: `
delete from zvirka.number_lookups where (user_id, number) in (
  select user_id, number from zvirka.number_lookups where at < statement_timestamp() - ${KEPT}
   order by at limit ${MOST_DELETED} for update skip locked)`,
  }
}

/**
 * In how many seconds a budget that is used up has room again: the look-up that was made so many ago is then old enough. No row: none is
 * used up, or the number was looked for before.
 */
export function findLookupDelay({ userId, number, likeness }: LookupKey, limits: LookupLimits): Query {
  const values: unknown[] = [userId, number]
  const usedUp = (limit: number | undefined, period: string, condition: string) =>
    limit === undefined
      ? []
      : [
          `(select at + ${period} as until from zvirka.number_lookups where user_id = $1 and at > statement_timestamp() - ${period}
              and ${condition} order by at desc limit 1 offset $${values.push(limit - 1)}::integer)`,
        ]
  const parts = [
    ...usedUp(limits.missesPerHour, `interval '1 hour'`, 'not has_found'),
    ...usedUp(limits.perHour, `interval '1 hour'`, 'true'),
    ...(limits.alike === undefined ? [] : usedUp(limits.alike, KEPT, `likeness = $${values.push(likeness)}`)),
  ]
  return {
    text: `
select ceil(extract(epoch from max(until) - statement_timestamp()))::integer as seconds
  from (select null::timestamptz as until ${parts.map((part) => `union all ${part}`).join(' ')}) u
 where not exists (select from zvirka.number_lookups where user_id = $1 and number = $2)
having max(until) is not null`,
    values,
  }
}

/** Notes a look-up, as one that found nothing; the first of a number counts. */
export function insertLookup({ userId, number, likeness }: LookupKey): Query {
  return {
    text: `insert into zvirka.number_lookups (user_id, number, likeness, has_found) values ($1, $2, $3, false)
           on conflict (user_id, number) do nothing returning user_id`,
    values: [userId, number, likeness],
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
