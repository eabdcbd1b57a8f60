/** Advice on failures on the way to a security server: network, TLS, HTTP. `zvirka doctor` tests the same path. */
import { row } from './advice-row.ts'

const now = 'one now and then is normal and is retried'

/** Rows in the order of the documents. */
export const wayRows = [
  row(
    'timeout',
    'no complete answer within TREMBITA_TIMEOUT_MS',
    `${now}; if many, ask the administrator of our security server which side is slow, with a message id; raise TREMBITA_TIMEOUT_MS only if the registry is known to answer that late`,
  ),
  row(
    'connect_timeout',
    'the security server did not accept the connection and finish the TLS handshake within 3 s',
    'check the address and port in TREMBITA_URLS, the firewalls on the way, and whether the security server is overloaded',
  ),
  row(
    'connection_refused',
    'nothing listens at the address',
    'check the port in TREMBITA_URLS; if it is right, the security server is down: tell its administrator',
  ),
  row(
    'connection_reset',
    'the connection broke before the answer was complete',
    `${now}; if always, check that TREMBITA_URLS says https if the port speaks TLS, then ask the administrators of the security server and of the proxies in front of it`,
  ),
  row(
    'network_unreachable',
    'there is no route to the security server, or a firewall of this machine blocks it',
    'check the network, the routes and the firewall of this machine',
  ),
  row(
    'name_not_resolved',
    'DNS does not know the host name in TREMBITA_URLS, or does not answer',
    'check the name and the DNS of this machine',
  ),
  row(
    'local_limit',
    'this machine has no file descriptor, port or memory left for another connection',
    'raise the open file limit of the process (LimitNOFILE in systemd), or lower TREMBITA_MAX_CONNECTIONS',
  ),
  row(
    'queue_full',
    'too many calls wait for a connection to the security server',
    'if it answers slowly, see `timeout`; else raise TREMBITA_MAX_CONNECTIONS or lower `TREMBITA_<GROUP>_CONCURRENCY`',
  ),
  row(
    'tls_server_expired',
    "the security server's certificate, or that of the CA that signed it, has expired",
    'tell the administrator of the security server to renew it, then put the new one into TREMBITA_TLS_CA; if it has not expired, the clock of this machine is wrong',
  ),
  row(
    'tls_server_not_yet_valid',
    "the security server's certificate, or that of its CA, is not valid yet by the clock of this machine",
    'check the clock of this machine (`timedatectl`); if it is right, tell the administrator of the security server',
  ),
  row(
    'tls_wrong_host',
    "the security server's certificate is for another name than the one in TREMBITA_URLS",
    "use a name from the certificate in TREMBITA_URLS, or put the server's own certificate into TREMBITA_TLS_CA: then its name does not matter",
  ),
  row(
    'tls_unknown_server',
    'TREMBITA_TLS_CA has neither the certificate that the server presents nor the CA that signed it',
    'get the certificate from the administrator of the security server (it may have been renewed) and add it to TREMBITA_TLS_CA; check that TREMBITA_URLS is this server',
  ),
  row(
    'tls_wrong_purpose',
    "the security server's certificate is not for servers (its extended key usage lacks serverAuth), or that of its CA is not a CA certificate",
    'tell the administrator of the security server, who needs a TLS server certificate from a proper CA',
  ),
  row(
    'tls_weak',
    "the security server's certificate, its key or that of its CA is too weak: RSA of less than 2048 bits, or a SHA-1 signature",
    'tell the administrator of the security server, who needs a certificate of 2048 bits or more, signed with SHA-256',
  ),
  row(
    'tls_invalid_server',
    'the certificates that the security server presents are not a valid chain',
    "give the output of `zvirka doctor` to the administrator of the security server; until it is fixed, the server's own certificate in TREMBITA_TLS_CA may help",
  ),
  row(
    'tls_old_version',
    'the security server, or a proxy in front of it, does not support TLS 1.2 or 1.3',
    'ask its administrator to enable TLS 1.2 or 1.3: older versions are not supported here',
  ),
  row(
    'tls_no_agreement',
    'the two sides have no cipher or signature in common; with TLS 1.2 also: the server wants a client certificate of another kind',
    'ask the administrator of the security server which ciphers and key types it accepts (usually RSA); the key in TREMBITA_TLS_KEY may need that type',
  ),
  row(
    'tls_client_refused',
    'the security server, or a proxy in front of it, does not accept our certificate',
    'have the certificate in TREMBITA_TLS_CERT added to our subsystem on the security server, and to the proxy; both must hold exactly this one (compare `openssl x509 -in FILE -noout -fingerprint -sha256`), and it must be allowed for clients',
  ),
  row(
    'tls_client_expired',
    'the security server says that our certificate has expired',
    'renew the certificate in TREMBITA_TLS_CERT and have the new one added to our subsystem; if it has not expired, the server has an older one or a wrong clock: tell its administrator',
  ),
  row(
    'tls_closed',
    'the server closed a new TLS connection, during or after the handshake, without an answer or a reason',
    `${now}: a restart, for example; if always, it probably does not accept our certificate: see \`tls_client_refused\``,
  ),
  row(
    'tls_not_spoken',
    'TREMBITA_URLS says https, but what answers there does not speak TLS',
    'check the port in TREMBITA_URLS: it is the one for http, or another service',
  ),
  row(
    'tls_expected',
    'TREMBITA_URLS says http, but what answers there speaks TLS',
    'write https in TREMBITA_URLS, and set TREMBITA_TLS_CERT, TREMBITA_TLS_KEY and TREMBITA_TLS_CA',
  ),
  row(
    'tls_error',
    'another TLS error',
    '`zvirka doctor` shows the OpenSSL error: give it to the administrator of the security server',
  ),
  row(
    'malformed_http',
    'what answers does not speak valid HTTP',
    'check the port in TREMBITA_URLS: it may be another service; if it is right, tell the administrator of our security server',
  ),
  row(
    'headers_too_large',
    'the HTTP headers of the answer are larger than 16 KiB',
    'see what a proxy in front of the security server adds (cookies, policies) and remove it: the headers of a security server are far smaller',
  ),
  row(
    'length_unclear',
    'Content-Length is in the answer twice, together with Transfer-Encoding, or is not a number, so the end of the answer is unknown',
    'tell the administrators of our security server and of the proxies in front of it: one of them violates HTTP',
  ),
  row('network_error', 'another network error', '`zvirka doctor` shows the error of the operating system: look it up'),
]
