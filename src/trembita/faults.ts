/**
 * Classifies a failed call: whose error it is and whether a retry may help. A *service* error counts for the circuit breaker, a *subject*
 * error does not (spec 2.6). Codes are few and stable, so that they can be metric labels.
 */
import type { Sensitive } from '../privacy/sensitive.ts'

/** Whose error it is (spec 2.6): about this one question (subject), or about the service and the network (service). */
export type Whose = 'subject' | 'service'

/** A fault from the body. `code` is normalised; `detail` is a UUID from the server's log, or absent. */
export interface Fault {
  readonly code: string
  readonly whose: Whose
  readonly detail: string | undefined
  /** A security server's text, shown only for manual calls. A registry's text is not kept: it may be about a person. */
  readonly text?: Sensitive<string>
}

/** Words of fault codes with special spelling; other words just start with a capital. */
const spellings = new Map(
  [
    ...['ClientProxy', 'ServerProxy', 'ServiceFailed', 'NetworkError', 'IOError', 'HttpError', 'OutdatedGlobalConf'],
    ...['InternalError', 'AccessDenied', 'UnknownService', 'UnknownMember', 'InvalidProtocolVersion'],
    'Client',
    'Server',
    'Sender',
    'Receiver',
    'InconsistentResponse',
    'MustUnderstand',
    'VersionMismatch',
    'DataEncodingUnknown',
  ].map((name) => [name.toLowerCase(), name]),
)
// X-Road 8 has another name for it.
spellings.set('globalconfoutdated', 'OutdatedGlobalConf')

/** A code that is safe in logs and metrics: letters only, so that it cannot contain a document number. */
const harmless = /^[A-Za-z]{1,40}(\.[A-Za-z]{1,40}){0,5}$/

/**
 * A fault code without its prefix, in PascalCase (newer servers write `server.server_proxy.network_error`, spec 3.2). Text that cannot be a
 * code, and so might contain anything, becomes `Other`, keeping a leading `Client.` or `Server.`.
 */
export function normaliseFaultCode(raw: string): string {
  const withoutPrefix = raw.slice(raw.lastIndexOf(':') + 1).trim()
  const code = withoutPrefix.split('.').map(normaliseWord).join('.')
  if (harmless.test(code)) return code
  const family = /^(Client|Server)\./.exec(code)
  return family === null ? 'Other' : `${family[1]}.Other`
}

function normaliseWord(word: string): string {
  const known = spellings.get(word.replaceAll('_', '').toLowerCase())
  if (known !== undefined) return known
  return word
    .split('_')
    .map((part) => part.charAt(0).toUpperCase() + part.slice(1))
    .join('')
}

/** SOAP's own codes that say nothing about the question are service errors, with or without a sub-code. */
const serviceCodes = new Set(['Server', 'Receiver', 'MustUnderstand', 'VersionMismatch', 'DataEncodingUnknown'])

/**
 * Whose error a fault is, by its original codes (spec 2.6). `Server` and its sub-codes are service errors. So is `Client` with a security
 * server's sub-code: our messages differ only in the document, so if one is refused, all are. A bare `Client` or `Sender`, or an unknown
 * code, is the registry's verdict on this request: a subject error. So is `S:Client.ValidationError`: a registry's SOAP stack writes
 * qualified names, security servers write no prefix. `soapCode` is the outer code of a SOAP 1.2 fault; `Receiver` overrides the registry's
 * sub-code.
 */
export function whoseFault(code: string, soapCode: string = code): Whose {
  const [family = '', ...rest] = normaliseFaultCode(code).split('.')
  if (serviceCodes.has(family) || serviceCodes.has(normaliseFaultCode(soapCode))) return 'service'
  const isRefused = (family === 'Client' || family === 'Sender') && rest.length > 0
  return isRefused && !code.includes(':') ? 'service' : 'subject'
}

/** Whether an original code has the form of a security server's: `Server.ClientProxy.…`, `Server.ServerProxy.…`, unprefixed `Client.…`. */
export function isOfSecurityServer(code: string): boolean {
  const normal = normaliseFaultCode(code)
  return /^Server\.(Client|Server)Proxy\./.test(normal) || (/^Client\./.test(normal) && !code.includes(':'))
}

const retryableFaults = new Set(['NetworkError', 'IOError', 'HttpError', 'OutdatedGlobalConf', 'InternalError'])
const retryableErrors = new Set([
  'timeout',
  'connect_timeout',
  'connection_refused',
  'connection_reset',
  'tls_closed',
  'network_unreachable',
  'name_not_resolved',
])

/** Whether the question may be retried immediately (spec 3.2): after network errors, timeouts and some faults. */
export function isRetryable(code: string): boolean {
  if (retryableErrors.has(code)) return true
  const words = code.split('.')
  return words[0] !== 'Client' && retryableFaults.has(words.at(-1) ?? '')
}

/** Whether an error suggests a problem of the security server that returned it, so that another one is used for a while (spec 3.2). */
export function speaksAgainstServer(code: string): boolean {
  if (retryableErrors.has(code) || /^tls_|^(malformed_http|headers_too_large|length_unclear)$/.test(code)) return true
  return code.startsWith('Server.ClientProxy.')
    ? retryableFaults.has(code.split('.').at(-1) ?? '')
    : /^http_5/.test(code)
}
