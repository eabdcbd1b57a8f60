/**
 * Reads a response (spec 3.2). A pure function: bytes, HTTP status and the request in; an answer, a fault or an error out. A body is an
 * answer only if everything matches: HTTP 200, a SOAP envelope of either version, the header blocks that we sent, each exactly once in its
 * namespace with our values, and our wrapper as the only element of the body. Anything else is an error, and its content is not used.
 */
import { Sensitive } from '../privacy/sensitive.ts'
import type { ServiceDefinition } from './envelope.ts'
import { type Fault, isOfSecurityServer, normaliseFaultCode, whoseFault } from './faults.ts'
import { headerNames, identifiersNamespace, soapVersionOf, xroadNamespace } from './protocol.ts'
import { rootPart } from './root-part.ts'
import { attributeOf, defaultXmlLimits, readXml, trimXml, type XmlElement } from './xml.ts'

/** A response as received. */
export interface Response {
  readonly status: number
  readonly contentEncoding: string | undefined
  readonly contentType?: string | undefined
  readonly body: Uint8Array
}

/** The request, to compare the answer with. */
interface SentRequest {
  readonly definition: ServiceDefinition
  readonly id: string
}

/** The result of reading a response. Error codes are stable and few; they never contain content of the response. */
export type Reading =
  | { readonly kind: 'answer'; readonly wrapper: XmlElement }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'error'; readonly code: string }

/** Reads a response to a request. The receiver has already limited its size. */
export function readAnswer(asked: SentRequest, response: Response): Reading {
  const message = openResponse(response)
  if (typeof message === 'string') return error(message)
  if (message.fault !== undefined) return readFault(asked.id, message.header, message.fault)
  if (response.status !== 200) return error(`http_${response.status}`)
  if (message.header === undefined || !isOurHeader(message.header, asked)) return error('other_request')
  if (!isOurVersion(message.header, asked)) return error('other_version')
  const [first, ...more] = message.body.children
  const isOurs = first?.local === asked.definition.answerElement && more.length === 0
  return isOurs ? { kind: 'answer', wrapper: first } : error('other_wrapper')
}

/** Reads a response to a GET, which is no request: the security server's fault, or a code for anything else. */
export function readRefusal(response: Response): Exclude<Reading, { kind: 'answer' }> {
  const message = openResponse(response)
  if (typeof message === 'string') return error(message)
  return message.fault === undefined ? error('other_wrapper') : readFault(undefined, message.header, message.fault)
}

/** The message in a response, or the code of the problem. */
function openResponse(response: Response): Message | string {
  const { status, contentEncoding, contentType, body } = response
  const unless200 = (code: string): string => (status === 200 ? code : httpCode(response))
  const encoding = contentEncoding === undefined ? undefined : encodingCode(contentEncoding)
  if (encoding !== undefined) return unless200(encoding)
  if (body.length === 0) return unless200('empty')
  const root = rootPart(contentType, body)
  if (root === undefined) return unless200('malformed_multipart')
  const document = readXml(root, { ...defaultXmlLimits, maxBytes: root.length })
  if (!document.ok) return unless200(document.code === 'malformed' ? 'malformed_xml' : document.code)
  return openEnvelope(document.root) ?? unless200('not_soap')
}

function error(code: string): Exclude<Reading, { kind: 'answer' | 'fault' }> {
  return { kind: 'error', code }
}

const COMPRESSIONS = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'x-compress', 'dcb', 'dcz'])

/** Why a body with these content codings is not read. Some servers put a charset here, which is ignored. */
function encodingCode(contentEncoding: string): 'compressed' | 'unknown_encoding' | undefined {
  const codings = contentEncoding.toLowerCase().split(/[\s,]+/)
  if (codings.some((coding) => COMPRESSIONS.has(coding))) return 'compressed'
  return codings.every((coding) => coding === '' || coding === 'identity') ? undefined : 'unknown_encoding'
}

/** Texts in the error pages of proxies that refuse the TLS connection. */
const PROXY_PAGES: readonly (readonly [RegExp, string])[] = [
  // nginx (495 and 496, which it sends as 400), IIS.
  [/\b(?:ssl|client) certificate\b/i, 'tls_client_refused'],
  // nginx (497), Apache, Go.
  [/plain HTTP (?:request was sent )?to (?:an SSL-enabled|HTTPS)|HTTP request to an HTTPS server/i, 'tls_expected'],
]

function httpCode({ status, contentEncoding, body }: Response): string {
  if (status === 495 || status === 496) return 'tls_client_refused'
  if (status < 400 || status > 499 || contentEncoding !== undefined) return `http_${status}`
  const page = Buffer.from(body.buffer, body.byteOffset, Math.min(body.byteLength, 4096)).toString('latin1')
  return PROXY_PAGES.find(([words]) => words.test(page))?.[1] ?? `http_${status}`
}

interface Message {
  readonly header: XmlElement | undefined
  readonly body: XmlElement
  /** The fault, if the body contains one. */
  readonly fault?: XmlElement
}

/** An envelope contains a header (optional with a fault), then a body, each once and nothing else. */
function openEnvelope(root: XmlElement): Message | undefined {
  if (root.local !== 'Envelope' || soapVersionOf(root.namespace) === undefined) return undefined
  if (root.children.some((child) => child.namespace !== root.namespace)) return undefined
  const [first, second, ...more] = root.children
  if (first === undefined || more.length > 0) return undefined
  if (second === undefined) return first.local === 'Body' ? openBody(undefined, first) : undefined
  return first.local === 'Header' && second.local === 'Body' ? openBody(first, second) : undefined
}

/** A fault must be the only element of a body. */
function openBody(header: XmlElement | undefined, body: XmlElement): Message | undefined {
  const [first, ...more] = body.children
  if (first?.local !== 'Fault' || first.namespace !== body.namespace) return { header, body }
  return more.length > 0 ? undefined : { header, body, fault: first }
}

function isOurHeader(header: XmlElement, { definition, id }: SentRequest): boolean {
  const client = onlyBlock(header, headerNames.client)
  const service = onlyBlock(header, headerNames.service)
  const userId = onlyBlock(header, headerNames.userId)
  return (
    hasText(onlyBlock(header, headerNames.id), id) &&
    hasText(userId, definition.userId) &&
    isIdentifier(client, 'SUBSYSTEM', clientParts, definition.client) &&
    isIdentifier(service, 'SERVICE', serviceParts, definition.service)
  )
}

/** An answer may omit the protocol version; if given, it must be 4.x or the version that we sent. */
function isOurVersion(header: XmlElement, { definition }: SentRequest): boolean {
  const isNamed = header.children.some(({ local, namespace }) => local === VERSION && namespace === xroadNamespace)
  if (!isNamed) return true
  const block = onlyBlock(header, VERSION)
  if (block === undefined || block.children.length > 0) return false
  const version = trimXml(block.text)
  return version === definition.protocolVersion || /^4\.\d+$/.test(version)
}

const VERSION = headerNames.protocolVersion

/** The header block with this name in X-Road's namespace, if there is exactly one. */
function onlyBlock(header: XmlElement, local: string): XmlElement | undefined {
  let found: XmlElement | undefined
  for (const block of header.children) {
    if (block.local !== local || block.namespace !== xroadNamespace) continue
    if (found !== undefined) return undefined
    found = block
  }
  return found
}

function hasText(block: XmlElement | undefined, text: string): boolean {
  return block !== undefined && block.children.length === 0 && trimXml(block.text) === text
}

const clientParts = ['xRoadInstance', 'memberClass', 'memberCode', 'subsystemCode'] as const
const serviceParts = [...clientParts, 'serviceCode', 'serviceVersion'] as const

/** Whether an identifier consists of exactly these parts in any order, each once with the value that we sent. */
function isIdentifier<Part extends string>(
  block: XmlElement | undefined,
  objectType: string,
  parts: readonly Part[],
  sent: Readonly<Partial<Record<Part, string | undefined>>>,
): boolean {
  if (block === undefined || attributeOf(block, identifiersNamespace, 'objectType') !== objectType) return false
  let expected = 0
  for (const part of parts) {
    const value = sent[part]
    if (value === undefined) continue
    expected += 1
    const found = block.children.find((child) => child.local === part && child.namespace === identifiersNamespace)
    if (!hasText(found, value)) return false
  }
  return block.children.length === expected
}

/** Accepts a fault with any status and without a header, unless its header refers to another request. */
function readFault(
  id: string | undefined,
  header: XmlElement | undefined,
  fault: XmlElement,
): Exclude<Reading, { kind: 'answer' }> {
  const ids = header?.children.filter((block) => block.local === headerNames.id && block.namespace === xroadNamespace)
  if (id !== undefined && ids?.some((block) => !hasText(block, id))) return error('other_request')
  const { code, soapCode } = faultCodes(fault)
  if (code === '') return error('fault_without_code')
  const text = isOfSecurityServer(code) ? faultText(fault) : ''
  return {
    kind: 'fault',
    fault: {
      code: normaliseFaultCode(code),
      whose: whoseFault(code, soapCode),
      detail: faultDetail(fault),
      ...(text === '' ? {} : { text: new Sensitive(text) }),
    },
  }
}

const maxFaultText = 500

/** The fault's text as one line of limited length. Control and invisible characters are removed, so that a terminal is safe. */
function faultText(fault: XmlElement): string {
  const reason = child(fault, 'Reason')
  const { text = '' } = child(fault, 'faultstring') ?? (reason && child(reason, 'Text')) ?? {}
  const line = [
    ...text
      .slice(0, maxFaultText * 4)
      .replaceAll(/[\p{C}\s]+/gu, ' ')
      .trim(),
  ]
  return line.length > maxFaultText ? `${line.slice(0, maxFaultText).join('')}…` : line.join('')
}

/** SOAP 1.1: faultcode. SOAP 1.2: Code/Value and nested Subcode/Value; the innermost is the most specific. */
function faultCodes(fault: XmlElement): { code: string; soapCode: string } {
  const plain = child(fault, 'faultcode')
  if (plain !== undefined) return { code: trimXml(plain.text), soapCode: trimXml(plain.text) }
  let level = child(fault, 'Code')
  const soapCode = codeValue(level)
  let code = soapCode
  while (level !== undefined) {
    level = child(level, 'Subcode')
    code = codeValue(level) || code
  }
  return { code, soapCode }
}

function codeValue(level: XmlElement | undefined): string {
  return trimXml((level && child(level, 'Value'))?.text ?? '')
}

const uuid = /^[0-9a-f]{8}-?([0-9a-f]{4}-?){3}[0-9a-f]{12}$/i

/** A text if it is a UUID and therefore safe to log; anything else might be personal. */
export function asUuid(text: string | undefined): string | undefined {
  return text !== undefined && uuid.test(text) ? text : undefined
}

function faultDetail(fault: XmlElement): string | undefined {
  const detail = child(fault, 'detail') ?? child(fault, 'Detail')
  return asUuid(trimXml((detail && child(detail, 'faultDetail'))?.text ?? ''))
}

function child(element: XmlElement, local: string): XmlElement | undefined {
  return element.children.find((each) => each.local === local)
}
