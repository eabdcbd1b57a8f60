import { Sensitive } from '../privacy/sensitive.ts'
import { type BadLine, type Candidate, lineReasons, textOf } from './candidate.ts'
import type { Line } from './lines.ts'

/** Reads lines of NDJSON: one JSON value a line. */
export async function* readNdjson(lines: AsyncIterable<Line[]>): AsyncGenerator<(Candidate | BadLine)[]> {
  for await (const chunk of lines) yield chunk.map(readLine)
}

function readLine(line: Line): Candidate | BadLine {
  const text = textOf(line)
  if (typeof text !== 'string') return text
  const original = new Sensitive(text)
  try {
    return { kind: 'candidate', line: line.number, original, value: new Sensitive<unknown>(JSON.parse(text)) }
  } catch {
    // The parser's own message quotes the line.
    return { kind: 'bad', line: line.number, original, reason: lineReasons.notJson }
  }
}
