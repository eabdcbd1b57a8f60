/** Reads a request's envelope and checks it in the order of spec 3.4, up to "wrapper starts with the serviceCode". */
import {
  identifiersNamespace,
  type ServiceId,
  type SoapVersion,
  type SubsystemId,
  soapVersionOf,
  xroadNamespace,
} from '../../src/trembita/protocol.ts'
import { attributeOf, trimXml, type XmlElement } from '../../src/trembita/xml.ts'
import type { SoapFault } from './fault.ts'

/** What a request says apart from its id and its question; the same in every request of one client to one service. */
export interface RequestHeader {
  readonly soap: SoapVersion
  readonly client: SubsystemId
  readonly service: ServiceId
  readonly userId: string | undefined
  readonly issue: string | undefined
  readonly protocolVersion: string
  /** The namespace of the wrapper ('' for none) and whether its children are in it; an answer is written alike. */
  readonly bodyNamespace: string
  readonly qualified: boolean
}

/** A request that passed the checks of its form. `fields` are the children of the wrapper by local name, without white space around. */
export interface RequestMessage {
  readonly header: RequestHeader
  readonly id: string
  readonly fields: ReadonlyMap<string, string>
}

/** A message, or why it is none. */
export type ReadMessage = { readonly message: RequestMessage } | { readonly fault: SoapFault }

/** Reads a message from its tree. `soap` is the version that the content type names: the envelope must be of that one. */
export function readMessage(root: XmlElement, soap: SoapVersion): ReadMessage {
  const found = soapVersionOf(root.namespace)
  if (root.local !== 'Envelope' || found === undefined)
    return refuse('Client.InvalidSoap', 'Malformed SOAP message: envelope missing')
  if (found !== soap)
    return refuse('Client.InvalidSoap', 'The version of the envelope and the content type do not go together')
  const header = partOf(root, 'Header')
  const body = partOf(root, 'Body')
  if (header === 'twice' || body === 'twice')
    return refuse('Client.InvalidSoap', 'Malformed SOAP message: header or body is doubled')
  if (header === undefined) return refuse('Client.MissingHeader', 'Malformed SOAP message: header missing')
  const blocks = readBlocks(header)
  if ('fault' in blocks) return blocks
  if (body === undefined) return refuse('Client.MissingBody', 'Malformed SOAP message: body missing')
  return readBody(body, soap, blocks.blocks)
}

interface Blocks {
  readonly client: SubsystemId
  readonly service: ServiceId
  readonly id: string
  readonly userId: string | undefined
  readonly issue: string | undefined
  readonly protocolVersion: string
}

function readBlocks(header: XmlElement): { blocks: Blocks } | { fault: SoapFault } {
  const twice = duplicateIn(header)
  if (twice !== undefined)
    return refuse('Client.DuplicateHeaderField', `SOAP header contains duplicate field '${twice}'`)
  const block = (name: string) =>
    header.children.find((each) => each.local === name && each.namespace === xroadNamespace)
  const text = (name: string) => nonEmpty(block(name))
  const wrongType = wrongObjectType(block('client'), 'SUBSYSTEM') ?? wrongObjectType(block('service'), 'SERVICE')
  if (wrongType !== undefined) return refuse('Client.InvalidXml', wrongType)
  const protocolVersion = text('protocolVersion')
  if (protocolVersion === undefined) return missing('protocolVersion')
  if (!/^4\.[0-9]+$/.test(protocolVersion))
    return refuse('Client.InvalidProtocolVersion', 'Protocol version must be 4.x')
  const client = subsystemOf(block('client'))
  if (client === undefined) return missing('client')
  const id = text('id')
  if (id === undefined) return missing('id')
  const service = serviceOf(block('service'))
  if (service === undefined) return missing('service')
  return { blocks: { client, service, id, userId: text('userId'), issue: text('issue'), protocolVersion } }
}

function readBody(body: XmlElement, soap: SoapVersion, blocks: Blocks): ReadMessage {
  const wrapper = body.children[0]
  if (wrapper === undefined || body.children.length > 1) {
    return refuse('Client.InvalidBody', 'Malformed SOAP message: body must have exactly one child element')
  }
  const { id, ...header } = blocks
  if (!wrapper.local.startsWith(header.service.serviceCode)) {
    return refuse(
      'Client.InconsistentHeaders',
      'Malformed SOAP message: service code does not match in header and body',
    )
  }
  const fields = new Map<string, string>()
  for (const child of wrapper.children) {
    // A field given twice has no value that could be meant: the registry finds it not filled in.
    fields.set(child.local, fields.has(child.local) ? '' : trimXml(child.text))
  }
  const qualified = wrapper.children[0] === undefined || wrapper.children[0].namespace === wrapper.namespace
  return { message: { header: { ...header, soap, bodyNamespace: wrapper.namespace, qualified }, id, fields } }
}

function partOf(envelope: XmlElement, name: 'Header' | 'Body'): XmlElement | undefined | 'twice' {
  const found = envelope.children.filter((each) => each.local === name && each.namespace === envelope.namespace)
  return found.length > 1 ? 'twice' : found[0]
}

function duplicateIn(parent: XmlElement): string | undefined {
  const seen = new Set<string>()
  for (const child of parent.children) {
    const name = `{${child.namespace}}${child.local}`
    if (seen.has(name)) return child.local
    seen.add(name)
    if (child.namespace !== xroadNamespace) continue
    const inner = duplicateIn(child)
    if (inner !== undefined) return inner
  }
  return undefined
}

function wrongObjectType(element: XmlElement | undefined, expected: string): string | undefined {
  if (element === undefined) return undefined
  const type = attributeOf(element, identifiersNamespace, 'objectType')
  if (type === undefined) return 'Missing objectType attribute'
  return type === expected ? undefined : `Unexpected objectType: ${type}`
}

function subsystemOf(element: XmlElement | undefined): SubsystemId | undefined {
  const xRoadInstance = partOfId(element, 'xRoadInstance')
  const memberClass = partOfId(element, 'memberClass')
  const memberCode = partOfId(element, 'memberCode')
  const subsystemCode = partOfId(element, 'subsystemCode')
  if (xRoadInstance === undefined || memberClass === undefined) return undefined
  if (memberCode === undefined || subsystemCode === undefined) return undefined
  return { xRoadInstance, memberClass, memberCode, subsystemCode }
}

function serviceOf(element: XmlElement | undefined): ServiceId | undefined {
  const subsystem = subsystemOf(element)
  const serviceCode = partOfId(element, 'serviceCode')
  if (subsystem === undefined || serviceCode === undefined) return undefined
  const serviceVersion = partOfId(element, 'serviceVersion')
  return serviceVersion === undefined ? { ...subsystem, serviceCode } : { ...subsystem, serviceCode, serviceVersion }
}

function partOfId(element: XmlElement | undefined, name: string): string | undefined {
  return nonEmpty(element?.children.find((each) => each.local === name && each.namespace === identifiersNamespace))
}

function nonEmpty(element: XmlElement | undefined): string | undefined {
  const text = trimXml(element?.text ?? '')
  return text === '' ? undefined : text
}

function missing(field: string): { fault: SoapFault } {
  return refuse('Client.MissingHeaderField', `Required field '${field}' is missing`)
}

function refuse(code: string, message: string): { fault: SoapFault } {
  return { fault: { code, message } }
}
