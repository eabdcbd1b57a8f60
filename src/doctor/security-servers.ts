/**
 * The way to the security servers, tried exactly as the client goes it: connection, TLS handshake, and a GET. No message is sent, which
 * would be a call to a registry: a security server refuses a GET itself, and by that shows that it is one and takes our certificate.
 */
import { reveal } from '../privacy/sensitive.ts'
import { adviceFor } from '../trembita/advice.ts'
import { readRefusal } from '../trembita/answer.ts'
import type { TlsFiles } from '../trembita/settings.ts'
import type { Expiry } from '../trembita/tls.ts'
import { TlsFileError } from '../trembita/tls-files.ts'
import { createTransport, type Received, type Transport } from '../trembita/transport.ts'
import { type Finding, ok, problem, warning } from './finding.ts'

const ANSWER_MS = 5_000
const DAY_MS = 86_400_000
const WARNING_DAYS = 30

/** Looks at all servers of TREMBITA_URLS, and at the certificates if one of them needs these. */
export async function examineServers(urls: readonly string[], tls: TlsFiles): Promise<Finding[]> {
  let transport: Transport
  try {
    transport = createTransport({ urls, tls, timeoutMs: ANSWER_MS, maxResponseBytes: 65_536, maxConnections: 1 })
  } catch (error) {
    return [judgeUnreadable(error)]
  }
  try {
    const reached = await Promise.all(urls.map(async (url, at) => judgeGreeted(url, await transport.greet(at))))
    return [...reached, ...transport.certificates().map((each) => judgeExpiry(each, Date.now()))]
  } finally {
    await transport.close()
  }
}

function judgeUnreadable(error: unknown): Finding {
  if (error instanceof TlsFileError) return problem('certificates', error.message, error.hint)
  return problem(
    'certificates',
    'an https address in TREMBITA_URLS needs TREMBITA_TLS_CERT, TREMBITA_TLS_KEY and TREMBITA_TLS_CA',
    'name three PEM files: our certificate, its key, and the certificate of the security server or of its authority',
  )
}

/** The word on one server, by what it answered to a GET. */
export function judgeGreeted(url: string, received: Received): Finding {
  const { origin, protocol } = new URL(url)
  if (received.kind === 'aborted') return problem('security server', `${origin} was not asked`, 'try again')
  if (received.kind === 'failed') return judgeFailed(origin, received)
  const reading = readRefusal(received)
  if (reading.kind === 'fault') {
    const { code, whose, text } = reading.fault
    if (code === 'Client.InvalidHttpMethod') {
      return ok(
        'security server',
        `${origin} is reached${protocol === 'https:' ? ', with our certificate' : ', without TLS'}`,
      )
    }
    const words = text === undefined ? '' : `: ${reveal(text)}`
    return problem('security server', `${origin} answers with the fault ${code}${words}`, adviceFor(code, whose).todo)
  }
  const { code } = reading
  const { means, todo } = adviceFor(code)
  if (/^tls_|^http_50[234]$/.test(code)) return problem('security server', `${origin}: ${code}, ${means}`, todo)
  return warning(
    'security server',
    `${origin} is reached, and answers a GET with ${code}, as a security server does not`,
    'see that TREMBITA_URLS is the address for information systems; `zvirka call` asks a real question',
  )
}

function judgeFailed(origin: string, { code, word }: Extract<Received, { kind: 'failed' }>): Finding {
  if (code === 'timeout') {
    return problem(
      'security server',
      `${origin} takes the connection, and does not answer within ${ANSWER_MS / 1000} s`,
      'ask the administrator of the security server, and of the proxies before it',
    )
  }
  const { means, todo } = adviceFor(code)
  const named = word === undefined ? code : `${code} (${word})`
  return problem('security server', `${origin} is not reached: ${named}, ${means}`, todo)
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
