/**
 * Imports persons or parties (spec 7.1, 7.3). The file is read twice. The first pass checks everything, reports bad lines, and finds lines
 * that are superseded by a later line with the same id. The second pass writes the rest in batches of one transaction each, while the next
 * batch is read. Only the current and the next batch are in memory. An interrupted import can be repeated: what it already wrote is then
 * unchanged. For the same reason a batch whose connection is lost is simply written again.
 */
import { randomUUID } from 'node:crypto'
import { retryOnConflict } from '../database/conflicts.ts'
import type { Database } from '../database/database.ts'
import type { Executor } from '../database/query.ts'
import { sqlState } from '../database/sql-state.ts'
import { reveal } from '../privacy/sensitive.ts'
import type { BadLine } from '../records/candidate.ts'
import type { RecordFile } from '../records/file.ts'
import { findSuperseded, type LineNumbers, type RecordPlace } from '../records/superseded.ts'
import type { OwnStream } from '../verification/status.ts'
import { isLoss, throughLosses } from './attempts.ts'
import type { Draft } from './draft.ts'
import { NameCheck, type PassedOver } from './names.ts'
import { type GoodLine, readRecords } from './read.ts'
import type { RecordKind, RecordRefusal, Upserted, Upserting } from './record-kind.ts'
import { upsertRecords } from './upsert.ts'

/** The number of records per transaction. */
export const BATCH_SIZE = 1000

/** The progress of an import. */
export interface ImportCounts {
  readonly new: number
  readonly changed: number
  readonly switched: number
  readonly unchanged: number
  /** Lines superseded by a later line with the same id. */
  readonly superseded: number
  readonly bad: number
}

/** The result of an import; `finished` is false if it was interrupted. */
export interface ImportResult {
  readonly importId: string
  readonly isFinished: boolean
  readonly counts: ImportCounts
  /** The number of documents by type of the imported subjects, most frequent first. */
  readonly documents: Readonly<Record<string, number>>
  /** Unknown fields or columns. */
  readonly passedOver: PassedOver
}

export interface ImportOptions {
  readonly file: RecordFile
  readonly userId: string
  readonly served: ReadonlySet<OwnStream>
  readonly batchSize?: number
  /** The pauses before reconnecting to a lost database, one after another; then the import fails. */
  readonly pausesMs?: readonly number[]
  /** Stops the import after the current batch. */
  readonly signal?: AbortSignal
  /** Receives the ids of written subjects, in the transaction that writes them. */
  readonly onWritten?: (tx: Executor, ids: readonly string[]) => Promise<void>
  /** Receives each bad line in file order, except those that the database refuses. */
  readonly onBadLine?: (bad: BadLine) => void | Promise<void>
  /** Receives the number of lines scanned in the first pass (`total` is unknown), and of those written in the second. */
  readonly onProgress?: (
    phase: 'reading' | 'writing',
    done: number,
    total: number | undefined,
    counts: ImportCounts,
  ) => void
}

/** The fields of every record. */
interface Imported {
  readonly id: string
  readonly documents: readonly { readonly type: string }[]
}

/** Imports a file of records. */
export function importRecords<R extends Imported, D extends Draft, F extends RecordRefusal>(
  database: Database,
  of: RecordKind<R, D, F>,
  options: ImportOptions,
): Promise<ImportResult> {
  return new RecordImport(database, of, options).run()
}

class RecordImport<R extends Imported, D extends Draft, F extends RecordRefusal> {
  readonly #database: Database
  readonly #of: RecordKind<R, D, F>
  readonly #options: ImportOptions
  readonly #by: Upserting
  readonly #counts = { new: 0, changed: 0, switched: 0, unchanged: 0, superseded: 0, bad: 0 }
  readonly #documents = new Map<string, number>()
  readonly #names: NameCheck
  #good = 0

  constructor(database: Database, of: RecordKind<R, D, F>, options: ImportOptions) {
    this.#database = database
    this.#of = of
    this.#options = options
    this.#names = new NameCheck(of.names)
    this.#by = { userId: options.userId, importId: randomUUID(), served: options.served }
  }

  async run(): Promise<ImportResult> {
    let isFinished = false
    const superseded = await this.#lookThrough()
    if (superseded !== undefined) {
      this.#counts.superseded = superseded.count
      isFinished = await this.#writeAll(superseded)
    }
    const documents = Object.fromEntries([...this.#documents].sort(([, left], [, right]) => right - left))
    const { importId } = this.#by
    return { importId, isFinished, counts: { ...this.#counts }, documents, passedOver: this.#names.passedOver }
  }

  get #isInterrupted(): boolean {
    return this.#options.signal?.aborted ?? false
  }

  // Undefined if it was interrupted.
  async #lookThrough(): Promise<LineNumbers | undefined> {
    const superseded = await findSuperseded(this.#database, this.#places())
    return this.#isInterrupted ? undefined : superseded
  }

  async *#places(): AsyncGenerator<RecordPlace[]> {
    for await (const chunk of readRecords(this.#options.file, this.#of, this.#names)) {
      if (this.#isInterrupted) return
      const places: RecordPlace[] = []
      for (const each of chunk) {
        if (each.kind === 'good') places.push(each)
        else await this.#refuse(each)
      }
      this.#good += places.length
      this.#tell('reading', this.#good, undefined)
      yield places
    }
  }

  async #writeAll(superseded: LineNumbers): Promise<boolean> {
    try {
      return await this.#writeBatches(superseded)
    } catch (error) {
      // Interrupted while waiting for the database.
      if (this.#isInterrupted && isLoss(error)) return false
      throw error
    }
  }

  async #writeBatches(superseded: LineNumbers): Promise<boolean> {
    let writing: Promise<void> = Promise.resolve()
    for await (const batch of this.#batches(superseded)) {
      await writing
      if (this.#isInterrupted) return false
      writing = this.#writeBatch(batch)
      // The error is handled in the next iteration; until then it must not be an unhandled rejection.
      writing.catch(() => undefined)
    }
    await writing
    return !this.#isInterrupted
  }

  async *#batches(superseded: LineNumbers): AsyncGenerator<GoodLine<R>[]> {
    const size = this.#options.batchSize ?? BATCH_SIZE
    let batch: GoodLine<R>[] = []
    for await (const chunk of readRecords(this.#options.file, this.#of, this.#names)) {
      for (const each of chunk) {
        if (each.kind === 'bad' || superseded.has(each.line)) continue
        batch.push(each)
        if (batch.length < size) continue
        yield batch
        batch = []
      }
    }
    if (batch.length > 0) yield batch
  }

  async #writeBatch(batch: readonly GoodLine<R>[]): Promise<void> {
    const fates = await this.#write(batch)
    for (const { id, line, original, record } of batch) {
      const fate = fates.get(id)
      if (typeof fate === 'string') {
        this.#counts[fate] += 1
        this.#countDocuments(reveal(record))
      } else if (fate !== undefined) {
        const { code, reason } = fate
        await this.#refuse({ kind: 'bad', line, original, reason, problems: [{ code }] })
      }
    }
    const { counts } = this
    const taken = counts.new + counts.changed + counts.switched + counts.unchanged
    this.#tell('writing', taken, this.#good - counts.superseded)
  }

  #countDocuments({ documents }: R): void {
    for (const { type } of documents) this.#documents.set(type, (this.#documents.get(type) ?? 0) + 1)
  }

  get counts(): ImportCounts {
    return this.#counts
  }

  // A batch that the database refuses is halved until the refused record is found.
  async #write(batch: readonly GoodLine<R>[]): Promise<ReadonlyMap<string, Upserted | RecordRefusal>> {
    try {
      return await this.#writeTogether(batch)
    } catch (error) {
      if (!isAboutData(error)) throw error
      const [only, ...others] = batch
      if (only === undefined) return new Map()
      if (others.length === 0) {
        const reason = `rejected by the database: error ${sqlState(error)}`
        return new Map([[only.id, { kind: 'refused', code: 'refused_by_database', reason }]])
      }
      const middle = batch.length >> 1
      const first = await this.#write(batch.slice(0, middle))
      return new Map([...first, ...(await this.#write(batch.slice(middle)))])
    }
  }

  #writeTogether(batch: readonly GoodLine<R>[]): Promise<ReadonlyMap<string, Upserted | RecordRefusal>> {
    const records = batch.map(({ record }) => record)
    return throughLosses(
      () => retryOnConflict(() => this.#database.transaction((tx) => this.#upsert(tx, records))),
      this.#options,
    )
  }

  async #upsert(
    tx: Executor,
    records: readonly GoodLine<R>['record'][],
  ): Promise<ReadonlyMap<string, Upserted | RecordRefusal>> {
    const fates = await upsertRecords(tx, this.#of, records, this.#by)
    const written = [...fates].filter(([, fate]) => typeof fate === 'string' && fate !== 'unchanged').map(([id]) => id)
    if (written.length > 0) await this.#options.onWritten?.(tx, written)
    return fates
  }

  async #refuse(bad: BadLine): Promise<void> {
    this.#counts.bad += 1
    await this.#options.onBadLine?.(bad)
  }

  #tell(phase: 'reading' | 'writing', done: number, total: number | undefined): void {
    this.#options.onProgress?.(phase, done, total, { ...this.#counts })
  }
}

/** Data exception, integrity constraint violation, program limit exceeded: the record is at fault, not the database. */
function isAboutData(error: unknown): boolean {
  return /^(22|23|54)/.test(sqlState(error) ?? '')
}
