/** Reads the verification history. A person and a party may have the same id, so the kind is a condition too. */
import type { Query } from '../../database/query.ts'
import type { Slice } from '../../listing/slice.ts'
import type { Stream, SubjectKind } from '../../verification/status.ts'

/** The part of each subject's history to read. */
export interface HistorySlice extends Slice<number> {
  readonly kind: SubjectKind
  /** Undefined: all streams. */
  readonly stream: Stream | undefined
}

/** The same part of the history of several subjects. */
export function findHistory(
  { kind, stream, limit, direction, above, below }: HistorySlice,
  ids: readonly string[],
): Query {
  return {
    text: `
select h.* from unnest($1::uuid[]) as i (id)
 cross join lateral (
   select h.id, h.subject_id, h.at, h.stream, h.status, h.reason, h.step, h.run_id, h.message_id, h.changed_by
     from zvirka.verification_history h
    where h.subject_id = i.id and h.subject_kind = $2 and ($3::zvirka.stream is null or h.stream = $3)
      and ($4::bigint is null or h.id < $4) and ($5::bigint is null or h.id > $5)
    order by h.id ${direction} limit $6) h
 order by h.subject_id, h.id ${direction}`,
    values: [ids, kind, stream ?? null, below ?? null, above ?? null, limit],
  }
}

/** The number of entries. */
export function countHistory({ kind, stream }: Pick<HistorySlice, 'kind' | 'stream'>, ids: readonly string[]): Query {
  return {
    text: `select h.subject_id, count(*) from zvirka.verification_history h
            where h.subject_id = any ($1::uuid[]) and h.subject_kind = $2 and ($3::zvirka.stream is null or h.stream = $3)
            group by h.subject_id`,
    values: [ids, kind, stream ?? null],
  }
}
