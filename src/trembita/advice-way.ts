/** Advice on failures of the way to a security server: network, TLS, HTTP. `zvirka doctor` tries the same way. */
import { row } from './advice-row.ts'

const now = 'one now and then is normal and is repeated'

/** The rows, in the order of the documents. */
export const wayRows = [
  row(
    'timeout',
    'no whole answer came within TREMBITA_TIMEOUT_MS',
    `${now}; if many, ask the administrator of our security server which side is slow, with a message id; raise TREMBITA_TIMEOUT_MS only if the registry is known to answer that late`,
  ),
  row(
    'connect_timeout',
    'the security server did not take the connection, with its TLS handshake, within 3 s',
    'check the address and port in TREMBITA_URLS, the firewalls on the way, and whether the security server is overloaded',
  ),
  row(
    'connection_refused',
    'nothing listens at the address',
    'check the port in TREMBITA_URLS; if it is right, the security server is down: tell its administrator',
  ),
  row(
    'connection_reset',
    'the connection broke before the answer was whole',
    `${now}; if always, check that TREMBITA_URLS says https where the port speaks TLS, then have the security server and the proxies before it looked at`,
  ),
  row(
    'network_unreachable',
    'there is no route to the security server, or a firewall of this machine forbids it',
    'check the network, the routes and the firewall of this machine',
  ),
  row(
    'name_not_resolved',
    'DNS does not know the host name in TREMBITA_URLS, or does not answer',
    'check the name and the DNS of this machine',
  ),
  row(
    'local_limit',
    'this machine has no file, port or memory left for another connection',
    'raise the limit of open files of the process (LimitNOFILE in systemd), or lower TREMBITA_MAX_CONNECTIONS',
  ),
  row(
    'queue_full',
    'too many calls wait for a connection to the security server',
    'if it answers slowly, see `timeout`; else raise TREMBITA_MAX_CONNECTIONS or lower `TREMBITA_<GROUP>_CONCURRENCY`',
  ),
  row(
    'tls_server_expired',
    "the security server's certificate, or that of the authority that signed it, has expired",
    'tell the administrator of the security server to renew it, then put the new one into TREMBITA_TLS_CA; if it is good for longer, the clock of this machine is wrong',
  ),
  row(
    'tls_server_not_yet_valid',
    "the security server's certificate, or that of its authority, is not valid yet by the clock of this machine",
    'check the clock of this machine (`timedatectl`); if it is right, tell the administrator of the security server',
  ),
  row(
    'tls_wrong_host',
    "the security server's certificate is for another name than the one in TREMBITA_URLS",
    "write a name that is in the certificate into TREMBITA_URLS, or put the server's own certificate into TREMBITA_TLS_CA: then its name does not matter",
  ),
  row(
    'tls_unknown_server',
    'TREMBITA_TLS_CA holds neither the certificate that the server shows nor the authority that signed it',
    'get the certificate from the administrator of the security server (it was renewed, perhaps) and add it to TREMBITA_TLS_CA; check that TREMBITA_URLS leads to this server',
  ),
  row(
    'tls_wrong_purpose',
    "the security server's certificate is not for servers (its extended key usage lacks serverAuth), or that of its authority is not for authorities",
    'tell the administrator of the security server, who needs a certificate for TLS servers from an authority that may sign it',
  ),
  row(
    'tls_weak',
    "the security server's certificate, its key or that of its authority is too weak: RSA of less than 2048 bits, or a signature with SHA-1",
    'tell the administrator of the security server, who needs a certificate of 2048 bits or more, signed with SHA-256',
  ),
  row(
    'tls_invalid_server',
    'the certificates that the security server shows make no valid chain',
    "give the administrator of the security server what `zvirka doctor` says; until it is mended, the server's own certificate in TREMBITA_TLS_CA may help",
  ),
  row(
    'tls_old_version',
    'the security server, or a proxy before it, does not speak TLS 1.2 or 1.3',
    'have its administrator switch TLS 1.2 or 1.3 on: older versions are not spoken',
  ),
  row(
    'tls_no_agreement',
    'the two sides have no cipher or signature in common; with TLS 1.2 also: the server wants a client certificate of another kind',
    'ask the administrator of the security server which ciphers and which kinds of key it takes (RSA, as a rule); the key in TREMBITA_TLS_KEY may have to be of that kind',
  ),
  row(
    'tls_client_refused',
    'the security server, or a proxy before it, does not accept our certificate',
    'have the certificate in TREMBITA_TLS_CERT added to our subsystem on the security server, and to the proxy; both must hold exactly this one (compare `openssl x509 -in FILE -noout -fingerprint -sha256`), and it must be allowed for clients',
  ),
  row(
    'tls_client_expired',
    'our certificate has expired, says the security server',
    'renew the certificate in TREMBITA_TLS_CERT and have the new one added to our subsystem; if it is good for longer, the server has an older one or a wrong clock: tell its administrator',
  ),
  row(
    'tls_closed',
    'the server closed a new TLS connection, in the handshake or after it, without an answer and without saying why',
    `${now}: a restart, for example; if always, it does not accept our certificate, as a rule: see \`tls_client_refused\``,
  ),
  row(
    'tls_not_spoken',
    'TREMBITA_URLS says https, and what answers there does not speak TLS',
    'check the port in TREMBITA_URLS: it is the one for http, or another service',
  ),
  row(
    'tls_expected',
    'TREMBITA_URLS says http, and what answers there speaks TLS',
    'write https in TREMBITA_URLS, and set TREMBITA_TLS_CERT, TREMBITA_TLS_KEY and TREMBITA_TLS_CA',
  ),
  row(
    'tls_error',
    'an error of TLS that has no code of its own',
    "give the administrator of the security server OpenSSL's word for it, which `zvirka doctor` shows",
  ),
  row(
    'malformed_http',
    'what answers does not speak HTTP, or speaks it wrongly',
    'check the port in TREMBITA_URLS: it may be another service; if it is right, tell the administrator of our security server',
  ),
  row(
    'headers_too_large',
    'the HTTP headers of the answer are larger than 16 KiB',
    'see what a proxy before the security server adds (cookies, policies) and take it out: those of a security server are far smaller',
  ),
  row(
    'length_unclear',
    'Content-Length is in the answer twice, beside Transfer-Encoding, or is no number, so nobody knows where the answer ends',
    'tell the administrator of our security server and of the proxies before it: one of them breaks HTTP',
  ),
  row(
    'network_error',
    'an error of the network that has no code of its own',
    "`zvirka doctor` shows the system's own word for it: look that up",
  ),
]
