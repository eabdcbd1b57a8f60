/**
 * What went wrong with a call, whose error it is and whether asking again may help. Two words decide much: an error of the *service's* kind
 * feeds the circuit breaker, one of the *subject's* does not (spec 2.6). Codes are few and stable, so that they can be labels of metrics.
 */
import type { Sensitive } from '../privacy/sensitive.ts'

/** Whose error it is (spec 2.6): about this one question, or about the service and the way to it. */
export type Whose = 'subject' | 'service'

/** A fault as it stood in the body. `code` is normalised; `detail` is a UUID of the server's log, or absent. */
export interface Fault {
  readonly code: string
  readonly whose: Whose
  readonly detail: string | undefined
  /** What a security server says in words, for whoever asks by hand. A registry's own words are not kept: they may be about a person. */
  readonly text?: Sensitive<string>
}

/** Words of fault codes whose spelling the rule "each word begins with a capital" does not give. */
const spellings = new Map(
  [
    ...['ClientProxy', 'ServerProxy', 'ServiceFailed', 'NetworkError', 'IOError', 'HttpError', 'OutdatedGlobalConf'],
    ...['InternalError', 'AccessDenied', 'UnknownService', 'UnknownMember', 'InvalidProtocolVersion'],
    ...[
      'Client',
      'Server',
      'Sender',
      'Receiver',
      'InconsistentResponse',
      'MustUnderstand',
      'VersionMismatch',
      'DataEncodingUnknown',
    ],
  ].map((name) => [name.toLowerCase(), name]),
)
// What X-Road 8 calls otherwise.
spellings.set('globalconfoutdated', 'OutdatedGlobalConf')

/** A code that may be written to logs and metrics: letters only, so that no number of a document can hide in it. */
const harmless = /^[A-Za-z]{1,40}(\.[A-Za-z]{1,40}){0,5}$/

/**
 * A fault code without its prefix, words in PascalCase (newer servers write `server.server_proxy.network_error`, spec 3.2). A code that
 * could not be one, and so might hold anything, becomes `Other`, with the `Client.` or `Server.` that it began with.
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

/** Codes of SOAP itself that say nothing of the question: they are the service's, bare or with something after them. */
const serviceCodes = new Set(['Server', 'Receiver', 'MustUnderstand', 'VersionMismatch', 'DataEncodingUnknown'])

/**
 * Whose error a fault is, by its codes as they came (spec 2.6). `Server` and all below it are the service's, and so is `Client` with a
 * sub-code from a security server: our messages differ in nothing but the document, so one refused is all refused. A bare `Client` or
 * `Sender`, or a code of its own, is the registry's word on the request. So is `S:Client.ValidationError`: a registry's SOAP stack writes
 * a qualified name, in either version of SOAP; security servers write their codes without a prefix. `soapCode` is the outer code of a
 * SOAP 1.2 fault, whose Receiver wins over a sub-code of the registry's own.
 */
export function whoseFault(code: string, soapCode: string = code): Whose {
  const [family = '', ...rest] = normaliseFaultCode(code).split('.')
  if (serviceCodes.has(family) || serviceCodes.has(normaliseFaultCode(soapCode))) return 'service'
  const isRefused = (family === 'Client' || family === 'Sender') && rest.length > 0
  return isRefused && !code.includes(':') ? 'service' : 'subject'
}

/** Whether a code, as it came, is one that a security server gives: `Server.ClientProxy.…`, `Server.ServerProxy.…`, `Client.…` unprefixed. */
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

/** Whether the same question may be asked again at once (spec 3.2): after network errors, timeouts and a few faults. */
export function isRetryable(code: string): boolean {
  if (retryableErrors.has(code)) return true
  const words = code.split('.')
  return words[0] !== 'Client' && retryableFaults.has(words.at(-1) ?? '')
}

/** Whether an error speaks against the security server that brought it, so that another one should be tried for a while (spec 3.2). */
export function speaksAgainstServer(code: string): boolean {
  if (retryableErrors.has(code) || /^tls_|^(malformed_http|headers_too_large|length_unclear)$/.test(code)) return true
  return code.startsWith('Server.ClientProxy.')
    ? retryableFaults.has(code.split('.').at(-1) ?? '')
    : /^http_5/.test(code)
}
