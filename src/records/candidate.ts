import { Sensitive } from '../privacy/sensitive.ts'
import { decodeLine, type Line } from './lines.ts'

/** A record as it was read, before anybody looked at what it holds. */
export interface Candidate {
  readonly kind: 'candidate'
  /** The line where it begins, from 1. */
  readonly line: number
  /** The line, or the lines, as they stand in the file. */
  readonly original: Sensitive<string>
  readonly value: Sensitive<unknown>
}

/** A line that cannot be taken, and why: the reason names fields and what is wrong with them, never what they hold. */
export interface BadLine {
  readonly kind: 'bad'
  readonly line: number
  readonly original: Sensitive<string>
  readonly reason: string
}

/** Reasons that are about the line as such. */
export const lineReasons = {
  tooLong: 'the line is longer than 1 MiB; only its beginning is kept',
  notUtf8: 'the line is not UTF-8',
  notJson: 'the line is not JSON',
} as const

/** The text of a line, or why it has none. */
export function textOf({ number, bytes, isTooLong }: Line): string | BadLine {
  const text = isTooLong ? undefined : decodeLine(bytes)
  if (text !== undefined) return text
  const original = new Sensitive(bytes.toString('utf8'))
  return { kind: 'bad', line: number, original, reason: isTooLong ? lineReasons.tooLong : lineReasons.notUtf8 }
}
