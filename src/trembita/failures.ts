/**
 * Maps the many error codes of sockets, TLS and HTTP to a few stable codes. Causes with different remedies have different codes: an on-call
 * engineer must not look at the wrong certificate.
 */

/** An error of a socket, TLS or undici. */
export type WayError = Error & { readonly code?: unknown }

const causes = new WeakMap<WayError, string>()

/** Records a cause that the error itself does not contain. */
export function noteCause(error: WayError, code: string): void {
  causes.set(error, code)
}

const codes: Readonly<Record<string, string>> = {
  ECONNREFUSED: 'connection_refused',
  ECONNRESET: 'connection_reset',
  ECONNABORTED: 'connection_reset',
  EPIPE: 'connection_reset',
  UND_ERR_SOCKET: 'connection_reset',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: 'connection_reset',
  UND_ERR_CONNECT_TIMEOUT: 'connect_timeout',
  ETIMEDOUT: 'connect_timeout',
  ENETUNREACH: 'network_unreachable',
  ENETDOWN: 'network_unreachable',
  EHOSTUNREACH: 'network_unreachable',
  EHOSTDOWN: 'network_unreachable',
  EACCES: 'network_unreachable',
  EPERM: 'network_unreachable',
  ENOTFOUND: 'name_not_resolved',
  EAI_AGAIN: 'name_not_resolved',
  EMFILE: 'local_limit',
  ENFILE: 'local_limit',
  ENOBUFS: 'local_limit',
  EADDRNOTAVAIL: 'local_limit',
  UND_ERR_HEADERS_OVERFLOW: 'headers_too_large',
  // undici asserts some properties of a response, such as a status of at least 100.
  ERR_ASSERTION: 'malformed_http',
  UND_ERR_DESTROYED: 'closed',
  UND_ERR_CLOSED: 'closed',

  CERT_HAS_EXPIRED: 'tls_server_expired',
  CERT_NOT_YET_VALID: 'tls_server_not_yet_valid',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls_wrong_host',
  HOSTNAME_MISMATCH: 'tls_wrong_host',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls_unknown_server',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls_unknown_server',
  UNABLE_TO_GET_ISSUER_CERT: 'tls_unknown_server',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls_unknown_server',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls_unknown_server',
  CERT_UNTRUSTED: 'tls_unknown_server',
  INVALID_PURPOSE: 'tls_wrong_purpose',
}

/** OpenSSL errors: its own, and the alerts with which the other side explains its refusal. */
const tlsPatterns: readonly (readonly [RegExp, string])[] = [
  [/ALERT_CERTIFICATE_EXPIRED$/, 'tls_client_expired'],
  [
    /ALERT_((NO|BAD|UNSUPPORTED)_CERTIFICATE|CERTIFICATE_(REVOKED|UNKNOWN|REQUIRED)|UNKNOWN_CA|ACCESS_DENIED)$/,
    'tls_client_refused',
  ],
  [/^ERR_SSL_.*(PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL|UNSUPPORTED_SSL_VERSION)$/, 'tls_old_version'],
  [/^ERR_SSL_.*(TOO_SMALL|TOO_WEAK)$/, 'tls_weak'],
  [/^ERR_SSL_.*(HANDSHAKE_FAILURE|INSUFFICIENT_SECURITY|SIGNATURE_TYPE|SIGNATURE_ALGORITHM)/, 'tls_no_agreement'],
  [/^ERR_SSL_(WRONG_VERSION_NUMBER|HTTP_REQUEST|PACKET_LENGTH_TOO_LONG|RECORD_LAYER_FAILURE)$/, 'tls_not_spoken'],
  // OpenSSL's other errors about a certificate chain; for some Node reports only UNSPECIFIED.
  [/^(UNSPECIFIED|CERT_|UNABLE_TO_|INVALID_CA|PATH_LENGTH|ERROR_IN_CERT|AKID_|SUBJECT_ISSUER)/, 'tls_invalid_server'],
  [/^(ERR_TLS|ERR_SSL|EPROTO)/, 'tls_error'],
]

/** The code of a transport error. `hasStarted`: whether the response's head had been read. */
export function codeOf(error: WayError, hasStarted: boolean): string {
  const noted = causes.get(error)
  if (noted !== undefined) return noted
  const code = typeof error.code === 'string' ? error.code : ''
  if (error.name === 'HTTPParserError' || code.startsWith('HPE_')) return 'malformed_http'
  // undici compares lengths before it reports that the head is malformed.
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' && !hasStarted) return 'malformed_http'
  const known = codes[code]
  if (known !== undefined) return known
  if (code === 'UNSPECIFIED' && /too weak/.test(error.message)) return 'tls_weak'
  return tlsPatterns.find(([pattern]) => pattern.test(code))?.[1] ?? 'network_error'
}

/** The system's or OpenSSL's own name of an error, to search for. */
export function wordOf({ code, message }: WayError): string {
  return typeof code === 'string' && code !== 'UNSPECIFIED' ? code : message
}
