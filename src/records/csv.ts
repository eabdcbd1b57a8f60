/**
 * Streams CSV so that a bad record affects only itself. csv-parse splits records into fields; the end of a record is found here by counting
 * quotes, because after an unclosed quote csv-parse gives up the rest of the file. An unreadable record loses its first line, and reading
 * restarts at the next line.
 */
import { parse } from 'csv-parse/sync'
import { Sensitive } from '../privacy/sensitive.ts'
import { type BadLine, type Candidate, faultyLine, textOf } from './candidate.ts'
import { RecordFileError } from './file.ts'
import { type Line, MAX_LINE_BYTES } from './lines.ts'

/** A row by header names; fields that are empty or white space are omitted. */
export type CsvRow = Readonly<Record<string, string>>

// A lone carriage return does not end a record. The number of fields is checked here.
const PARSING = { relax_column_count: true, record_delimiter: '\n' }

interface TextLine {
  readonly number: number
  readonly text: string
}

/** The lines of one record: one, or more if a quoted field contains line breaks. */
interface RecordLines {
  readonly lines: readonly TextLine[]
  readonly text: string
}

/** Checks the column names; throws a `RecordFileError` if no row could be imported with them. */
type HeaderCheck = (columns: readonly string[]) => void

/** Reads CSV with a header. The values are rows (`CsvRow`). */
export async function* readCsv(
  lines: AsyncIterable<Line[]>,
  checkHeader: HeaderCheck,
): AsyncGenerator<(Candidate | BadLine)[]> {
  const reader = new CsvReader(checkHeader)
  for await (const chunk of lines) yield reader.take(chunk)
  yield reader.end()
}

class CsvReader {
  readonly #checkHeader: HeaderCheck
  #header: readonly string[] | undefined
  #queue: TextLine[] = []

  constructor(checkHeader: HeaderCheck) {
    this.#checkHeader = checkHeader
  }

  take(chunk: readonly Line[]): (Candidate | BadLine)[] {
    const found: (Candidate | BadLine)[] = []
    for (const line of chunk) {
      const text = textOf(line)
      if (typeof text === 'string') {
        this.#queue.push({ number: line.number, text })
        continue
      }
      if (this.#queue.length === 0) this.#requireHeader()
      found.push(text)
    }
    this.#drain(found, false)
    return found.sort((left, right) => left.line - right.line)
  }

  end(): (Candidate | BadLine)[] {
    const found: (Candidate | BadLine)[] = []
    this.#drain(found, true)
    return found
  }

  #drain(found: (Candidate | BadLine)[], isEnd: boolean): void {
    while (this.#queue.length > 0) {
      const { records, rest, unclosed } = splitRecords(this.#queue, isEnd)
      const unread = this.#readRecords(found, records)
      if (unread.length > 0) {
        this.#queue = [...unread, ...(unclosed === undefined ? [] : [unclosed]), ...rest]
        continue
      }
      this.#queue = rest
      if (unclosed === undefined) break
      this.#requireHeader()
      found.push(badRecord(unclosed))
    }
  }

  // Returns the lines to read again, because the record that started before them was invalid.
  #readRecords(found: (Candidate | BadLine)[], records: readonly RecordLines[]): TextLine[] {
    const [first] = records
    if (first === undefined) return []
    if (this.#header === undefined) {
      this.#header = this.#readHeader(first.text)
      return this.#readRecords(found, records.slice(1))
    }
    const rows = fieldsOf(records, this.#header.length)
    for (const [index, record] of records.entries()) {
      const fields = rows === undefined ? fieldsOf([record], this.#header.length)?.[0] : rows[index]
      if (fields !== undefined) {
        found.push(asCandidate(record, this.#header, fields))
        continue
      }
      const [bad, ...others] = record.lines
      if (bad !== undefined) found.push(badRecord(bad))
      if (others.length > 0) return [...others, ...records.slice(index + 1).flatMap(({ lines }) => lines)]
    }
    return []
  }

  // An unreadable header must not make the next line the header.
  #requireHeader(): void {
    if (this.#header === undefined) throw new RecordFileError('the first line is not a CSV header')
  }

  #readHeader(text: string): readonly string[] {
    const separator = otherSeparator(text)
    if (separator !== undefined) throw separator
    const names = fieldsOf([{ lines: [], text }], undefined)?.[0]?.map((name) => name.trim())
    if (names === undefined) throw new RecordFileError('the first line is not a CSV header')
    this.#checkHeader(names)
    return names
  }
}

// A record ends at the first line end after an even number of quotes; doubled quotes count as two.
function splitRecords(queue: readonly TextLine[], isEnd: boolean) {
  const records: RecordLines[] = []
  let lines: TextLine[] = []
  let isOpen = false
  let length = 0
  for (const [index, line] of queue.entries()) {
    lines.push(line)
    length += line.text.length
    if (hasOddQuotes(line.text)) isOpen = !isOpen
    if (isOpen && length <= MAX_LINE_BYTES) continue
    const [first] = lines
    if (isOpen && first !== undefined) return { records, unclosed: first, rest: queue.slice(index - lines.length + 2) }
    records.push({ lines, text: lines.length === 1 ? line.text : lines.map(({ text }) => text).join('\n') })
    lines = []
    length = 0
  }
  const [unclosed, ...rest] = lines
  return isEnd && unclosed !== undefined ? { records, unclosed, rest } : { records, unclosed: undefined, rest: lines }
}

function hasOddQuotes(text: string): boolean {
  let isOdd = false
  for (let at = text.indexOf('"'); at !== -1; at = text.indexOf('"', at + 1)) isOdd = !isOdd
  return isOdd
}

// Parsing many records at once is ten times as fast as one by one; undefined if one of them is invalid.
function fieldsOf(records: readonly RecordLines[], count: number | undefined): string[][] | undefined {
  try {
    const rows: string[][] = parse(records.map(({ text }) => text).join('\n'), PARSING)
    const isWhole = rows.length === records.length && rows.every((row) => count === undefined || row.length === count)
    return isWhole ? rows : undefined
  } catch {
    // The parser's own message quotes the record.
    return undefined
  }
}

const SEPARATORS = { ';': 'semicolons', '\t': 'tabs', '|': 'bars' } as const

/** The error for a header with another separator than a comma. */
function otherSeparator(header: string): RecordFileError | undefined {
  const count = (sign: string) => header.split(sign).length - 1
  const entries = Object.entries(SEPARATORS).sort(([left], [right]) => count(right) - count(left))
  const [sign, name] = entries[0] ?? ['', '']
  if (count(sign) <= count(',') && !/^"?sep=/i.test(header)) return undefined
  const delimiter = sign === '\t' ? '\\t' : sign
  return new RecordFileError(
    `the columns are separated by ${name}, not by commas`,
    `python3 -c "import csv, sys; csv.writer(sys.stdout).writerows(csv.reader(sys.stdin, delimiter='${delimiter}'))" < FILE > FILE.csv, and take that`,
  )
}

function asCandidate({ lines, text }: RecordLines, header: readonly string[], fields: readonly string[]): Candidate {
  const row: Record<string, string> = {}
  for (const [index, name] of header.entries()) {
    const value = fields[index]
    if (value !== undefined && value.trim() !== '') row[name] = value
  }
  const line = lines[0]?.number ?? 0
  return { kind: 'candidate', line, original: new Sensitive(text), value: new Sensitive<unknown>(row) }
}

function badRecord({ number, text }: TextLine): BadLine {
  return faultyLine(number, text, 'not_csv')
}
