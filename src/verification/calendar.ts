/** Days and times in Kyiv, independent of the machine's time zone (spec 1.3). */

const KYIV_DAY = new Intl.DateTimeFormat('en-CA', { timeZone: 'Europe/Kyiv', dateStyle: 'short' })

/** Whether a text is an existing date, `YYYY-MM-DD`, that the database can store. */
export function isDay(value: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(value) || value.startsWith('0000')) return false
  const day = new Date(`${value}T00:00:00Z`)
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(value)
}

/** The date in Kyiv at an instant, `YYYY-MM-DD`. */
export function kyivDay(instant: Date): string {
  return KYIV_DAY.format(instant)
}

/** The instant at which Kyiv's local time equals the UTC fields of `local`. The second lookup handles the hours around a clock change. */
export function instantInKyiv(local: Date): Date {
  const guess = local.getTime() - offsetAt(local)
  return new Date(local.getTime() - offsetAt(new Date(guess)))
}

const OFFSET = new Intl.DateTimeFormat('en', { timeZone: 'Europe/Kyiv', timeZoneName: 'longOffset' })

function offsetAt(instant: Date): number {
  const name = OFFSET.formatToParts(instant).find(({ type }) => type === 'timeZoneName')?.value ?? ''
  const [, sign, hours, minutes] = /GMT([+-])(\d{2}):(\d{2})/.exec(name) ?? []
  return (sign === '-' ? -1 : 1) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0)) * 60_000
}
