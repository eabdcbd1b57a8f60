/** Addresses that may hold a login, and what can be wrong with one. Messages never repeat a password. */
import { URL_SIGNS } from '../messages/settings.ts'
import { type DescribeProblem, notOfForm, type Parser } from './parsers.ts'

/** The parts of an address as written, not decoded. */
interface Parts {
  readonly login: string
  readonly hosts: string
  readonly path: string
  readonly query: string
  readonly fragment: string
}

function partsOf(raw: string): Parts {
  const [, authority = '', path = '', query = '', fragment = ''] =
    /^[a-z]+:\/\/([^/?#]*)([^?#]*)(\?[^#]*)?(#.*)?$/s.exec(raw) ?? []
  const at = authority.lastIndexOf('@')
  return { login: authority.slice(0, Math.max(at, 0)), hosts: authority.slice(at + 1), path, query, fragment }
}

/** A character in the user name or the password that must be percent-encoded, as far as this can be detected. */
function rawSign({ login, hosts, path, query, fragment }: Parts): keyof typeof URL_SIGNS | undefined {
  if (login.includes('@')) return '@'
  if (fragment !== '') return '#'
  // The text before the `/` looks like a host, so the real hosts are in what was read as the path.
  if (path.includes('@')) return '/'
  if (query.includes('@') && path === '' && hosts !== '') return '?'
  return isEncoded(login) && isEncoded(path) ? undefined : '%'
}

function isEncoded(part: string): boolean {
  try {
    decodeURIComponent(part)
    return true
  } catch {
    return false
  }
}

function areHosts(hosts: string): boolean {
  return hosts.split(',').every((host) => {
    const [, port] = /^(?:\[[0-9a-f:.]+\]|[^\s:[\]]*)(?::(\d{1,5}))?$/i.exec(host) ?? ['none', 'none']
    return port === undefined || Number(port) <= 65_535
  })
}

/** What is wrong with the login in an address, and how to fix it. */
function problemOfLogin(parts: Parts): DescribeProblem | undefined {
  const sign = rawSign(parts)
  if (sign === undefined) return undefined
  return ({ setting }) => ({ code: 'setting_url_sign', params: { setting, sign, encoded: URL_SIGNS[sign] } })
}

/** A problem of a connection string, by its code. */
const ofDatabase =
  (code: `setting_database_${'url' | 'hosts' | 'name' | 'parameters'}`): DescribeProblem =>
  ({ setting }) => ({ code, params: { setting } })

/** A connection string of PostgreSQL. It may name several hosts, which the URL class cannot parse. */
export const databaseUrl: Parser<string> = {
  kind: 'a URL that begins with `postgres://` or `postgresql://`',
  parse(raw) {
    if (!/^postgres(ql)?:\/\/\S+$/.test(raw)) return { problem: ofDatabase('setting_database_url') }
    const parts = partsOf(raw)
    const problem = problemOfLogin(parts)
    if (problem !== undefined) return { problem }
    if (!areHosts(parts.hosts)) return { problem: ofDatabase('setting_database_hosts') }
    if (parts.path.indexOf('/', 1) !== -1) return { problem: ofDatabase('setting_database_name') }
    return /^(\?[^=&]+=[^&]*(&[^=&]+=[^&]*)*)?$/.test(parts.query)
      ? { value: raw }
      : { problem: ofDatabase('setting_database_parameters') }
  },
}

/** The address of a mail server. `?starttls=optional` allows unencrypted mail to another machine. */
export const smtpUrl: Parser<string> = {
  kind: 'a URL that begins with `smtp://` or `smtps://`',
  parse(raw) {
    const problem = notOfForm('smtp_url')
    if (!/^smtps?:\/\/\S+$/.test(raw)) return { problem }
    const parts = partsOf(raw)
    const isMail = URL.canParse(raw) && parts.hosts !== '' && /^\/?$/.test(parts.path)
    if (isMail && /^(\?starttls=(optional|required))?$/.test(parts.query + parts.fragment)) {
      const ofLogin = problemOfLogin(parts)
      return ofLogin === undefined ? { value: raw } : { problem: ofLogin }
    }
    return { problem: (/@/.test(raw) && problemOfLogin(parts)) || problem }
  },
}
