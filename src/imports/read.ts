/** Reads the records of a file in either format (spec 7.1, 7.3). */
import { reveal, Sensitive } from '../privacy/sensitive.ts'
import type { BadLine, Candidate } from '../records/candidate.ts'
import { type CsvRow, readCsv } from '../records/csv.ts'
import type { RecordFile } from '../records/file.ts'
import { linesOf } from '../records/lines.ts'
import { readNdjson } from '../records/ndjson.ts'
import type { RecordRead } from './fields.ts'
import { fieldRefused } from './fields.ts'
import type { NameCheck } from './names.ts'

/** A valid line. */
export interface GoodLine<R> {
  readonly kind: 'good'
  readonly line: number
  readonly id: string
  readonly original: Sensitive<string>
  readonly record: Sensitive<R>
}

/** How to read one kind of records. */
interface Reading<R> {
  ofRow(row: CsvRow): unknown
  read(value: unknown): RecordRead<R>
}

/** The good and bad lines of a file, chunk by chunk, each in file order. */
export async function* readRecords<R extends { readonly id: string }>(
  file: RecordFile,
  of: Reading<R>,
  names: NameCheck,
): AsyncGenerator<(GoodLine<R> | BadLine)[]> {
  const lines = linesOf(file.chunks())
  const isCsv = file.format === 'csv'
  const candidates = isCsv ? readCsv(lines, (columns) => names.checkHeader(columns)) : readNdjson(lines)
  const readLine = ({ line, original, value }: Candidate): GoodLine<R> | BadLine => {
    const revealed = reveal(value)
    const misspelt = isCsv ? [] : names.findMisspelt(revealed)
    const read = misspelt.length > 0 ? fieldRefused(misspelt) : of.read(isCsv ? of.ofRow(revealed as CsvRow) : revealed)
    if ('reason' in read) return { kind: 'bad', line, original, ...read }
    return { kind: 'good', line, original, id: read.record.id, record: new Sensitive(read.record) }
  }
  for await (const chunk of candidates) {
    yield chunk.map((candidate) => (candidate.kind === 'bad' ? candidate : readLine(candidate)))
  }
}
