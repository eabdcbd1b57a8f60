import { isIP } from 'node:net'
import { Cron } from 'croner'

/** The result of parsing one value of the environment: the value, or the problem in words that do not repeat the input. */
export type Parsed<T> = { readonly value: T } | { readonly problem: string }

/** How to parse one kind of value, and its description in the documentation. */
export interface Parser<T> {
  readonly kind: string
  parse(text: string): Parsed<T>
}

function parser<T>(kind: string, parse: (text: string) => T | undefined, problem = `must be ${kind}`): Parser<T> {
  return {
    kind,
    parse(text) {
      const value = parse(text)
      return value === undefined ? { problem } : { value }
    },
  }
}

/** Any non-empty text of one line. */
export const text = parser('text', (raw) => (/\p{Cc}/u.test(raw) ? undefined : raw), 'must be text without line ends')

/** A text that matches a pattern; `kind` completes the sentence "must be …". */
export function pattern(expression: RegExp, kind: string): Parser<string> {
  return parser(kind, (raw) => (expression.test(raw) ? raw : undefined))
}

/** The identifier of a user or a record. */
export const uuid = pattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'a UUID')

/** The path of a file. */
export const path = parser('a path', (raw) => (/\p{Cc}/u.test(raw) ? undefined : raw))

/** A name of an XML element, without a prefix. */
export const elementName = pattern(/^[A-Za-z_][\w.-]*$/, 'a name of an XML element such as `checkunzr`')

/** Characters that are allowed in a quoted string of an HTTP header. */
export const headerText = pattern(/^[!#-[\]-~]+$/, 'ASCII without white space, quotes and backslashes')

/** A host name or address, or that of an interface of this machine; without a port. */
export const host = parser('an address or a name of a machine, without a port', (raw) =>
  isIP(raw) !== 0 || /^[a-z0-9_][a-z0-9_.-]*$/i.test(raw) ? raw : undefined,
)

/** An http or https URL. */
export const webUrl = parser('an http or https address', (raw) =>
  /^https?:\/\//.test(raw) && URL.canParse(raw) ? raw : undefined,
)

/** A whole number within bounds, inclusive. */
export function integer(from: number, to: number = Number.MAX_SAFE_INTEGER): Parser<number> {
  const bounds = to === Number.MAX_SAFE_INTEGER ? `, at least ${from}` : ` from ${from} to ${to}`
  return parser(`a whole number${bounds}`, (raw) => {
    const value = Number(raw)
    return /^\d{1,16}$/.test(raw) && value >= from && value <= to ? value : undefined
  })
}

/** A number above zero. Fractions are allowed: `0.5` calls a second is one call in two seconds. */
export const positive = parser('a number above 0', (raw) => {
  const value = Number(raw)
  return /^\d{1,9}(\.\d{1,9})?$/.test(raw) && value > 0 ? value : undefined
})

/** One of a few words, exactly as written. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Parser<Word> {
  return parser(words.map((word) => `\`${word}\``).join(' or '), (raw) => words.find((word) => word === raw))
}

/** What `inner` parses, or one fixed word instead (`off`, `never`, `unlimited`). */
export function or<T, const Word extends string>(inner: Parser<T>, word: Word): Parser<T | Word> {
  const kind = `${inner.kind}, or \`${word}\``
  return {
    kind,
    parse(raw) {
      if (raw === word) return { value: word }
      const parsed = inner.parse(raw)
      return 'problem' in parsed ? { problem: `must be ${kind}` } : parsed
    },
  }
}

/** `on` or `off`; also accepts `true` and `false`. */
export const onOff = parser('`on` or `off`', (raw) => {
  if (raw === 'on' || raw === 'true') return true
  return raw === 'off' || raw === 'false' ? false : undefined
})

/** Exactly `true` or `false`. */
export const trueFalse = parser('`true` or `false`', (raw) => {
  if (raw === 'true') return true
  return raw === 'false' ? false : undefined
})

/**
 * Numbers, names of months and weekdays, steps, lists, ranges, and croner's `L` and `#`. Not `?`, which croner reads as the current time.
 */
const CRON_FIELD = /^[0-9A-Za-z*,/#-]+$/
const CRON_FORM =
  'must be a cron expression of five fields (minute hour day month weekday) that some day comes true, such as `0 1 * * *`'

/** What is wrong with a cron expression of five fields. */
function problemOfCron(expression: string): string | undefined {
  const fields = expression.split(/ +/)
  if (expression.startsWith('@')) return `${CRON_FORM}; names such as @daily are not read`
  if (fields.length !== 5)
    return `${CRON_FORM}; it has ${fields.length === 1 ? 'one field' : `${fields.length} fields`}`
  const strange = fields.findIndex((field) => !CRON_FIELD.test(field))
  if (strange !== -1) return `${CRON_FORM}; its field ${strange + 1} is none`
  try {
    return new Cron(expression, { mode: '5-part', timezone: 'UTC', paused: true }).nextRun() === null
      ? CRON_FORM
      : undefined
  } catch {
    return CRON_FORM
  }
}

/** A cron expression of five fields that matches some date (spec 2.1). */
export const cron: Parser<string> = {
  kind: 'a cron expression of five fields',
  parse(raw) {
    const problem = problemOfCron(raw)
    return problem === undefined ? { value: raw } : { problem }
  },
}

/** A time zone name that this machine knows. */
export const timeZone = parser('a time zone such as `Europe/Kyiv`', (raw) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: raw })
    return raw
  } catch {
    return undefined
  }
})

/** A daily time range in minutes after midnight. If `until` is before `from`, it spans midnight. */
export interface Hours {
  readonly from: number
  readonly until: number
}

/** A daily time range, such as `22:00-06:00` (spec 3.3). */
export const hours = parser('hours such as `22:00-06:00`', (raw): Hours | undefined => {
  const found = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(raw)
  if (!found) return undefined
  const [, fromHour, fromMinute, untilHour, untilMinute] = found.map(Number)
  const from = (fromHour ?? 0) * 60 + (fromMinute ?? 0)
  const until = (untilHour ?? 0) * 60 + (untilMinute ?? 0)
  return from === until ? undefined : { from, until }
})

function isServerRoot(raw: string): boolean {
  if (!/^https?:\/\//.test(raw) || !URL.canParse(raw)) return false
  const { pathname, search, hash, username, password } = new URL(raw)
  return pathname === '/' && search + hash + username + password === ''
}

/** Addresses of security servers, separated by commas (spec 3.1: messages are posted to the root path). */
export const serverUrls = parser(
  'http or https addresses, separated by commas',
  (raw): readonly string[] | undefined => {
    const urls = raw.split(',').map((part) => part.trim())
    return urls.every(isServerRoot) ? [...new Set(urls.map((url) => new URL(url).origin))] : undefined
  },
  'must be one or several addresses such as https://server.example:8443, separated by commas, without path, user or query',
)

/** The sender of mails. */
export const sender = pattern(
  /^(?:[^<>"\r\n]*[^<>"\s]\s*<[^<>\s@,]+@[^<>\s@,]+>|[^<>\s@,]+@[^<>\s@,]+)$/,
  'an address such as `eHealth <no-reply@clinic.example>`',
)

/** A URL whose answers we trust: https, or http on this machine. */
export const trustedUrl = parser(
  'an https address (http on this machine)',
  (raw) => {
    if (!/^https?:\/\//.test(raw) || !URL.canParse(raw)) return undefined
    const { protocol, hostname, username, password, hash } = new URL(raw)
    if (username + password + hash !== '') return undefined
    return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname) ? raw : undefined
  },
  'must be an https address; http is taken on this machine alone',
)

/** Names, separated by commas. */
export const names = parser('names, separated by commas', (raw): readonly string[] | undefined => {
  const all = raw.split(',').map((each) => each.trim())
  return all.every((each) => each !== '') ? all : undefined
})

/** A fraction with at most two decimals. */
export const share = parser('a number above 0, at most 1, of two decimals at most', (raw) => {
  const number = Number(raw)
  return /^[01](\.\d{1,2})?$/.test(raw) && number > 0 && number <= 1 ? number : undefined
})

/** Result codes of a registry other than 0, separated by commas. */
export const codes = parser(
  'whole numbers from 1 to 9999, separated by commas',
  (raw): ReadonlySet<number> | undefined => {
    const all = raw.split(',').map((each) => each.trim())
    return all.every((each) => /^[1-9]\d{0,3}$/.test(each)) ? new Set(all.map(Number)) : undefined
  },
)

/** A token claim and its required value. */
export const claim = parser('a claim and its value such as `token_use=access`', (raw) => {
  const [, name, value] = /^([^=\s]+)=(\S+)$/.exec(raw) ?? []
  return name === undefined || value === undefined ? undefined : { name, value }
})

/** The public address of the API, without a trailing slash. */
export const publicUrl = parser(
  'an http or https address, a path allowed',
  (raw) => {
    if (!/^https?:\/\//.test(raw) || !URL.canParse(raw)) return undefined
    const { origin, pathname, search, hash, username, password } = new URL(raw)
    return search + hash + username + password === '' ? `${origin}${pathname}`.replace(/\/+$/, '') : undefined
  },
  'must be an http or https address such as https://ehealth.example/zvirka, without query or user',
)
