import { Cron } from 'croner'

/** What became of one text of the environment: a value, or what is wrong with it (words that do not repeat the text). */
export type Parsed<T> = { readonly value: T } | { readonly problem: string }

/** How one kind of value is read, and the words the documentation has for it. */
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

/** Any text that is not empty. */
export const text = parser('text', (raw) => raw)

/** A text of one form; `kind` says which, as in "must be …". */
export function pattern(expression: RegExp, kind: string): Parser<string> {
  return parser(kind, (raw) => (expression.test(raw) ? raw : undefined))
}

/** The identifier of a user or a record. */
export const uuid = pattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'a UUID')

/** The path of a file. */
export const path = parser('a path', (raw) => raw)

/** A whole number within bounds, both of which belong to it. */
export function integer(from: number, to: number = Number.MAX_SAFE_INTEGER): Parser<number> {
  const bounds = to === Number.MAX_SAFE_INTEGER ? `, at least ${from}` : ` from ${from} to ${to}`
  return parser(`a whole number${bounds}`, (raw) => {
    const value = Number(raw)
    return /^\d{1,16}$/.test(raw) && value >= from && value <= to ? value : undefined
  })
}

/** A number above zero, fractions allowed (`0.5` calls a second is one call in two seconds). */
export const positive = parser('a number above 0', (raw) => {
  const value = Number(raw)
  return /^\d{1,9}(\.\d{1,9})?$/.test(raw) && value > 0 ? value : undefined
})

/** One of a few words, exactly as written. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Parser<Word> {
  return parser(words.map((word) => `\`${word}\``).join(' or '), (raw) => words.find((word) => word === raw))
}

/** What `inner` reads, or one word in its place (`off`, `never`, `unlimited`). */
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

/** `on` or `off`; `true` and `false` mean the same. */
export const onOff = parser('`on` or `off`', (raw) => {
  if (raw === 'on' || raw === 'true') return true
  return raw === 'off' || raw === 'false' ? false : undefined
})

/** `true` or `false`. */
export const trueFalse = parser('`true` or `false`', (raw) => {
  if (raw === 'true') return true
  return raw === 'false' ? false : undefined
})

function isCron(expression: string): boolean {
  try {
    return new Cron(expression, { mode: '5-part', timezone: 'UTC', paused: true }).nextRun() !== null
  } catch {
    return false
  }
}

/** A cron expression of five fields that comes true some day (spec 2.1). */
export const cron = parser(
  'a cron expression of five fields',
  (raw) => (isCron(raw) ? raw : undefined),
  'must be a cron expression of five fields (minute hour day month weekday) that some day comes true, such as `0 1 * * *`',
)

/** A time zone that this machine knows by name. */
export const timeZone = parser('a time zone such as `Europe/Kyiv`', (raw) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: raw })
    return raw
  } catch {
    return undefined
  }
})

/** A span of the day in minutes after midnight; `until` before `from` means past midnight. */
export interface Hours {
  readonly from: number
  readonly until: number
}

/** The hours of a day in which something is allowed, such as `22:00-06:00` (spec 3.3). */
export const hours = parser('hours such as `22:00-06:00`', (raw): Hours | undefined => {
  const found = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(raw)
  if (!found) return undefined
  const [, fromHour, fromMinute, untilHour, untilMinute] = found.map(Number)
  const from = (fromHour ?? 0) * 60 + (fromMinute ?? 0)
  const until = (untilHour ?? 0) * 60 + (untilMinute ?? 0)
  return from === until ? undefined : { from, until }
})

/** A connection string of PostgreSQL; it may name several hosts, which is why the platform's URL class cannot check it. */
export const databaseUrl = parser(
  'a URL that begins with `postgres://` or `postgresql://`',
  (raw) => (/^postgres(ql)?:\/\/[^\s]+$/.test(raw) ? raw : undefined),
  'must begin with postgres:// or postgresql:// and hold no white space',
)

function isServerRoot(raw: string): boolean {
  if (!/^https?:\/\//.test(raw) || !URL.canParse(raw)) return false
  const { pathname, search, hash, username, password } = new URL(raw)
  return pathname === '/' && search + hash + username + password === ''
}

/** Addresses of security servers, separated by commas (spec 3.1: messages are posted to the root). */
export const serverUrls = parser(
  'http or https addresses, separated by commas',
  (raw): readonly string[] | undefined => {
    const urls = raw.split(',').map((part) => part.trim())
    return urls.every(isServerRoot) ? [...new Set(urls.map((url) => new URL(url).origin))] : undefined
  },
  'must be one or several addresses such as https://server.example:8443, separated by commas, without path, user or query',
)

/** The address of a mail server; `?starttls=optional` lets mails go unencrypted to another machine. */
export const smtpUrl = parser(
  'a URL that begins with `smtp://` or `smtps://`',
  (raw) => {
    if (!/^smtps?:\/\/[^\s]+$/.test(raw) || !URL.canParse(raw)) return undefined
    const { hostname, pathname, search, hash } = new URL(raw)
    const isBare = hostname !== '' && /^\/?$/.test(pathname) && hash === ''
    return isBare && /^(\?starttls=(optional|required))?$/.test(search) ? raw : undefined
  },
  'must be smtp://server or smtps://server with user, password and port if need be, and nothing after it but ?starttls=optional',
)

/** From whom mails are. */
export const sender = pattern(
  /^(?:[^<>"\r\n]*[^<>"\s]\s*<[^<>\s@,]+@[^<>\s@,]+>|[^<>\s@,]+@[^<>\s@,]+)$/,
  'an address such as `eHealth <no-reply@clinic.example>`',
)

/** The address by which people reach the API; without the slash at its end. */
export const publicUrl = parser(
  'an http or https address, a path allowed',
  (raw) => {
    if (!/^https?:\/\//.test(raw) || !URL.canParse(raw)) return undefined
    const { origin, pathname, search, hash, username, password } = new URL(raw)
    return search + hash + username + password === '' ? `${origin}${pathname}`.replace(/\/+$/, '') : undefined
  },
  'must be an http or https address such as https://ehealth.example/zvirka, without query or user',
)
