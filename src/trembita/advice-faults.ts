/** Advice on faults: from our security server, the registry's security server, and the registry. */
import { askOurs, row, tellRegistry } from './advice-row.ts'

const changed = `a proxy in front of the security server may change messages: check it; ${askOurs}`

/** Rows in the order of the documents. */
export const faultRows = [
  row(
    'Client.InvalidProtocolVersion',
    'our security server does not support this version of the protocol',
    'set TREMBITA_SEVDEIR_PROTOCOL_VERSION to the version that it supports',
  ),
  row(
    'Client.InvalidContentType',
    'the content type does not match the service',
    'set `TREMBITA_<GROUP>_<SERVICE>_SOAP_VERSION` to the version in the WSDL',
  ),
  row(
    'Client.InvalidSoapAction',
    'the action is refused',
    'set `TREMBITA_<GROUP>_<SERVICE>_ACTION` as the WSDL has it',
  ),
  row(
    'Client.InvalidHttpMethod',
    'a proxy changed the method of our POST',
    'check the proxy in front of the security server',
  ),
  row(
    'Client.InconsistentHeaders',
    'the name of the body element does not begin with the serviceCode',
    'set `TREMBITA_<GROUP>_<SERVICE>_CODE` as the WSDL has it',
  ),
  row(
    'Client.MissingHeaderField',
    'a field of the header is missing or empty',
    'check TREMBITA_SEVDEIR_INSTANCE, TREMBITA_SEVDEIR_USERID and `TREMBITA_<GROUP>_CLIENT_*`',
  ),
  row('Client.DuplicateHeaderField', 'our message reached the security server with a header field twice', changed),
  row('Client.InvalidXml', 'our message reached the security server as XML that is not well-formed', changed),
  row(
    'Client.InvalidSoap',
    'the security server does not recognise the message as SOAP',
    'set `TREMBITA_<GROUP>_<SERVICE>_SOAP_VERSION` to the version in the WSDL',
  ),
  row('Client.MissingSoap', 'our message reached the security server without a SOAP message in it', changed),
  row(
    'Client.MimeParsingFailed',
    'our message reached the security server as a multipart one, which it is not',
    changed,
  ),
  row('Client.MissingHeader', 'our message reached the security server without its header', changed),
  row('Client.MissingBody', 'our message reached the security server without its body', changed),
  row(
    'Client.InvalidBody',
    'our message reached the security server with none or several elements in its body',
    changed,
  ),
  row(
    'Client.*',
    'our security server refuses our message',
    `compare \`zvirka call --dry-run\` with the WSDL; ${askOurs}`,
  ),
  row(
    'Server.ClientProxy.SslAuthenticationFailed',
    'our security server requires a client certificate that it knows',
    'have the certificate in TREMBITA_TLS_CERT added to our subsystem on the security server, and use https',
  ),
  row(
    'Server.ServerProxy.SslAuthenticationFailed',
    "the two security servers do not accept each other's certificates",
    askOurs,
  ),
  row(
    'Server.ClientProxy.UnknownMember',
    'our subsystem, or the registry, is not registered',
    'check TREMBITA_SEVDEIR_INSTANCE, `TREMBITA_<GROUP>_CLIENT_*` and `TREMBITA_<GROUP>_SERVICE_*`; have the subsystem registered',
  ),
  row(
    'Server.ClientProxy.OutdatedGlobalConf',
    'the global configuration of our security server is outdated',
    `it is repeated; if it lasts, ${askOurs}`,
  ),
  row(
    'Server.ServerProxy.OutdatedGlobalConf',
    "the global configuration of the registry's security server is outdated",
    `it is repeated; if it lasts, ${tellRegistry} and faultDetail`,
  ),
  row(
    'Server.ClientProxy.MaintenanceMode',
    'our subsystem is in maintenance mode on our security server',
    'ask the administrator of our security server when it ends',
  ),
  row(
    'Server.ServerProxy.MaintenanceMode',
    "the registry's subsystem is in maintenance mode",
    'wait; ask the owner of the registry when it ends',
  ),
  row(
    'Server.ClientProxy.NetworkError',
    "our security server cannot reach the registry's",
    `it is repeated; if it lasts, ${askOurs}`,
  ),
  row(
    'Server.ClientProxy.IOError',
    'our security server lost the connection',
    `it is repeated; if it lasts, ${askOurs}`,
  ),
  row(
    'Server.ClientProxy.HttpError',
    'HTTP between the security servers failed',
    `it is repeated; if it lasts, ${askOurs}`,
  ),
  row(
    'Server.ClientProxy.InternalError',
    'an error inside our security server',
    `it is repeated; if it lasts, ${askOurs}`,
  ),
  row(
    'Server.ClientProxy.InconsistentResponse',
    'the answer does not fit our request; our security server refused it',
    askOurs,
  ),
  row('Server.ClientProxy.*', 'our own security server could not forward the message', askOurs),
  row(
    'Server.ServerProxy.ServiceFailed*',
    "the registry's information system did not answer its security server correctly",
    `wait; if it lasts, ${tellRegistry}`,
  ),
  row(
    'Server.ClientProxy.ServiceFailed*',
    "our security server could not use the answer of the registry's",
    `wait; if it lasts, ${askOurs}`,
  ),
  row(
    'Server.ServerProxy.ServiceDisabled',
    'the registry has switched this service off',
    'wait; ask the owner of the registry when it will be on again',
  ),
  row(
    'Server.ServerProxy.UnknownService',
    'the registry has no service of this name',
    'check `TREMBITA_<GROUP>_SERVICE_*`, `TREMBITA_<GROUP>_<SERVICE>_CODE` and `_VERSION` against the WSDL',
  ),
  row(
    'Server.ServerProxy.AccessDenied',
    'the registry has not given our subsystem the right to this service',
    'order access to the service from its owner, for exactly the subsystem in `TREMBITA_<GROUP>_CLIENT_*`',
  ),
  row(
    'Server.ServerProxy.UnknownMember',
    "the registry's security server does not know our subsystem",
    'if it was registered within the last hours, wait until that has propagated; else ask the administrator of our security server',
  ),
  row(
    'Server.ServerProxy.*',
    "the registry's security server failed",
    `wait; if it lasts, ${tellRegistry} and faultDetail`,
  ),
  row('Server.*', 'a security server failed', askOurs),
  row(
    'Client',
    'the registry rejects the request as invalid',
    'check the data of this person; if everybody gets it, compare the message (`zvirka call --dry-run`) with the WSDL',
  ),
  row(
    'Sender',
    'the registry rejects the request as invalid (SOAP 1.2)',
    'check the data of this person; if everybody gets it, compare the message (`zvirka call --dry-run`) with the WSDL',
  ),
  row('Server', 'an internal error of the registry', `wait; if it lasts, ${tellRegistry}`),
  row('Receiver', 'an internal error of the registry (SOAP 1.2)', `wait; if it lasts, ${tellRegistry}`),
  row(
    'VersionMismatch',
    'the registry does not support this version of SOAP',
    'set `TREMBITA_<GROUP>_<SERVICE>_SOAP_VERSION` to the version in the WSDL',
  ),
  row(
    'MustUnderstand',
    'the registry did not understand a header',
    'check `TREMBITA_<GROUP>_<SERVICE>_SOAP_VERSION`; ask the owner of the registry',
  ),
  row('DataEncodingUnknown', 'the registry does not know the encoding of the data', tellRegistry),
  row(
    '*',
    "the registry's own fault about this request",
    'ask the owner of the registry what the code means, with the message id; a code that might hold data is shown as `Other`',
  ),
]
