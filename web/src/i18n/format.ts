/** Formats numbers, times and durations for the language. All times are in Kyiv's time zone, whatever the computer's is. */
import { type Language, useLanguage } from './language.ts'

/** The time zone of all times on the page. */
export const TIME_ZONE = 'Europe/Kyiv'

/** The formatting functions. */
interface Format {
  number(value: number): string
  /** A fraction: `0.25` is 25 %. */
  percent(share: number): string
  milliseconds(value: number): string
  /** A date from the API, `2026-03-01`. */
  day(day: string): string
  /** `01.03.2026, 14:05:09`, in Kyiv. */
  dateTime(at: string | Date): string
  /** `14:05:09`, in Kyiv. */
  time(at: string | Date): string
  /** Kyiv's offset from UTC at that moment: `UTC+2`. */
  zone(at: string | Date): string
  /** `5 minutes ago`, `in 2 hours`. */
  relative(at: string | Date, now: Date): string
  /** `2 h 5 min`, from seconds. */
  duration(seconds: number): string
  /** A two-letter country code: `UA` is Ukraine. */
  country(code: string): string
}

const UNITS = [
  ['day', 86_400],
  ['hour', 3600],
  ['minute', 60],
  ['second', 1],
] as const

function make(language: Language): Format {
  const locale = language === 'uk' ? 'uk-UA' : 'en-GB'
  const zoned = (options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale, { timeZone: TIME_ZONE, ...options })
  const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const
  const date = { day: '2-digit', month: language === 'uk' ? '2-digit' : 'short', year: 'numeric' } as const
  const dateTime = zoned({ ...date, ...clock })
  const time = zoned(clock)
  const day = new Intl.DateTimeFormat(locale, { ...date, timeZone: 'UTC' })
  const zone = new Intl.DateTimeFormat('en', { timeZone: TIME_ZONE, timeZoneName: 'shortOffset' })
  const number = new Intl.NumberFormat(locale, { maximumFractionDigits: 1 })
  const percent = new Intl.NumberFormat(locale, { style: 'percent', maximumFractionDigits: 1 })
  const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto' })
  const countries = new Intl.DisplayNames(locale, { type: 'region' })
  // Creating a formatter is slow, and a table needs some hundreds.
  const units = new Map(
    [...UNITS.map(([name]) => name), 'millisecond'].map((name) => [
      name,
      new Intl.NumberFormat(locale, { style: 'unit', unit: name, unitDisplay: 'short', maximumFractionDigits: 0 }),
    ]),
  )
  const inUnits = (name: string, count: number) => units.get(name)?.format(count) ?? String(count)
  return {
    number: (value) => number.format(value),
    percent: (share) => percent.format(share),
    milliseconds: (value) => inUnits('millisecond', value),
    day: (value) => day.format(new Date(`${value}T00:00:00Z`)),
    dateTime: (at) => dateTime.format(new Date(at)),
    time: (at) => time.format(new Date(at)),
    zone(at) {
      const name = zone.formatToParts(new Date(at)).find(({ type }) => type === 'timeZoneName')?.value ?? ''
      return name.replace('GMT', 'UTC')
    },
    relative(at, now) {
      const seconds = Math.round((new Date(at).getTime() - now.getTime()) / 1000)
      const [name, length] = UNITS.find(([, span]) => Math.abs(seconds) >= span) ?? ['second', 1]
      return relative.format(Math.trunc(seconds / length), name)
    },
    duration(seconds) {
      const whole = Math.max(0, Math.round(seconds))
      const index = UNITS.findIndex(([, span]) => whole >= span)
      const first = index === -1 ? UNITS.length - 1 : index
      const parts = UNITS.slice(first, first + 2).map(([name, span], at) => {
        const rest = at === 0 ? whole : whole % (UNITS[first]?.[1] ?? 1)
        return { name, count: Math.floor(rest / span) }
      })
      return parts
        .filter(({ count }, at) => at === 0 || count > 0)
        .map(({ name, count }) => inUnits(name, count))
        .join(' ')
    },
    country: (code) => countries.of(code) ?? code,
  }
}

const made = new Map<Language, Format>()

/** The formatting functions for the page's language; created once and shared. */
export function useFormat(): Format {
  return formatOf(useLanguage())
}

/** The same for one language; `useFormat` is for components. */
export function formatOf(language: Language): Format {
  const known = made.get(language) ?? make(language)
  made.set(language, known)
  return known
}
