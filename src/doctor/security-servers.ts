/**
 * Tests the connection to the security servers exactly as the client does: connection, TLS handshake, and a GET. No message is sent,
 * because that would call a registry: a security server refuses a GET itself, which proves that it is one and accepts our certificate.
 */
import type { CallFailure } from '../messages/call-failure.ts'
import type { DoctorFinding } from '../messages/doctor.ts'
import type { DoctorAdvice } from '../messages/doctor-advice.ts'
import { bare } from '../messages/message.ts'
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

/** Checks all servers of TREMBITA_URLS, and the certificates if one of them needs them. */
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
  if (!(error instanceof TlsFileError))
    return problem('certificates', bare('certificate_files_not_set'), bare('name_certificate_files'))
  return problem('certificates', error.problem, error.advice)
}

const CHECK = 'security server'

/** Judges one server by its answer to a GET. */
export function judgeGreeted(url: string, received: Received): Finding {
  const { origin: server, protocol } = new URL(url)
  if (received.kind === 'aborted')
    return problem(CHECK, { code: 'security_server_not_asked', params: { server } }, bare('try_again'))
  if (received.kind === 'failed') return judgeFailed(server, received)
  const reading = readRefusal(received)
  if (reading.kind === 'fault') {
    const { code, whose, text } = reading.fault
    if (code === 'Client.InvalidHttpMethod') return ok(CHECK, reached(server, protocol))
    const words = text === undefined ? '-' : reveal(text)
    const finding = { code: 'security_server_fault', params: { server, fault: code, words } } as const
    return problem(CHECK, finding, adviceOn(adviceFor(code, whose)))
  }
  const { code } = reading
  if (/^tls_|^http_50[234]$/.test(code)) {
    const failure = adviceFor(code)
    const params = { server, code, failure: failure.pattern }
    return problem(CHECK, { code: 'security_server_answers_wrongly', params }, adviceOn(failure))
  }
  return warning(CHECK, { code: 'security_server_is_another', params: { server, code } }, bare('check_trembita_urls'))
}

function reached(server: string, protocol: string): DoctorFinding {
  const code = protocol === 'https:' ? 'security_server_reached' : 'security_server_reached_without_tls'
  return { code, params: { server } }
}

function judgeFailed(server: string, { code, word }: Extract<Received, { kind: 'failed' }>): Finding {
  if (code === 'timeout') {
    const finding = { code: 'security_server_silent', params: { server, seconds: ANSWER_MS / 1000 } } as const
    return problem(CHECK, finding, bare('ask_server_administrator'))
  }
  const failure = adviceFor(code)
  const params = { server, code, failure: failure.pattern }
  const finding: DoctorFinding =
    word === undefined
      ? { code: 'security_server_unreachable', params }
      : { code: 'security_server_unreachable_by', params: { ...params, error: word } }
  return problem(CHECK, finding, adviceOn(failure))
}

function adviceOn({ pattern: failure }: CallFailure): DoctorAdvice {
  return { code: 'call_failure_advice', params: { failure } }
}

/** Judges a certificate's expiry. */
export function judgeExpiry({ of, expiresAt }: Expiry, now: number): Finding {
  const whose = of === 'client' ? 'our_certificate' : 'trusted_certificate'
  const day = expiresAt.toISOString().slice(0, 10)
  const days = Math.floor((expiresAt.getTime() - now) / DAY_MS)
  if (expiresAt.getTime() <= now)
    return problem('certificates', { code: `${whose}_expired`, params: { day } }, bare('put_a_new_certificate'))
  const params = { day, days }
  if (days < WARNING_DAYS)
    return warning('certificates', { code: `${whose}_expires`, params }, bare('order_a_new_certificate'))
  return ok('certificates', { code: `${whose}_good`, params })
}
