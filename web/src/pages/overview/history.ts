/** The history as data for the bar chart: each of the last days, including those without a run. */
import { TIME_ZONE } from '../../i18n/format.ts'
import type { BarDay } from '../../ui/bars.tsx'
import type { HistoryDay } from './queries.ts'

const DAYS = 30
const DAY_MILLISECONDS = 86_400_000
const isoDay = new Intl.DateTimeFormat('en-CA', { timeZone: TIME_ZONE, dateStyle: 'short' })

/** The last days in Kyiv, oldest first. */
export function lastDays(now: Date): string[] {
  const today = Date.parse(`${isoDay.format(now)}T12:00:00Z`)
  return Array.from({ length: DAYS }, (_, at) =>
    new Date(today - (DAYS - 1 - at) * DAY_MILLISECONDS).toISOString().slice(0, 10),
  )
}

/** The bars of one process. */
export function barsOf(history: readonly HistoryDay[], process: string, now: Date): BarDay[] {
  const known = new Map(history.filter((each) => each.process === process).map((each) => [each.day, each]))
  return lastDays(now).map((day) => {
    const each = known.get(day)
    return {
      day,
      pieces: {
        verified: each?.verified ?? 0,
        notVerified: each?.notVerified ?? 0,
        other: (each?.notNeeded ?? 0) + (each?.incorrect ?? 0) + (each?.toReview ?? 0),
        errors: each?.technicalErrors ?? 0,
      },
    }
  })
}
