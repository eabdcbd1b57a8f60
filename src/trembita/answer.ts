/**
 * Reading what came back (spec 3.2), pure: bytes, HTTP status and what was asked in, an answer, a fault or an error out. A body counts as
 * an answer only if all of it says so: HTTP 200, a SOAP envelope of either version, the header blocks we sent, each exactly once in its
 * namespace with our values, and our wrapper alone in the body. Anything else is an error, and nothing of its content is used.
 */
import type { ServiceDefinition } from './envelope.ts'
import { type Fault, normaliseFaultCode, whoseFault } from './faults.ts'
import { headerNames, identifiersNamespace, soapVersionOf, xroadNamespace } from './protocol.ts'
import { attributeOf, defaultXmlLimits, readXml, trimXml, type XmlElement } from './xml.ts'

/** A response as it came off the wire. */
export interface Response {
  readonly status: number
  readonly contentEncoding: string | undefined
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
export function readAnswer(asked: Asked, { status, contentEncoding, body }: Response): Reading {
  const unless200 = (code: string): Reading => error(status === 200 ? code : `http_${status}`)
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity') return unless200('compressed')
  if (body.length === 0) return unless200('empty')
  const document = readXml(body, { ...defaultXmlLimits, maxBytes: body.length })
  if (!document.ok) return unless200(document.reason === 'malformed' ? 'malformed_xml' : document.reason)
  const message = openEnvelope(document.root)
  if (message === undefined) return unless200('not_soap')
  const [first, ...more] = message.body.children
  if (first !== undefined && first.local === 'Fault' && first.namespace === document.root.namespace) {
    return more.length > 0 ? unless200('not_soap') : readFault(asked, message.header, first)
  }
  if (status !== 200) return error(`http_${status}`)
  if (!message.header || !isOurHeader(message.header, asked)) return error('other_request')
  const isOurs = first?.local === `${asked.definition.service.serviceCode}Response` && more.length === 0
  return isOurs ? { kind: 'answer', wrapper: first } : error('other_wrapper')
}

function error(code: string): Reading {
  return { kind: 'error', code }
}

interface Message {
  readonly header: XmlElement | undefined
  readonly body: XmlElement
}

/** An envelope holds a header, which a fault may lack, and a body after it; nothing else, and none twice. */
function openEnvelope(root: XmlElement): Message | undefined {
  if (root.local !== 'Envelope' || soapVersionOf(root.namespace) === undefined) return undefined
  if (root.children.some((child) => child.namespace !== root.namespace)) return undefined
  const [first, second, ...more] = root.children
  if (first === undefined || more.length > 0) return undefined
  if (second === undefined) return first.local === 'Body' ? { header: undefined, body: first } : undefined
  return first.local === 'Header' && second.local === 'Body' ? { header: first, body: second } : undefined
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
function readFault({ id }: Asked, header: XmlElement | undefined, fault: XmlElement): Reading {
  const ids = header?.children.filter((block) => block.local === headerNames.id && block.namespace === xroadNamespace)
  if (ids?.some((block) => !hasText(block, id))) return error('other_request')
  const { code, soapCode } = faultCodes(fault)
  if (code === '') return error('fault_without_code')
  return {
    kind: 'fault',
    fault: {
      code: normaliseFaultCode(code),
      whose: whoseFault(code, soapCode),
      detail: faultDetail(fault),
    },
  }
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
