import { isIP } from 'node:net'
import { Cron } from 'croner'
import { SETTING_FORMS, type SettingForm, type SettingProblem, type Told } from '../messages/settings.ts'

/** The problem of a value, completed with its setting and with the value, if it may be shown. */
export type DescribeProblem = (told: Told) => SettingProblem

/** The result of parsing one value of the environment: the value, or the problem. */
export type Parsed<T> = { readonly value: T } | { readonly problem: DescribeProblem }

/** How to parse one kind of value, and its description in the documentation. */
export interface Parser<T> {
  readonly kind: string
  parse(text: string): Parsed<T>
}

/** The problem that a value is not of this form. */
export function notOfForm(form: SettingForm): DescribeProblem {
  return (told) => ({ code: 'setting_wrong', params: { ...told, form } })
}

/** A parser of one form; `kind` where the documentation has shorter words for it. */
export function formParser<T>(
  form: SettingForm,
  parse: (text: string) => T | undefined,
  kind: string = SETTING_FORMS[form][0],
): Parser<T> {
  return parser(kind, parse, notOfForm(form))
}

function parser<T>(kind: string, parse: (text: string) => T | undefined, problem: DescribeProblem): Parser<T> {
  return {
    kind,
    parse(text) {
      const value = parse(text)
      return value === undefined ? { problem } : { value }
    },
  }
}

/** Any non-empty text of one line. */
export const lineOfText = formParser('text', (raw) => (/\p{Cc}/u.test(raw) ? undefined : raw), 'text')

/** A text that matches a pattern; `kind` completes the sentence "must be …". */
export function pattern(expression: RegExp, form: SettingForm): Parser<string> {
  return formParser(form, (raw) => (expression.test(raw) ? raw : undefined))
}

/** The identifier of a user or a record. */
export const uuidText = pattern(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i, 'uuid')

/** The path of a file. */
export const path = formParser('path', (raw) => (/\p{Cc}/u.test(raw) ? undefined : raw))

/** A name of an XML element, without a prefix. */
export const elementName = pattern(/^[A-Za-z_][\w.-]*$/, 'element_name')

/** Characters that are allowed in a quoted string of an HTTP header. */
export const headerText = pattern(/^[!#-[\]-~]+$/, 'header_text')

/** A host name or address, or that of an interface of this machine; without a port. */
export const host = formParser('host', (raw) =>
  isIP(raw) !== 0 || /^[a-z0-9_][a-z0-9_.-]*$/i.test(raw) ? raw : undefined,
)

/** An http or https URL. */
export const webUrl = formParser('web_url', (raw) => (/^https?:\/\//.test(raw) && URL.canParse(raw) ? raw : undefined))

/** A whole number within bounds, inclusive. */
export function integer(from: number, to: number = Number.MAX_SAFE_INTEGER): Parser<number> {
  const bounds = to === Number.MAX_SAFE_INTEGER ? `, at least ${from}` : ` from ${from} to ${to}`
  return parser(
    `a whole number${bounds}`,
    (raw) => {
      const value = Number(raw)
      return /^\d{1,16}$/.test(raw) && value >= from && value <= to ? value : undefined
    },
    (told) => ({ code: 'setting_not_a_whole_number', params: { ...told, from, to } }),
  )
}

/** A number above zero. Fractions are allowed: `0.5` calls a second is one call in two seconds. */
export const positive = formParser('positive', (raw) => {
  const value = Number(raw)
  return /^\d{1,9}(\.\d{1,9})?$/.test(raw) && value > 0 ? value : undefined
})

/** One of a few words, exactly as written. */
export function oneOf<const Word extends string>(...words: readonly Word[]): Parser<Word> {
  return parser(
    words.map((word) => `\`${word}\``).join(' or '),
    (raw) => words.find((word) => word === raw),
    (told) => ({ code: 'setting_not_a_choice', params: { ...told, choices: words.join(', ') } }),
  )
}

/** What `inner` parses, or one fixed word instead (`off`, `never`, `unlimited`). */
export function or<T, const Word extends string>(inner: Parser<T>, word: Word): Parser<T | Word> {
  return {
    kind: `${inner.kind}, or \`${word}\``,
    parse(raw) {
      if (raw === word) return { value: word }
      const parsed = inner.parse(raw)
      if ('value' in parsed) return parsed
      return { problem: (told) => parsed.problem({ ...told, or: word }) }
    },
  }
}

/** `on` or `off`; also accepts `true` and `false`. */
export const onOff = formParser('on_off', (raw) => {
  if (raw === 'on' || raw === 'true') return true
  return raw === 'off' || raw === 'false' ? false : undefined
})

/** Exactly `true` or `false`. */
export const trueFalse = formParser('true_false', (raw) => {
  if (raw === 'true') return true
  return raw === 'false' ? false : undefined
})

/**
 * Numbers, names of months and weekdays, steps, lists, ranges, and croner's `L` and `#`. Not `?`, which croner reads as the current time.
 */
const CRON_FIELD = /^[0-9A-Za-z*,/#-]+$/

/** What is wrong with a cron expression of five fields. */
function problemOfCron(expression: string): DescribeProblem | undefined {
  const fields = expression.split(/ +/)
  if (expression.startsWith('@')) return (params) => ({ code: 'setting_cron_by_name', params })
  if (fields.length !== 5)
    return (told) => ({ code: 'setting_cron_fields', params: { ...told, fields: fields.length } })
  const strange = fields.findIndex((field) => !CRON_FIELD.test(field))
  if (strange !== -1) return (told) => ({ code: 'setting_cron_field', params: { ...told, field: strange + 1 } })
  try {
    return new Cron(expression, { mode: '5-part', timezone: 'UTC', paused: true }).nextRun() === null
      ? notOfForm('cron')
      : undefined
  } catch {
    return notOfForm('cron')
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
export const timeZone = formParser('time_zone', (raw) => {
  try {
    new Intl.DateTimeFormat('en', { timeZone: raw })
    return raw
  } catch {
    return undefined
  }
})

/** A daily time range in minutes after midnight. If `until` is before `from`, it spans midnight. */
interface Hours {
  readonly from: number
  readonly until: number
}

/** A daily time range, such as `22:00-06:00` (spec 3.3). */
export const hours = formParser('hours', (raw): Hours | undefined => {
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
export const serverUrls = formParser(
  'server_urls',
  (raw): readonly string[] | undefined => {
    const urls = raw.split(',').map((part) => part.trim())
    return urls.every(isServerRoot) ? [...new Set(urls.map((url) => new URL(url).origin))] : undefined
  },
  'http or https addresses, separated by commas',
)

/** The sender of mails. */
export const sender = pattern(/^(?:[^<>"\r\n]*[^<>"\s]\s*<[^<>\s@,]+@[^<>\s@,]+>|[^<>\s@,]+@[^<>\s@,]+)$/, 'sender')

/** A URL whose answers we trust: https, or http on this machine. */
export const trustedUrl = formParser(
  'trusted_url',
  (raw) => {
    if (!/^https?:\/\//.test(raw) || !URL.canParse(raw)) return undefined
    const { protocol, hostname, username, password, hash } = new URL(raw)
    if (username + password + hash !== '') return undefined
    return protocol === 'https:' || /^(localhost|127(\.\d+){3}|\[::1\])$/.test(hostname) ? raw : undefined
  },
  'an https address (http on this machine)',
)

/** Names, separated by commas. */
export const names = formParser('names', (raw): readonly string[] | undefined => {
  const all = raw.split(',').map((each) => each.trim())
  return all.every((each) => each !== '') ? all : undefined
})

/** A fraction with at most two decimals. */
export const share = formParser('share', (raw) => {
  const number = Number(raw)
  return /^[01](\.\d{1,2})?$/.test(raw) && number > 0 && number <= 1 ? number : undefined
})

/** Result codes of a registry other than 0, separated by commas. */
export const codes = formParser('codes', (raw): ReadonlySet<number> | undefined => {
  const all = raw.split(',').map((each) => each.trim())
  return all.every((each) => /^[1-9]\d{0,3}$/.test(each)) ? new Set(all.map(Number)) : undefined
})

/** A token claim and its required value. */
export const tokenClaim = formParser('claim', (raw) => {
  const [, name, value] = /^([^=\s]+)=(\S+)$/.exec(raw) ?? []
  return name === undefined || value === undefined ? undefined : { name, value }
})

/** The public address of the API, without a trailing slash. */
export const publicUrl = formParser(
  'public_url',
  (raw) => {
    if (!/^https?:\/\//.test(raw) || !URL.canParse(raw)) return undefined
    const { origin, pathname, search, hash, username, password } = new URL(raw)
    return search + hash + username + password === '' ? `${origin}${pathname}`.replace(/\/+$/, '') : undefined
  },
  'an http or https address, a path allowed',
)
