/**
 * Reading what came back (spec 3.2), pure: bytes, HTTP status and what was asked in, an answer, a fault or an error out. A body counts as
 * an answer only if all of it says so: HTTP 200, a SOAP envelope of either version, the header blocks we sent, each exactly once in its
 * namespace with our values, and our wrapper alone in the body. Anything else is an error, and nothing of its content is used.
 */
import { Sensitive } from '../privacy/sensitive.ts'
import type { ServiceDefinition } from './envelope.ts'
import { type Fault, isOfSecurityServer, normaliseFaultCode, whoseFault } from './faults.ts'
import { headerNames, identifiersNamespace, soapVersionOf, xroadNamespace } from './protocol.ts'
import { rootPart } from './root-part.ts'
import { attributeOf, defaultXmlLimits, readXml, trimXml, type XmlElement } from './xml.ts'

/** A response as it came off the wire. */
export interface Response {
  readonly status: number
  readonly contentEncoding: string | undefined
  readonly contentType?: string | undefined
  readonly body: Uint8Array
}

/** What was asked, to compare the answer with. */
export interface Asked {
  readonly definition: ServiceDefinition
  readonly id: string
}

/** What a response turned out to be. The codes of errors are stable and few; they never hold any of the content. */
export type Reading =
  | { readonly kind: 'answer'; readonly wrapper: XmlElement }
  | { readonly kind: 'fault'; readonly fault: Fault }
  | { readonly kind: 'error'; readonly code: string }

/** Reads a response to a question. The size was bounded by who received it. */
export function readAnswer(asked: Asked, response: Response): Reading {
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

/** Reads a response to no question: the fault that a security server answers it with, or the code of what else came. */
export function readRefusal(response: Response): Exclude<Reading, { kind: 'answer' }> {
  const message = openResponse(response)
  if (typeof message === 'string') return error(message)
  return message.fault === undefined ? error('other_wrapper') : readFault(undefined, message.header, message.fault)
}

/** The message in a response, or the code of why there is none. */
function openResponse(response: Response): Message | string {
  const { status, contentEncoding, contentType, body } = response
  const unless200 = (code: string): string => (status === 200 ? code : httpCode(response))
  const encoding = contentEncoding === undefined ? undefined : encodingCode(contentEncoding)
  if (encoding !== undefined) return unless200(encoding)
  if (body.length === 0) return unless200('empty')
  const root = rootPart(contentType, body)
  if (root === undefined) return unless200('malformed_multipart')
  const document = readXml(root, { ...defaultXmlLimits, maxBytes: root.length })
  if (!document.ok) return unless200(document.reason === 'malformed' ? 'malformed_xml' : document.reason)
  return openEnvelope(document.root) ?? unless200('not_soap')
}

function error(code: string): Exclude<Reading, { kind: 'answer' | 'fault' }> {
  return { kind: 'error', code }
}

const COMPRESSIONS = new Set(['gzip', 'x-gzip', 'deflate', 'br', 'zstd', 'compress', 'x-compress', 'dcb', 'dcz'])

/** Why a body of these content codings is not read; some servers name a charset here, which is none. */
function encodingCode(contentEncoding: string): 'compressed' | 'unknown_encoding' | undefined {
  const codings = contentEncoding.toLowerCase().split(/[\s,]+/)
  if (codings.some((coding) => COMPRESSIONS.has(coding))) return 'compressed'
  return codings.every((coding) => coding === '' || coding === 'identity') ? undefined : 'unknown_encoding'
}

/** What proxies write into a page with which they refuse the connection that brought the request. */
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
  /** The fault, if that is what the body holds. */
  readonly fault?: XmlElement
}

/** An envelope holds a header, which a fault may lack, and a body after it; nothing else, and none twice. */
function openEnvelope(root: XmlElement): Message | undefined {
  if (root.local !== 'Envelope' || soapVersionOf(root.namespace) === undefined) return undefined
  if (root.children.some((child) => child.namespace !== root.namespace)) return undefined
  const [first, second, ...more] = root.children
  if (first === undefined || more.length > 0) return undefined
  if (second === undefined) return first.local === 'Body' ? openBody(undefined, first) : undefined
  return first.local === 'Header' && second.local === 'Body' ? openBody(first, second) : undefined
}

/** A fault stands alone in a body. */
function openBody(header: XmlElement | undefined, body: XmlElement): Message | undefined {
  const [first, ...more] = body.children
  if (first?.local !== 'Fault' || first.namespace !== body.namespace) return { header, body }
  return more.length > 0 ? undefined : { header, body, fault: first }
}

function isOurHeader(header: XmlElement, { definition, id }: Asked): boolean {
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

/** An answer may leave the version of the protocol out; one that it names is 4.x, which is what is read here, or the one that we sent. */
function isOurVersion(header: XmlElement, { definition }: Asked): boolean {
  const isNamed = header.children.some(({ local, namespace }) => local === VERSION && namespace === xroadNamespace)
  if (!isNamed) return true
  const block = onlyBlock(header, VERSION)
  if (block === undefined || block.children.length > 0) return false
  const version = trimXml(block.text)
  return version === definition.protocolVersion || /^4\.\d+$/.test(version)
}

const VERSION = headerNames.protocolVersion

/** The block of that name in X-Road's namespace, if there is exactly one. */
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

/** Whether a block names exactly these parts: each once, with the value sent, none more, in whatever order. */
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

/** A fault is believed from whatever status and without a header, unless its header says that another request is meant. */
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

/** What the fault says in words, on one line of bounded length: control and invisible characters must not reach a terminal. */
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

/** SOAP 1.1: faultcode. SOAP 1.2: Code/Value, and inside it any number of Subcode/Value, of which the innermost says most. */
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

/** A UUID as it may be logged, or nothing: what is no UUID might be anything. */
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
