/** Lists of persons and parties (spec 4.3), in the order in which they were put in. */
import type { Executor } from '../database/query.ts'
import { countRows, type Total } from '../listing/total.ts'
import type { SubjectKind } from '../verification/status.ts'
import { type PeopleFilter, type Way, wayOf } from './filter.ts'
import { countable, type ListSlice, listSubjects } from './plans/list.ts'
import type { RowOf } from './subjects.ts'

export type { ListSlice, SubjectPlace } from './plans/list.ts'

/** A list of subjects that an index serves. */
export interface ServedList<K extends SubjectKind> {
  readonly kind: 'served'
  /** The subjects of a part of it, in the list's order. */
  read(executor: Executor, slice: ListSlice): Promise<RowOf[K][]>
  /** How many there are: exact up to 10,000, above that what the planner expects. */
  count(executor: Executor): Promise<Total>
}

/** Finds the list of a filter; or the words why no index serves it. */
export function listOf<K extends SubjectKind>(
  kind: K,
  filter: PeopleFilter,
): ServedList<K> | Extract<Way, { kind: 'refused' }> {
  const way = wayOf(kind, filter)
  if (way.kind === 'refused') return way
  return {
    kind: 'served',
    async read(executor, slice) {
      const rows = await executor.query<RowOf[K]>(listSubjects(kind, filter, way, slice))
      return slice.isFromEnd ? rows.reverse() : rows
    },
    count(executor) {
      const { from, narrowed } = countable(kind, filter, way)
      return countRows(executor, from, narrowed)
    },
  }
}
