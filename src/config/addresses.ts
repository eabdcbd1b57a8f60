/** Addresses that may hold a login, and what can be wrong with one. Messages never repeat a password. */
import type { Parser } from './parsers.ts'

const ENCODED: Readonly<Record<string, string>> = { '%': '%25', '#': '%23', '/': '%2F', '?': '%3F', '@': '%40' }
const OTHERS = Object.entries(ENCODED)
  .map(([sign, encoded]) => `${sign} as ${encoded}`)
  .join(', ')

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
function rawSign({ login, hosts, path, query, fragment }: Parts): string | undefined {
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
function problemOfLogin(parts: Parts): string | undefined {
  const sign = rawSign(parts)
  if (sign === undefined) return undefined
  return `has a raw ${sign} in its user or password, where it must be ${ENCODED[sign]} (${OTHERS})`
}

/** A connection string of PostgreSQL. It may name several hosts, which the URL class cannot parse. */
export const databaseUrl: Parser<string> = {
  kind: 'a URL that begins with `postgres://` or `postgresql://`',
  parse(raw) {
    if (!/^postgres(ql)?:\/\/\S+$/.test(raw))
      return { problem: 'must begin with postgres:// or postgresql:// and hold no white space' }
    const parts = partsOf(raw)
    const problem = problemOfLogin(parts)
    if (problem !== undefined) return { problem }
    if (!areHosts(parts.hosts))
      return { problem: 'must name hosts such as db1:5432,db2:5432 after the user, each port a number up to 65535' }
    if (parts.path.indexOf('/', 1) !== -1) return { problem: 'must name one database after the hosts' }
    return /^(\?[^=&]+=[^&]*(&[^=&]+=[^&]*)*)?$/.test(parts.query)
      ? { value: raw }
      : { problem: 'must have parameters such as ?sslmode=verify-full&sslrootcert=/path after the database, or none' }
  },
}

/** The address of a mail server. `?starttls=optional` allows unencrypted mail to another machine. */
export const smtpUrl: Parser<string> = {
  kind: 'a URL that begins with `smtp://` or `smtps://`',
  parse(raw) {
    const form =
      'must be smtp://server or smtps://server with user, password and port if need be, and nothing after it but ?starttls=optional'
    if (!/^smtps?:\/\/\S+$/.test(raw)) return { problem: form }
    const parts = partsOf(raw)
    const isMail = URL.canParse(raw) && parts.hosts !== '' && /^\/?$/.test(parts.path)
    if (isMail && /^(\?starttls=(optional|required))?$/.test(parts.query + parts.fragment)) {
      const problem = problemOfLogin(parts)
      return problem === undefined ? { value: raw } : { problem }
    }
    return { problem: (/@/.test(raw) && problemOfLogin(parts)) || form }
  },
}
