/** Throttles warnings that may occur many times a second during an outage. */
import { errorCodeOf } from './errors.ts'
import type { LogFields } from './log.ts'

type Warn = (fields: LogFields, message: string) => void

const QUIET_MS = 30_000

/**
 * Writes a warning at once, and a similar one (same text, place and code) not again within half a minute; the next one has the number of
 * omitted ones.
 */
export function throttled(warn: Warn, now: () => number = () => performance.now()): Warn {
  const seen = new Map<string, { at: number; leftOut: number }>()
  return (fields, message) => {
    const key = [message, fields.reason, errorCodeOf(fields.error)].join('\n')
    const before = seen.get(key)
    if (before !== undefined && now() - before.at < QUIET_MS) {
      before.leftOut += 1
      return
    }
    seen.set(key, { at: now(), leftOut: 0 })
    const leftOut = before?.leftOut ?? 0
    warn(leftOut === 0 ? fields : { ...fields, counts: { left_out: leftOut } }, message)
  }
}
