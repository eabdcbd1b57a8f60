import { Sensitive } from '../privacy/sensitive.ts'
import { type BadLine, type Candidate, faultyLine, textOf } from './candidate.ts'
import type { Line } from './lines.ts'
import { keyThatComesTwice } from './twice.ts'

/** Reads NDJSON: one JSON value per line. */
export async function* readNdjson(lines: AsyncIterable<Line[]>): AsyncGenerator<(Candidate | BadLine)[]> {
  for await (const chunk of lines) yield chunk.map(readLine)
}

function readLine(line: Line): Candidate | BadLine {
  const text = textOf(line)
  if (typeof text !== 'string') return text
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    // The parser's own message quotes the line.
    return faultyLine(line.number, text, 'not_json')
  }
  const original = new Sensitive(text)
  const field = keyThatComesTwice(text, value)
  if (field === undefined) return { kind: 'candidate', line: line.number, original, value: new Sensitive(value) }
  const reason = `${field} occurs twice in one object`
  return { kind: 'bad', line: line.number, original, reason, problems: [{ code: 'key_comes_twice', field }] }
}
