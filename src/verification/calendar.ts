/** Days by the calendar in Kyiv, whatever zone the machine is in (spec 1.3). */

const KYIV_DAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Kyiv', dateStyle: 'short' })

/** The day in Kyiv at an instant, `YYYY-MM-DD`. */
export function kyivDay(instant: Date): string {
  return KYIV_DAY.format(instant)
}
