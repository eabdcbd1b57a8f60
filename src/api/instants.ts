import { isDay } from '../verification/calendar.ts'

/** Whether a text in the format of a time is valid: 31 February has the right format, and PostgreSQL has no year 0. */
export function isInstant(text: string): boolean {
  const [, day = '', time = '', zone = ''] =
    /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d{1,6})?(Z|[+-]\d\d(?::?\d\d)?)$/.exec(text) ?? []
  return isZone(zone) && isDay(day) && /^([01]\d|2[0-3])(:[0-5]\d){2}$/.test(time)
}

// PostgreSQL accepts offsets of less than 16 hours.
function isZone(zone: string): boolean {
  return zone === 'Z' || /^[+-](0\d|1[0-5])(:?[0-5]\d)?$/.test(zone)
}

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
