import { Sensitive } from '../privacy/sensitive.ts'
import { decodeLine, type Line } from './lines.ts'

/** A record as read, before validation. */
export interface Candidate {
  readonly kind: 'candidate'
  /** The line where it starts, from 1. */
  readonly line: number
  /** The original line or lines of the file. */
  readonly original: Sensitive<string>
  readonly value: Sensitive<unknown>
}

/** A refused line, and why: fields and problems, never values. */
export interface BadLine {
  readonly kind: 'bad'
  readonly line: number
  readonly original: Sensitive<string>
  /** As text. */
  readonly reason: string
  /** The same as data: a code, and parameters such as the field. */
  readonly problems: readonly { readonly code: string; readonly field?: string }[]
}

/** Problems of a line as a whole. */
const LINE_FAULTS = {
  too_long: 'the line is longer than 1 MiB; only its beginning was read',
  not_utf8: 'the line is not UTF-8',
  not_json: 'the line is not JSON',
  not_csv: 'the line is not CSV: quotes or the number of fields are wrong',
} as const

/** A line that is bad as a whole. */
export function faultyLine(line: number, original: string, code: keyof typeof LINE_FAULTS): BadLine {
  return { kind: 'bad', line, original: new Sensitive(original), reason: LINE_FAULTS[code], problems: [{ code }] }
}

/** The text of a line, or why it has none. */
export function textOf({ number, bytes, isTooLong }: Line): string | BadLine {
  const text = isTooLong ? undefined : decodeLine(bytes)
  return text ?? faultyLine(number, bytes.toString('utf8'), isTooLong ? 'too_long' : 'not_utf8')
}
