/** Statements about global parameters. */
import type { Query } from '../../database/query.ts'

/** All parameters, by name. */
export const listParameters: Query = {
  name: 'global parameters',
  text: 'select id, parameter, value, updated_at, updated_by from prm.global_parameters order by parameter',
}

/** The value of a parameter. */
export function findParameter(name: string): Query {
  return {
    name: 'global parameter',
    text: 'select value from prm.global_parameters where parameter = $1',
    values: [name],
  }
}

/** Writes parameters, by name, so that concurrent changes lock in the same order; returns the ids of new and changed ones. */
export function upsertParameters(entries: readonly (readonly [string, string])[], userId: string): Query {
  const sorted = entries.toSorted(([left], [right]) => (left < right ? -1 : 1))
  return {
    text: `
insert into prm.global_parameters as g (parameter, value, inserted_by, updated_by)
select p.parameter, p.value, $3, $3 from unnest($1::text[], $2::text[]) as p (parameter, value)
on conflict (parameter) do update set value = excluded.value, updated_at = clock_timestamp(), updated_by = excluded.updated_by
 where g.value <> excluded.value
returning g.id`,
    values: [sorted.map(([parameter]) => parameter), sorted.map(([, value]) => value), userId],
  }
}
