/** The hours in which runs may call the registries, by the clocks of Kyiv (spec 3.3, TREMBITA_MVS_CALL_HOURS). */

/** A span of the day in minutes after midnight; `until` before `from` means past midnight. The last minute is not part of it. */
export interface CallHours {
  readonly from: number
  readonly until: number
}

// Made when it is needed: the first of its kind takes longer than most of what a command loads, and few commands ask.
let clock: Intl.DateTimeFormat | undefined

function clockInKyiv(): Intl.DateTimeFormat {
  clock ??= new Intl.DateTimeFormat('en-GB', {
    timeZone: 'Europe/Kyiv',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  })
  return clock
}

/** Whether runs may call now; without hours, always. */
export function isWithinCallHours(hours: CallHours | undefined, now: Date): boolean {
  if (hours === undefined) return true
  const [hour = 0, minute = 0] = clockInKyiv().format(now).split(':').map(Number)
  const at = hour * 60 + minute
  const { from, until } = hours
  return from <= until ? at >= from && at < until : at >= from || at < until
}
