/** Lists of persons and parties (spec 4.3), in the order in which they were put in. */
import type { Executor } from '../database/query.ts'
import type { Slice, TimePlace } from '../listing/slice.ts'
import { countRows, type Total } from '../listing/total.ts'
import type { SubjectKind } from '../verification/status.ts'
import { type PeopleFilter, type Way, wayOf } from './filter.ts'
import { countable, listSubjects } from './plans/list.ts'
import type { RowOf } from './subjects.ts'

/** A list of subjects that an index serves. */
export interface ServedList<K extends SubjectKind> {
  readonly kind: 'served'
  read(executor: Executor, slice: Slice<TimePlace>): Promise<RowOf[K][]>
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
    read: (executor, slice) => executor.query<RowOf[K]>(listSubjects(kind, filter, way, slice)),
    count(executor) {
      const { from, narrowed } = countable(kind, filter, way)
      return countRows(executor, from, narrowed)
    },
  }
}
