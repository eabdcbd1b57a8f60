/** Time intervals in the platform's format: two date-times with a slash between them, `..` for an open end. */
import { isInstant } from './instants.ts'

/** Both ends inclusive, in microseconds, ISO 8601 in UTC; undefined is open. */
export interface TimeInterval {
  readonly from: string | undefined
  readonly to: string | undefined
}

/** Parses an interval; undefined if it is invalid. */
export function readInterval(text: string): TimeInterval | undefined {
  const [from = '', to = '', ...more] = text.split('/')
  if (more.length > 0 || !isEnd(from) || !isEnd(to)) return undefined
  return { from: utc(from), to: utc(to) }
}

function isEnd(text: string): boolean {
  return text === '..' || isInstant(text)
}

// A Date has no microseconds.
function utc(text: string): string | undefined {
  if (text === '..') return undefined
  const [, fraction = ''] = /\.(\d+)/.exec(text) ?? []
  const seconds = new Date(text.replace(/\.\d+/, '').replace(' ', 'T')).toISOString().slice(0, 19)
  return `${seconds}.${fraction.padEnd(6, '0')}Z`
}
