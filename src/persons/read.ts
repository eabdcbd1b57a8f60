/** Reads the persons of a file, in whichever format it is (spec 7.1, 7.3). */
import { reveal, Sensitive } from '../privacy/sensitive.ts'
import type { BadLine, Candidate } from '../records/candidate.ts'
import { type CsvRow, readCsv } from '../records/csv.ts'
import type { RecordFile } from '../records/file.ts'
import { linesOf } from '../records/lines.ts'
import { readNdjson } from '../records/ndjson.ts'
import { personOfRow, REQUIRED_COLUMNS } from './csv-row.ts'
import { type PersonRecord, readPerson } from './record.ts'

/** A line that can be taken. */
export interface PersonLine {
  readonly kind: 'person'
  readonly line: number
  readonly id: string
  readonly original: Sensitive<string>
  readonly person: Sensitive<PersonRecord>
}

/** The persons and the bad lines of a file, a chunk at a time, each in the order of the file. */
export async function* readPersons(file: RecordFile): AsyncGenerator<(PersonLine | BadLine)[]> {
  const lines = linesOf(file.chunks())
  const candidates = file.format === 'csv' ? readCsv(lines, REQUIRED_COLUMNS) : readNdjson(lines)
  const recordOf = file.format === 'csv' ? (value: unknown) => personOfRow(value as CsvRow) : (value: unknown) => value
  for await (const chunk of candidates) {
    yield chunk.map((candidate) => (candidate.kind === 'bad' ? candidate : asPerson(candidate, recordOf)))
  }
}

function asPerson({ line, original, value }: Candidate, recordOf: (value: unknown) => unknown): PersonLine | BadLine {
  const read = readPerson(recordOf(reveal(value)))
  if ('reason' in read) return { kind: 'bad', line, original, reason: read.reason }
  return { kind: 'person', line, original, id: read.record.id, person: new Sensitive(read.record) }
}
