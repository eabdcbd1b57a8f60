/** Times as they are typed: on the wall clock of Kyiv, whatever the clock of the computer says. */
import { TIME_ZONE } from './format.ts'

// The one locale that writes `2026-11-21 17:55`.
const wall = new Intl.DateTimeFormat('sv-SE', {
  timeZone: TIME_ZONE,
  ...{ year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit' },
})
const WALL_TIME = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}$/
const MINUTE_MILLISECONDS = 60_000

/** What the clock shows in Kyiv: `2026-11-21T17:55`, as fields for a day and a time have it. */
export function kyivWall(at: Date): string {
  return wall.format(at).slice(0, 16).replace(' ', 'T')
}

// What is ahead of UTC at a moment.
function offset(at: number): number {
  return Date.parse(`${wall.format(new Date(at)).replace(' ', 'T')}Z`) - Math.floor(at / 1000) * 1000
}

/**
 * The moment at which the clock in Kyiv shows this; undefined where it is no such text. Of the hour that there is twice it is the later
 * one; of the hour that there is not, the moment as far after the change.
 */
export function kyivMoment(text: string | undefined): Date | undefined {
  if (text === undefined || !WALL_TIME.test(text)) return undefined
  const asUtc = Date.parse(`${text}:00Z`)
  if (Number.isNaN(asUtc)) return undefined
  return new Date(asUtc - offset(asUtc - offset(asUtc)))
}

/** The end of the minute that the clock shows: what is typed as an end is meant with all of it. */
export function kyivMinuteEnd(text: string | undefined): Date | undefined {
  const begin = kyivMoment(text)
  return begin === undefined ? undefined : new Date(begin.getTime() + MINUTE_MILLISECONDS)
}
