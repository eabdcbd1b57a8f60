/** The hours in which runs may call the registries, in Kyiv time (spec 3.3, TREMBITA_MVS_CALL_HOURS). */

/** A daily time range in minutes after midnight, `until` exclusive. If `until` is before `from`, it spans midnight. */
interface CallHours {
  readonly from: number
  readonly until: number
}

// Created lazily: creating the formatter is slow, and few commands need it.
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

/** Whether runs may call now. Always true without configured hours. */
export function isWithinCallHours(hours: CallHours | undefined, now: Date): boolean {
  if (hours === undefined) return true
  const [hour = 0, minute = 0] = clockInKyiv().format(now).split(':').map(Number)
  const at = hour * 60 + minute
  const { from, until } = hours
  return from <= until ? at >= from && at < until : at >= from || at < until
}
