/**
 * What a failed call means and what to do about it, for people: `zvirka call` and `zvirka doctor` print it, docs/trembita.md has it as a
 * table. Codes are those of `CallResult`; in a pattern `*` stands for anything and `xx` for two digits. The most specific one that fits counts.
 */

import type { Whose } from './faults.ts'

/** One row: which codes, what they mean, what to do. */
export interface Advice {
  readonly pattern: string
  readonly means: string
  readonly todo: string
}

const row = (pattern: string, means: string, todo: string): Advice => ({ pattern, means, todo })

const way = [
  row(
    'timeout',
    'no whole answer within TREMBITA_TIMEOUT_MS',
    'if it happens often, ask the administrator of the security server which side is slow; a longer TREMBITA_TIMEOUT_MS helps only where the registry does answer late',
  ),
  row(
    'connect_timeout',
    'the security server did not take the connection within 3 s',
    'check the address and port in TREMBITA_URLS and the firewalls on the way',
  ),
  row(
    'connection_refused',
    'nothing listens at the address',
    'check the port in TREMBITA_URLS and whether the security server runs',
  ),
  row(
    'connection_reset',
    'the connection was broken before the answer was whole',
    'once in a while is normal and repeated; if always, look at the security server and at proxies before it (an http address on a TLS port does this too)',
  ),
  row(
    'network_unreachable',
    'there is no route to the security server',
    'check the network and the routes of this machine',
  ),
  row('name_not_resolved', 'the host name in TREMBITA_URLS is unknown', 'check the name and the DNS of this machine'),
  row(
    'tls_error',
    'the TLS connection was refused by one of the two sides',
    'check that TREMBITA_TLS_CA holds the certificate that the server shows (or its authority), that none has expired, and that the security server knows the certificate in TREMBITA_TLS_CERT',
  ),
  row(
    'malformed_http',
    'what answered does not speak HTTP',
    'check the port in TREMBITA_URLS: it is another service, or https is meant',
  ),
  row('network_error', 'another error of the network', 'look at the log line of the attempt and at the network'),
  row(
    'queue_full',
    'too many calls wait for a connection to the security server',
    'raise TREMBITA_MAX_CONNECTIONS, or lower TREMBITA_MVS_CONCURRENCY',
  ),
]

const body = [
  row(
    'oversized',
    'the answer is larger than TREMBITA_MAX_RESPONSE_BYTES',
    'a real answer has a few kilobytes: see what stands between; raise the limit only if the registry really sends more',
  ),
  row(
    'compressed',
    'the answer is compressed, which nobody asked for',
    'take compression off in the proxy before the security server',
  ),
  row('empty', 'HTTP 200 without a body', 'ask the administrator of the security server, with the message id'),
  row(
    'malformed_xml',
    'the answer is no well-formed XML: cut off, HTML or plain text',
    'see what answers at TREMBITA_URLS: a proxy or a login page, perhaps',
  ),
  row('not_utf8', 'the answer is not in UTF-8', 'tell the administrator of the registry, with the message id'),
  row(
    'doctype',
    'the answer has a DOCTYPE, which is refused',
    'it is no security server that answers, or it was tampered with: look at the way',
  ),
  row(
    'processing_instruction',
    'the answer has a processing instruction, which SOAP forbids',
    'tell the administrator of the registry, with the message id',
  ),
  row(
    'too_deep',
    'elements of the answer are nested beyond 64',
    'tell the administrator of the registry, with the message id',
  ),
  row(
    'too_many_attributes',
    'an element of the answer has more than 64 attributes',
    'tell the administrator of the registry, with the message id',
  ),
  row('too_large', 'the answer is larger than what is read', 'see `oversized`'),
  row(
    'not_soap',
    'the answer is XML but no SOAP envelope',
    'check that TREMBITA_URLS is the address for information systems',
  ),
  row(
    'http_2xx',
    'success by its number, and not the 200 that alone can carry an answer',
    'look at proxies before the security server',
  ),
  row(
    'http_3xx',
    'the server redirects, which is never followed',
    'set TREMBITA_URLS to where it redirects, if that is the security server',
  ),
  row(
    'http_4xx',
    'the server, or a proxy before it, refuses the request',
    'check TREMBITA_URLS and what the proxy asks for',
  ),
  row(
    'http_5xx',
    'the server, or a proxy before it, is in trouble',
    'wait; if it lasts, ask the administrator of the security server',
  ),
  row('http_*', 'an HTTP status that cannot carry an answer', 'see what answers at TREMBITA_URLS'),
  row(
    'other_request',
    'the headers of the answer are not those of our request; its content was not used',
    'a proxy that mixes answers up, or a server that changes headers: tell the administrator, with the message id',
  ),
  row(
    'other_wrapper',
    'the body holds something else than the answer of this service',
    'check `TREMBITA_MVS_<SERVICE>_CODE`; ask the registry for its WSDL',
  ),
  row('fault_without_code', 'a SOAP fault that does not say which', 'ask the administrator, with the message id'),
]

const registry = [
  row(
    'status_-1',
    'the registry says that mandatory fields are missing or incorrect',
    'check the document or UNZR of this person; nothing is wrong with the connection',
  ),
  row('status_-2', "the registry's own error", 'wait; if it lasts, tell the registry'),
  row('status_unknown', 'a status that is none of 1, 0, -1, -2', 'ask the registry what it means'),
  row('status_missing', 'the answer has no status', 'ask the registry for its WSDL: the response may have changed'),
  row(
    'status_ambiguous',
    'the answer has more than one status, so none is believed',
    'tell the registry, with the message id',
  ),
  row(
    'info_ambiguous',
    'the answer has more than one Info, so none is believed',
    'tell the registry, with the message id',
  ),
  row(
    'info_fault',
    'the registry answered with an error of its own in place of what it holds about the UNZR',
    'wait; if it lasts, tell the registry, with the message id',
  ),
  row(
    'info_missing',
    'the answer neither holds an Info nor says that there is none',
    'ask the registry for its WSDL: the response may have changed',
  ),
  row('unsendable', 'the question holds characters that XML cannot carry', 'correct the data of this person'),
]

const askOwner = 'ask the administrator of our security server, with the message id and faultDetail'

const faults = [
  row(
    'Client.InvalidProtocolVersion',
    'our security server does not take this version of the protocol',
    'set TREMBITA_SEVDEIR_PROTOCOL_VERSION to what it takes',
  ),
  row(
    'Client.InvalidContentType',
    'the content type does not go with the service',
    'set `TREMBITA_MVS_<SERVICE>_SOAP_VERSION` to the version in the WSDL',
  ),
  row('Client.InvalidSoapAction', 'the action is refused', 'set `TREMBITA_MVS_<SERVICE>_ACTION` as the WSDL has it'),
  row(
    'Client.InvalidHttpMethod',
    'a proxy made another method of our POST',
    'look at the proxy before the security server',
  ),
  row(
    'Client.InconsistentHeaders',
    'the name of the body element does not begin with the serviceCode',
    'set `TREMBITA_MVS_<SERVICE>_CODE` as the WSDL has it',
  ),
  row(
    'Client.MissingHeaderField',
    'a field of the header is missing or empty',
    'check TREMBITA_SEVDEIR_INSTANCE, TREMBITA_SEVDEIR_USERID and TREMBITA_MVS_CLIENT_*',
  ),
  row('Client.DuplicateHeaderField', 'a field of the header is there twice', askOwner),
  row('Client.InvalidXml', 'the message is not well-formed for the security server', askOwner),
  row(
    'Client.InvalidSoap',
    'the message is no SOAP message for the security server',
    'check `TREMBITA_MVS_<SERVICE>_SOAP_VERSION`',
  ),
  row('Client.MissingHeader', 'the message came without its header', askOwner),
  row('Client.MissingBody', 'the message came without its body', askOwner),
  row('Client.InvalidBody', 'the body must have exactly one element', askOwner),
  row(
    'Client.*',
    'our security server refuses our message',
    `compare \`zvirka call --dry-run\` with the WSDL; ${askOwner}`,
  ),
  row(
    'Server.ClientProxy.SslAuthenticationFailed',
    'our security server wants a client certificate that it knows',
    'have the certificate in TREMBITA_TLS_CERT added to our subsystem on the security server, and use https',
  ),
  row(
    'Server.ServerProxy.SslAuthenticationFailed',
    "the two security servers do not accept each other's certificates",
    askOwner,
  ),
  row(
    'Server.ClientProxy.UnknownMember',
    'our subsystem, or the registry, is not registered',
    'check TREMBITA_SEVDEIR_INSTANCE, TREMBITA_MVS_CLIENT_* and TREMBITA_MVS_SERVICE_*; have the subsystem registered',
  ),
  row(
    'Server.ClientProxy.OutdatedGlobalConf',
    'our security server has not fetched the global configuration lately',
    `it is repeated; if it lasts, ${askOwner}`,
  ),
  row(
    'Server.ServerProxy.OutdatedGlobalConf',
    "the registry's security server has not fetched the global configuration lately",
    'it is repeated; if it lasts, tell the registry, with the message id and faultDetail',
  ),
  row(
    'Server.ClientProxy.MaintenanceMode',
    'our subsystem is in maintenance mode on our security server',
    'ask the administrator of our security server when it ends',
  ),
  row(
    'Server.ServerProxy.MaintenanceMode',
    "the registry's subsystem is in maintenance mode",
    'wait; ask the registry when it ends',
  ),
  row(
    'Server.ClientProxy.NetworkError',
    "our security server cannot reach the registry's",
    `it is repeated; if it lasts, ${askOwner}`,
  ),
  row(
    'Server.ClientProxy.IOError',
    'our security server lost the connection',
    `it is repeated; if it lasts, ${askOwner}`,
  ),
  row(
    'Server.ClientProxy.HttpError',
    'HTTP between the security servers failed',
    `it is repeated; if it lasts, ${askOwner}`,
  ),
  row(
    'Server.ClientProxy.InternalError',
    'an error inside our security server',
    `it is repeated; if it lasts, ${askOwner}`,
  ),
  row(
    'Server.ClientProxy.InconsistentResponse',
    'the answer does not fit our request; our security server refused it',
    askOwner,
  ),
  row('Server.ClientProxy.*', 'our own security server could not pass the message on', askOwner),
  row(
    'Server.ServerProxy.ServiceFailed*',
    "the registry's information system did not answer its security server as it should",
    'wait; if it lasts, tell the registry, with the message id',
  ),
  row(
    'Server.ClientProxy.ServiceFailed*',
    "our security server could not use what came from the registry's",
    `wait; if it lasts, ${askOwner}`,
  ),
  row(
    'Server.ServerProxy.ServiceDisabled',
    'the registry has switched this service off',
    'wait; ask the registry when it will be on again',
  ),
  row(
    'Server.ServerProxy.UnknownService',
    'the registry has no service of this name',
    'check TREMBITA_MVS_SERVICE_*, `TREMBITA_MVS_<SERVICE>_CODE` and `_VERSION` against the WSDL',
  ),
  row(
    'Server.ServerProxy.AccessDenied',
    'the registry has not given our subsystem the right to this service',
    'order access to the service from its owner for exactly our subsystem',
  ),
  row(
    'Server.ServerProxy.UnknownMember',
    "the registry's security server does not know our subsystem",
    'wait until the registration has spread, or ask the administrator',
  ),
  row(
    'Server.ServerProxy.*',
    "the registry's security server could not do its part",
    'wait; if it lasts, tell the registry, with the message id and faultDetail',
  ),
  row('Server.*', 'a security server could not do its part', askOwner),
  row(
    'Client',
    'the registry finds the request wrong',
    'check the data of this person, and the message against the WSDL (`--dry-run`)',
  ),
  row(
    'Sender',
    'the registry finds the request wrong (SOAP 1.2)',
    'check the data of this person, and the message against the WSDL (`--dry-run`)',
  ),
  row('Server', 'the registry has an error of its own', 'wait; if it lasts, tell the registry, with the message id'),
  row(
    'Receiver',
    'the registry has an error of its own (SOAP 1.2)',
    'wait; if it lasts, tell the registry, with the message id',
  ),
  row(
    'VersionMismatch',
    'the other side does not speak this version of SOAP',
    'set `TREMBITA_MVS_<SERVICE>_SOAP_VERSION`',
  ),
  row(
    'MustUnderstand',
    'the other side did not understand a header',
    'check `TREMBITA_MVS_<SERVICE>_SOAP_VERSION`; ask the registry',
  ),
  row('DataEncodingUnknown', 'the other side does not know the encoding', 'ask the registry, with the message id'),
  row(
    '*',
    "a fault of the registry's own about this request",
    'ask the registry what its code means; the code is cut to `Other` where it might hold data',
  ),
]

/** Every row, in the order in which they are printed. */
export const adviceTable: readonly Advice[] = [...way, ...body, ...registry, ...faults]

/** The more of a pattern is said letter by letter, the more specific it is; one without `*` before all others. */
const specificity = ({ pattern }: Advice): number =>
  pattern.includes('*') ? pattern.replaceAll('*', '').length : Number.POSITIVE_INFINITY

const compiled = adviceTable
  .map((advice) => ({
    advice,
    expression: new RegExp(`^${advice.pattern.replaceAll('.', '\\.').replaceAll('*', '.*').replace(/xx$/, '\\d\\d')}$`),
  }))
  .toSorted((a, b) => specificity(b.advice) - specificity(a.advice))

/** What a code of a failed call means and what to do. `whose` tells a registry's `Client.Something` from that of a security server. */
export function adviceFor(code: string, whose?: Whose): Advice {
  const meant = whose === 'subject' && /^(Client|Sender)\./.test(code) ? code.slice(0, code.indexOf('.')) : code
  const found = compiled.find(({ expression }) => expression.test(meant))
  if (found === undefined) throw new Error('the last row fits everything')
  return found.advice
}
