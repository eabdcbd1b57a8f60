/** Lists of persons and parties (spec 4.3), in insertion order. */
import type { Executor } from '../database/query.ts'
import type { Slice, TimePlace } from '../listing/slice.ts'
import { countRows, type Total } from '../listing/total.ts'
import type { SubjectKind } from '../verification/status.ts'
import { type PeopleFilter, type Way, wayOf } from './filter.ts'
import { countable, listSubjects } from './plans/list.ts'
import type { RowOf } from './subjects.ts'

/** A list of subjects with an index. */
interface ServedList<K extends SubjectKind> {
  readonly kind: 'served'
  read(executor: Executor, slice: Slice<TimePlace>): Promise<RowOf[K][]>
  /** The total: exact up to 10,000, above that the planner's estimate. */
  count(executor: Executor): Promise<Total>
}

/** The list of a filter; or why no index supports it. */
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
