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
