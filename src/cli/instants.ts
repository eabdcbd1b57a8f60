/** Parses and formats instants at the terminal, in Kyiv time. */
import { InvalidArgumentError } from 'commander'
import { instantInKyiv } from '../verification/calendar.ts'

const WRITTEN = /^(\d{4}-\d{2}-\d{2})(?:[T ](\d{2}:\d{2})(:\d{2}(?:\.\d{1,3})?)?(Z|[+-]\d{2}:\d{2})?)?$/

/**
 * Parses `2026-03-01`, `2026-03-01 10:30` or an ISO 8601 time with a zone; without a zone it is Kyiv time. Anything else, and a time in the
 * future, is a usage error.
 */
export function pastInstant(raw: string, now: () => number = Date.now): Date {
  const [, day, minutes = '00:00', seconds = ':00', zone] = WRITTEN.exec(raw) ?? []
  const local = new Date(`${day}T${minutes}${seconds}Z`)
  // JavaScript turns an impossible date into another one, or an invalid one.
  if (day === undefined || Number.isNaN(local.getTime()) || !local.toISOString().startsWith(day)) {
    throw new InvalidArgumentError('It must be a time such as 2026-03-01, "2026-03-01 10:30" or 2026-03-01T10:30:00Z.')
  }
  const instant = zone === undefined ? instantInKyiv(local) : new Date(`${day}T${minutes}${seconds}${zone}`)
  if (instant.getTime() > now()) throw new InvalidArgumentError('It must not be in the future.')
  return instant
}

const SHOWN = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Europe/Kyiv', dateStyle: 'short', timeStyle: 'medium' })

/** An instant as text, in Kyiv time: `2026-03-01 10:30:05`. */
export function kyivTime(instant: Date): string {
  return SHOWN.format(instant)
}
