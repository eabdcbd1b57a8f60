/** What differs between imports of persons and of parties. */
import type { Executor, Query } from '../database/query.ts'
import type { Sensitive } from '../privacy/sensitive.ts'
import type { CsvRow } from '../records/csv.ts'
import type { OwnStream, SubjectKind } from '../verification/status.ts'
import type { Draft } from './draft.ts'
import type { RecordRead } from './fields.ts'
import type { FieldNames } from './names.ts'

/** The user and import of written records. */
export interface Upserting {
  readonly userId: string
  /** The id of the import or the request; stored with the digests. */
  readonly importId: string
  /** The streams whose registries this installation asks; a change triggers them. */
  readonly served: ReadonlySet<OwnStream>
}

/** The outcome of a record; `switched`: only unchecked fields changed. */
export type Upserted = 'new' | 'changed' | 'switched' | 'unchanged'

/** A record that was not written because something in it belongs to somebody else; the reason contains nothing personal. */
export interface RecordRefusal {
  readonly kind: 'refused'
  readonly code: string
  readonly reason: string
}

/** A record of an erased person, which is refused so that it cannot bring the person back. */
export const ERASED = {
  ...{ kind: 'refused', code: 'erased' },
  reason: 'the person with this id was erased and cannot be imported again (zvirka erase list)',
} as const satisfies RecordRefusal
export type ErasedRefusal = typeof ERASED

/** Whether records can be written together, or their order matters. */
export type Prepared<F extends RecordRefusal> =
  | { readonly kind: 'ready'; readonly refused: ReadonlyMap<string, F> }
  | { readonly kind: 'order_counts' }

/** One kind of people for imports: `R` is its record, `F` the refusals of its records. */
export interface RecordKind<R, D extends Draft = Draft, F extends RecordRefusal = never> {
  readonly kind: SubjectKind
  /** The field names of a record. */
  readonly names: FieldNames
  /** Converts a CSV row to the value of an NDJSON line. */
  ofRow(row: CsvRow): unknown
  read(value: unknown): RecordRead<R>
  draftOf(record: Sensitive<R>): D
  /** Digests of the stored subjects, to compare a record with if no import and no PUT has written one. */
  storedDigests(tx: Executor, drafts: readonly D[]): Promise<ReadonlyMap<string, Buffer>>
  /**
   * Checks new and changed records before anything of theirs is locked or written, and provides what they need. A single record is always
   * ready.
   */
  prepare(tx: Executor, drafts: readonly D[]): Promise<Prepared<F>>
  /** Inserts new subjects, with these statements in order. */
  insert(drafts: readonly D[], by: Upserting): readonly Query[]
  /** Writes changed subjects, with all their documents. */
  replace(drafts: readonly D[], userId: string): readonly Query[]
  /** Writes the unchecked fields of switched records. */
  switch(drafts: readonly D[], userId: string): readonly Query[]
}
