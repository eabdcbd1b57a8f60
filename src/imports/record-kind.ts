/** What differs between imports of persons and of parties. */
import type { Executor, Query } from '../database/query.ts'
import type { Sensitive } from '../privacy/sensitive.ts'
import type { CsvRow } from '../records/csv.ts'
import type { OwnStream, SubjectKind } from '../verification/status.ts'
import type { Draft } from './draft.ts'
import type { RecordRead } from './fields.ts'
import type { FieldNames } from './names.ts'

/** In whose name records are written. */
export interface Upserting {
  readonly userId: string
  /** Of the import, or of one request; kept with the digests. */
  readonly importId: string
  /** The groups of services that this installation asks: a change triggers their streams. */
  readonly served: ReadonlySet<OwnStream>
}

/** The outcome of a record; `switched`: only unchecked fields changed. */
export type Upserted = 'new' | 'changed' | 'switched' | 'unchanged'

/** A record that was not written since something in it belongs to somebody else; the reason tells nothing personal. */
export interface Refusal {
  readonly kind: 'refused'
  readonly code: string
  readonly reason: string
}

/** A record of an erased person, which is refused so that it cannot bring the person back. */
export const ERASED = {
  ...{ kind: 'refused', code: 'erased' },
  reason: 'the person with this id was erased and cannot be imported again (zvirka erase list)',
} as const satisfies Refusal
export type ErasedRefusal = typeof ERASED

/** Records that may be written together, or whose order matters. */
export type Prepared<F extends Refusal> =
  | { readonly kind: 'ready'; readonly refused: ReadonlyMap<string, F> }
  | { readonly kind: 'order_counts' }

/** One kind of people as imports know it: `R` is its record, `F` for what a record of it may be refused. */
export interface RecordKind<R, D extends Draft = Draft, F extends Refusal = never> {
  readonly kind: SubjectKind
  /** The names of a record's fields. */
  readonly names: FieldNames
  /** A row of CSV as the value that a line of NDJSON would hold. */
  ofRow(row: CsvRow): unknown
  read(value: unknown): RecordRead<R>
  draftOf(record: Sensitive<R>): D
  /** Digests of the stored subjects, to compare a record with if no import and no PUT has written one. */
  storedDigests(tx: Executor, drafts: readonly D[]): Promise<ReadonlyMap<string, Buffer>>
  /**
   * Looks at records that are new or differ before anything of theirs is locked or written, and provides what they need. A single record
   * is always ready.
   */
  prepare(tx: Executor, drafts: readonly D[]): Promise<Prepared<F>>
  /** Puts new subjects in, one after another statement. */
  insert(drafts: readonly D[], by: Upserting): readonly Query[]
  /** Writes changed ones, documents as a whole. */
  replace(drafts: readonly D[], userId: string): readonly Query[]
  /** Writes the unchecked fields of switched records. */
  switch(drafts: readonly D[], userId: string): readonly Query[]
}
