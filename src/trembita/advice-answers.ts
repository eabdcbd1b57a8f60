/** Advice on unusable answers, and on results that registries report. */
import { askOursById, row, tellRegistry } from './advice-row.ts'

const whatAnswers =
  'see what answers at TREMBITA_URLS, perhaps a proxy or a login page (`zvirka doctor` tries every address)'

const checkQuestion =
  'check the names and birth date of this person; if everybody gets it, compare the message (`zvirka call --dry-run`) with the WSDL'

const wsdl = 'ask the owner of the registry for the WSDL of the service: its response may have changed'

/** Rows about the answer's body and HTTP status, in the order of the documents. */
export const bodyRows = [
  row(
    'oversized',
    'the answer is larger than TREMBITA_MAX_RESPONSE_BYTES',
    `a real answer has a few kilobytes, many acts of death a few hundred: ${askOursById}, what it was; raise the limit only if the registry really sends more`,
  ),
  row(
    'compressed',
    'the answer is compressed, though the request does not allow it',
    'have compression disabled in the proxy in front of the security server',
  ),
  row(
    'unknown_encoding',
    'the Content-Encoding of the answer is not a compression (often it is a charset, such as UTF-8), so its content is not read',
    'tell the administrators of our security server and of the proxies in front of it: a charset belongs in Content-Type',
  ),
  row('empty', 'HTTP 200 without a body', askOursById),
  row(
    'malformed_multipart',
    'the answer has attachments, and the message among them is missing, cut off or encoded in an unknown way',
    tellRegistry,
  ),
  row('malformed_xml', 'the answer is not well-formed XML: cut off, HTML or plain text', whatAnswers),
  row('not_utf8', 'the answer is not in UTF-8', tellRegistry),
  row('doctype', 'the answer has a DOCTYPE, which is refused: usually it is an HTML page', whatAnswers),
  row('processing_instruction', 'the answer has a processing instruction, which SOAP forbids', tellRegistry),
  row('too_deep', 'elements of the answer are nested more than 64 deep', tellRegistry),
  row('too_many_attributes', 'an element of the answer has more than 64 attributes', tellRegistry),
  row(
    'too_many',
    'more than 100 acts of death for one name and birth date',
    'tell the owner of the registry, with the message id: it searched for something else',
  ),
  row('too_large', 'the answer is larger than what is read', 'see `oversized`'),
  row(
    'not_soap',
    'the answer is XML but not a SOAP envelope',
    'check that TREMBITA_URLS is the address for information systems, not that of a web page or of administration',
  ),
  row(
    'http_2xx',
    'an HTTP status of success other than 200, which carries no answer',
    'see which proxy in front of the security server answers in its place',
  ),
  row(
    'http_3xx',
    'the server redirects, which is never followed',
    'set TREMBITA_URLS to where it redirects, if that is the security server',
  ),
  row(
    'http_403',
    'the server, or a proxy in front of it, denies access',
    'have the address of this machine and the certificate in TREMBITA_TLS_CERT allowed there',
  ),
  row(
    'http_429',
    'we exceed the rate limit of the server or of a proxy in front of it',
    'lower `TREMBITA_<GROUP>_RATE_LIMIT` to what the owner of the registry allows',
  ),
  row(
    'http_4xx',
    'the server, or a proxy in front of it, refuses the request',
    'check that TREMBITA_URLS is the root of the address for information systems, and what the proxy requires',
  ),
  row(
    'http_5xx',
    'the server, or a proxy in front of it, fails',
    'wait a few minutes; if it lasts, ask the administrator of our security server',
  ),
  row(
    'http_*',
    'an HTTP status that cannot carry an answer',
    'see what answers at TREMBITA_URLS: it is not a security server',
  ),
  row(
    'other_request',
    'the headers of the answer do not match our request; its content was not used',
    'a proxy that mixes answers up, or a server that changes headers: ask the administrator of our security server, with the message id',
  ),
  row(
    'other_version',
    'the answer uses a version of the X-Road message protocol other than 4.x; its content was not used',
    askOursById,
  ),
  row(
    'other_wrapper',
    'the body is not the answer of this service',
    'check `TREMBITA_<GROUP>_<SERVICE>_CODE` against the WSDL of the service, which its owner has',
  ),
  row('fault_without_code', 'a SOAP fault without a code', askOursById),
]

/** Rows about what registries report. */
export const registryRows = [
  row(
    'status_-1',
    'the registry says that mandatory fields are missing or incorrect',
    'check the document or UNZR of this person; if everybody gets it, compare the message (`zvirka call --dry-run`) with the WSDL',
  ),
  row('status_-2', 'an internal error of the registry', `wait; if it lasts, ${tellRegistry}`),
  row('status_unknown', 'a status other than 1, 0, -1, -2', `${tellRegistry}, and ask what it means`),
  row('status_missing', 'the answer has no status', wsdl),
  row('status_ambiguous', 'the answer has more than one status, so none is trusted', tellRegistry),
  row('result_missing', 'the answer has no Result', wsdl),
  row('result_ambiguous', 'the answer has more than one Result, so none is trusted', tellRegistry),
  row('result_unreadable', 'the Result of the answer is not an integer', tellRegistry),
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
  row('result_code_4', 'the register of civil status says that fields of the question are missing', checkQuestion),
  row('result_code_5', 'the register of civil status says that the question is wrong', checkQuestion),
  row('result_code_unknown', 'a ResultCode other than 0 to 5', `${tellRegistry}, and ask what it means`),
  row('result_code_missing', 'the answer has no ResultCode', wsdl),
  row('result_code_ambiguous', 'the answer has more than one ResultCode, so none is trusted', tellRegistry),
  row('result_code_no_number', 'the ResultCode of the answer is not an integer', tellRegistry),
  row(
    'result_data_ambiguous',
    'the answer has more than one ResultData, or elements in it, so nothing is read',
    tellRegistry,
  ),
  row('result_data_no_base64', 'the ResultData of the answer is not base64', tellRegistry),
  row(
    'result_data_no_xml',
    'the acts in ResultData cannot be read as XML: cut off, not in UTF-8, with a DOCTYPE or nested beyond 64',
    tellRegistry,
  ),
  row('info_ambiguous', 'the answer has more than one Info, so none is trusted', tellRegistry),
  row(
    'info_fault',
    'the registry answered with an internal error in place of its record of the UNZR',
    `wait; if it lasts, ${tellRegistry}`,
  ),
  row('info_missing', 'the answer has no Info and does not say that there is none', wsdl),
  row(
    'unsendable',
    'the question contains characters that XML does not allow, such as control characters',
    'correct the record of this person',
  ),
]
