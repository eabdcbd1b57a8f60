/**
 * The way to the security servers: whether a connection, and over https a handshake with the certificates, comes about. No message is
 * sent: it would be a call to a registry.
 */
import { connect as connectPlain, type Socket } from 'node:net'
import { connect as connectTls } from 'node:tls'
import type { TlsFiles } from '../trembita/settings.ts'
import { type Expiry, readTlsIdentity, type TlsIdentity } from '../trembita/tls.ts'
import { TlsFileError } from '../trembita/tls-files.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

const CONNECT_MS = 3_000
const DAY_MS = 86_400_000
const WARNING_DAYS = 30

/** What came of trying to reach a server: undefined where it was reached, else the code of what was in the way. */
export type Reached = string | undefined

/** Looks at all servers of TREMBITA_URLS, and at the certificates if one of them needs these. */
export async function examineServers(urls: readonly string[], tls: TlsFiles): Promise<Finding[]> {
  const isSecure = urls.some((url) => url.startsWith('https:'))
  let identity: TlsIdentity | undefined
  if (isSecure) {
    try {
      identity = readTlsIdentity(tls)
    } catch (error) {
      return [judgeUnreadable(error)]
    }
  }
  const reached = await Promise.all(urls.map(async (url) => judgeReached(url, await reach(url, identity))))
  return [...reached, ...(identity?.certificates ?? []).map((each) => judgeExpiry(each, Date.now()))]
}

function judgeUnreadable(error: unknown): Finding {
  if (error instanceof TlsFileError) return problem('certificates', error.message, error.hint)
  return problem(
    'certificates',
    'an https address in TREMBITA_URLS needs TREMBITA_TLS_CERT, TREMBITA_TLS_KEY and TREMBITA_TLS_CA',
    'name three PEM files: our certificate, its key, and the certificate of the security server or of its authority',
  )
}

function reach(url: string, identity: TlsIdentity | undefined): Promise<Reached> {
  const { hostname, port, protocol } = new URL(url)
  const host = hostname.replace(/^\[(.*)\]$/, '$1')
  const isSecure = protocol === 'https:'
  const address = { host, port: Number(port || (isSecure ? 443 : 80)) }
  return new Promise((resolve) => {
    const socket: Socket =
      isSecure && identity !== undefined
        ? connectTls({
            ...address,
            servername: /^[\d.]+$|:/.test(host) ? '' : host,
            secureContext: identity.secureContext,
            // As the client does: NODE_TLS_REJECT_UNAUTHORIZED=0 would otherwise switch the check off.
            rejectUnauthorized: true,
            checkServerIdentity: (_, certificate) => identity.checkServerIdentity(host, certificate),
          })
        : connectPlain(address)
    const end = (reached: Reached) => {
      clearTimeout(timer)
      socket.destroy()
      resolve(reached)
    }
    const timer = setTimeout(() => end('no answer in 3 s'), CONNECT_MS)
    // Some servers that refuse our certificate do so without a word.
    socket.once('end', () => end(CLOSED)).once('close', () => end(CLOSED))
    socket.once('error', (error: NodeJS.ErrnoException) => end(error.code ?? 'it failed'))
    if (!isSecure) socket.once('connect', () => end(undefined))
    // With TLS 1.3 a server says only after the handshake that it does not want our certificate.
    else socket.once('secureConnect', () => setTimeout(() => end(undefined), REFUSAL_MS))
  })
}

const REFUSAL_MS = 300
const CLOSED = 'it closed the connection after the TLS handshake'

/** The word on one server. */
export function judgeReached(url: string, reached: Reached): Finding {
  const { origin, protocol } = new URL(url)
  if (reached === undefined) {
    return ok(
      'security server',
      `${origin} is reached${protocol === 'https:' ? ', with our certificate' : ', without TLS'}`,
    )
  }
  const isAboutTls = /TLS|SSL|CERT|VERIFY|SELF_SIGNED|ISSUER|ALERT/.test(reached)
  return problem(
    'security server',
    `${origin} is not reached: ${reached}`,
    isAboutTls
      ? 'see that TREMBITA_TLS_CA is its certificate or that of its authority, and that it knows TREMBITA_TLS_CERT'
      : 'see the address in TREMBITA_URLS, the network and its firewalls, and whether the server is up',
  )
}

/** The word on a certificate's last day. */
export function judgeExpiry({ of, expiresAt }: Expiry, now: number): Finding {
  const whose = of === 'client' ? 'our certificate' : 'the certificate that we trust'
  const day = expiresAt.toISOString().slice(0, 10)
  const days = Math.floor((expiresAt.getTime() - now) / DAY_MS)
  if (expiresAt.getTime() <= now) {
    return problem(
      'certificates',
      `${whose} expired on ${day}`,
      'put a new one in its place; a worker takes it up without a restart',
    )
  }
  if (days < WARNING_DAYS) {
    return warning(
      'certificates',
      `${whose} expires on ${day}, in ${days} days`,
      'order a new one; a worker takes it up without a restart',
    )
  }
  return ok('certificates', `${whose} is good until ${day}, ${days} days`)
}
