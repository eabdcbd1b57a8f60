/** Parses times as users type them: in Kyiv's local time, whatever the computer's time zone is. */
import { TIME_ZONE } from './format.ts'

// The only locale that formats as `2026-11-21 17:55`.
const wall = new Intl.DateTimeFormat('sv-SE', {
  timeZone: TIME_ZONE,
  ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
})
const WALL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/
const MINUTE_MILLISECONDS = 60_000

/** Kyiv's local time as `2026-11-21T17:55`, the format of datetime inputs. */
export function kyivWall(at: Date): string {
  return wall.format(at).slice(0, 16).replace(' ', 'T')
}

// The offset from UTC at a moment.
function offset(at: number): number {
  return Date.parse(`${wall.format(new Date(at)).replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000
}

/**
 * The moment with this local time in Kyiv; undefined if the text is invalid. For an ambiguous time (clocks go back) the later moment; for a
 * skipped time (clocks go forward) the moment as far after the change.
 */
export function kyivMoment(text: string | undefined): Date | undefined {
  if (text === undefined || !WALL_TIME.test(text)) return undefined
  const asUtc = Date.parse(`${text}:00Z`)
  if (Number.isNaN(asUtc)) return undefined
  return new Date(asUtc - offset(asUtc - offset(asUtc)))
}

/** The end of that minute: an end time includes its whole minute. */
export function kyivMinuteEnd(text: string | undefined): Date | undefined {
  const begin = kyivMoment(text)
  return begin === undefined ? undefined : new Date(begin.getTime() + MINUTE_MILLISECONDS)
}
