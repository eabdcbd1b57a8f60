/** Advice on answers that cannot be used, and on what a registry's answer says of itself. */
import { askOursById, row, tellRegistry } from './advice-row.ts'

const wsdl = 'ask the owner of the registry for the WSDL of the service: its response may have changed'

/** Rows on the body of the answer and its HTTP status, in the order of the documents. */
export const bodyRows = [
  row(
    'oversized',
    'the answer is larger than TREMBITA_MAX_RESPONSE_BYTES',
    `a real answer has a few kilobytes: ${askOursById}, what it was; raise the limit only if the registry does send more`,
  ),
  row(
    'compressed',
    'the answer is compressed, which nobody asked for',
    'have compression switched off in the proxy before the security server',
  ),
  row(
    'unknown_encoding',
    'the Content-Encoding of the answer is no compression (often it is a charset, such as UTF-8), so its content is not read',
    'tell the administrator of our security server and of the proxies before it: a charset belongs to Content-Type',
  ),
  row('empty', 'HTTP 200 without a body', askOursById),
  row(
    'malformed_multipart',
    'the answer has attachments, and the message among them is missing, cut off or encoded in an unknown way',
    tellRegistry,
  ),
  row(
    'malformed_xml',
    'the answer is no well-formed XML: cut off, HTML or plain text',
    'see what answers at TREMBITA_URLS: a proxy or a login page, perhaps (`zvirka doctor` tries every address)',
  ),
  row('not_utf8', 'the answer is not in UTF-8', tellRegistry),
  row(
    'doctype',
    'the answer has a DOCTYPE, which is refused: an HTML page, as a rule',
    'see what answers at TREMBITA_URLS: a proxy or a login page, perhaps (`zvirka doctor` tries every address)',
  ),
  row('processing_instruction', 'the answer has a processing instruction, which SOAP forbids', tellRegistry),
  row('too_deep', 'elements of the answer are nested beyond 64', tellRegistry),
  row('too_many_attributes', 'an element of the answer has more than 64 attributes', tellRegistry),
  row(
    'too_many',
    'more than 100 acts of death for one name and birth date',
    'tell the owner of the registry, with the message id: it has searched for something else',
  ),
  row('too_large', 'the answer is larger than what is read', 'see `oversized`'),
  row(
    'not_soap',
    'the answer is XML but no SOAP envelope',
    'check that TREMBITA_URLS is the address for information systems, not that of a web page or of administration',
  ),
  row(
    'http_2xx',
    'a status of success that carries no answer: only 200 does',
    'see what proxy before the security server answers in its place',
  ),
  row(
    'http_3xx',
    'the server redirects, which is never followed',
    'set TREMBITA_URLS to where it redirects, if that is the security server',
  ),
  row(
    'http_403',
    'the server, or a proxy before it, does not let us in',
    'have the address of this machine and the certificate in TREMBITA_TLS_CERT allowed there',
  ),
  row(
    'http_429',
    'we ask more often than the server, or a proxy before it, allows',
    'lower `TREMBITA_<GROUP>_RATE_LIMIT` to what the owner of the registry allows',
  ),
  row(
    'http_4xx',
    'the server, or a proxy before it, refuses the request',
    'check that TREMBITA_URLS is the root of the address for information systems, and what the proxy asks for',
  ),
  row(
    'http_5xx',
    'the server, or a proxy before it, is in trouble',
    'wait a few minutes; if it lasts, ask the administrator of our security server',
  ),
  row(
    'http_*',
    'an HTTP status that cannot carry an answer',
    'see what answers at TREMBITA_URLS: it is no security server',
  ),
  row(
    'other_request',
    'the headers of the answer are not those of our request; its content was not used',
    'a proxy that mixes answers up, or a server that changes headers: ask the administrator of our security server, with the message id',
  ),
  row(
    'other_version',
    'the answer is of another version of the X-Road message protocol than 4.x; its content was not used',
    askOursById,
  ),
  row(
    'other_wrapper',
    'the body holds something else than the answer of this service',
    'check `TREMBITA_<GROUP>_<SERVICE>_CODE` against the WSDL of the service, which its owner has',
  ),
  row('fault_without_code', 'a SOAP fault that does not say which', askOursById),
]

/** Rows on what the registry says. */
export const registryRows = [
  row(
    'status_-1',
    'the registry says that mandatory fields are missing or incorrect',
    'check the document or UNZR of this person; if everybody gets it, compare the message (`zvirka call --dry-run`) with the WSDL',
  ),
  row('status_-2', 'the registry has an error of its own', `wait; if it lasts, ${tellRegistry}`),
  row('status_unknown', 'a status that is none of 1, 0, -1, -2', `${tellRegistry}, and ask what it means`),
  row('status_missing', 'the answer has no status', wsdl),
  row('status_ambiguous', 'the answer has more than one status, so none is believed', tellRegistry),
  row('result_missing', 'the answer has no Result', wsdl),
  row('result_ambiguous', 'the answer has more than one Result, so none is believed', tellRegistry),
  row('result_unreadable', 'the Result of the answer is no whole number', tellRegistry),
  row(
    'result_*',
    'the tax register answered with a code that is in neither list of codes',
    'ask the owner of the registry what it means, then add it to DRFO_NOT_VERIFIED_RESULTS or DRFO_CLOSED_RESULTS',
  ),
  row('result_code_1', 'the register of civil status has an error of its own', `wait; if it lasts, ${tellRegistry}`),
  row(
    'result_code_2',
    'the register of civil status does not let our subsystem ask',
    'order access to the service from its owner, for exactly the subsystem in `TREMBITA_DRACS_CLIENT_*`',
  ),
  row('result_code_3', 'the register of civil status has several active services of this name', tellRegistry),
  row(
    'result_code_4',
    'the register of civil status says that fields of the question are missing',
    'check the names and birth date of this person; if everybody gets it, compare the message (`zvirka call --dry-run`) with the WSDL',
  ),
  row(
    'result_code_5',
    'the register of civil status says that the question is wrong',
    'check the names and birth date of this person; if everybody gets it, compare the message (`zvirka call --dry-run`) with the WSDL',
  ),
  row('result_code_unknown', 'a ResultCode that is none of 0 to 5', `${tellRegistry}, and ask what it means`),
  row('result_code_missing', 'the answer has no ResultCode', wsdl),
  row('result_code_ambiguous', 'the answer has more than one ResultCode, so none is believed', tellRegistry),
  row('result_code_no_number', 'the ResultCode of the answer is no whole number', tellRegistry),
  row(
    'result_data_ambiguous',
    'the answer has more than one ResultData, or elements in it, so nothing is read',
    tellRegistry,
  ),
  row('result_data_no_base64', 'the ResultData of the answer is no base64', tellRegistry),
  row(
    'result_data_no_xml',
    'the acts in ResultData are no XML that is read: cut off, not in UTF-8, with a DOCTYPE or nested beyond 64',
    tellRegistry,
  ),
  row('info_ambiguous', 'the answer has more than one Info, so none is believed', tellRegistry),
  row(
    'info_fault',
    'the registry answered with an error of its own in place of what it holds about the UNZR',
    `wait; if it lasts, ${tellRegistry}`,
  ),
  row('info_missing', 'the answer neither holds an Info nor says that there is none', wsdl),
  row(
    'unsendable',
    'the question holds characters that XML cannot carry, such as control characters',
    'correct the record of this person',
  ),
]
