/** Checks a request's header as X-Road's streaming parser does: problems are found in document order. */
import { identifiersNamespace, xroadNamespace } from '../../src/trembita/protocol.ts'
import { attributeOf, childrenOf, type XmlElement } from '../../src/trembita/xml.ts'
import type { SoapFault } from './fault.ts'
import type { MemberId, ProvidedServiceId } from './ids.ts'

/** The header's values exactly as sent: X-Road does not trim. */
export interface HeaderFields {
  readonly client: MemberId
  readonly service: ProvidedServiceId
  readonly id: string
  readonly userId: string | undefined
  /** X-Road's own fields in their order, for the answer; requestHash is not copied, because the answer has its own. */
  readonly copied: readonly XmlElement[]
}

/** The common prefix of X-Road's namespaces: header, identifiers, representation and security tokens. */
const xroadNamespaces = 'http://x-road.eu/xsd/'
const objectTypes: ReadonlyMap<string, readonly string[]> = new Map([
  ['client', ['MEMBER', 'SUBSYSTEM']],
  ['service', ['SERVICE']],
  ['securityServer', ['SERVER']],
])
const knownTypes = ['MEMBER', 'SUBSYSTEM', 'SERVICE', 'SERVER', 'GLOBALGROUP', 'LOCALGROUP']

/** The first problem of a single header field. */
export function faultWhileReading(header: XmlElement): SoapFault | undefined {
  const seen = new Set<string>()
  for (const field of header.children.filter(isXroads)) {
    const fault = duplicate(field, seen) ?? wrongObjectType(field) ?? duplicatePart(field) ?? wrongVersion(field)
    if (fault !== undefined) return fault
  }
  return undefined
}

/** The values of the fields; a fault if a required one is missing. */
export function readFields(header: XmlElement): HeaderFields | { fault: SoapFault } {
  const field = (name: string) => childrenOf(header, xroadNamespace, name)[0]
  const client = memberOf(field('client'))
  const id = field('id')?.text
  const service = serviceOf(field('service'))
  if (field('protocolVersion') === undefined) return missing('protocolVersion')
  if (client === undefined) return missing('client')
  if (id === undefined) return missing('id')
  if (service === undefined) return missing('service')
  const copied = header.children.filter((each) => isXroads(each) && each.local !== 'requestHash')
  return { client, service, id, userId: field('userId')?.text, copied }
}

function isXroads({ namespace }: XmlElement): boolean {
  return namespace.startsWith(xroadNamespaces)
}

function duplicate({ namespace, local }: XmlElement, seen: Set<string>): SoapFault | undefined {
  const name = `{${namespace}}${local}`
  if (!seen.has(name)) {
    seen.add(name)
    return undefined
  }
  return { code: 'Client.DuplicateHeaderField', message: `SOAP header contains duplicate field '${name}'` }
}

function duplicatePart(field: XmlElement): SoapFault | undefined {
  const seen = new Set<string>()
  return field.children.map((each) => duplicate(each, seen)).find((fault) => fault !== undefined)
}

function wrongObjectType(field: XmlElement): SoapFault | undefined {
  const expected = field.namespace === xroadNamespace ? objectTypes.get(field.local) : undefined
  if (expected === undefined) return undefined
  const type = attributeOf(field, identifiersNamespace, 'objectType')
  if (type !== undefined && expected.includes(type)) return undefined
  const isKnown = type !== undefined && knownTypes.includes(type)
  const message =
    type === undefined ? 'Missing objectType attribute' : `${isKnown ? 'Unexpected' : 'Unknown'} objectType: ${type}`
  return { code: 'Client.InvalidXml', message }
}

function wrongVersion({ namespace, local, text }: XmlElement): SoapFault | undefined {
  if (namespace !== xroadNamespace || local !== 'protocolVersion' || text.startsWith('4.')) return undefined
  const message = `Invalid protocol version (supported: 4.x, provided: ${text})`
  return { code: 'Client.InvalidProtocolVersion', message }
}

/** Undefined if a part is missing or blank; only the subsystem is optional. */
function memberOf(field: XmlElement | undefined): MemberId | undefined {
  const xRoadInstance = partOf(field, 'xRoadInstance')
  const memberClass = partOf(field, 'memberClass')
  const memberCode = partOf(field, 'memberCode')
  const subsystemCode = partOf(field, 'subsystemCode')
  if (!isFilled(xRoadInstance) || !isFilled(memberClass) || !isFilled(memberCode)) return undefined
  if (subsystemCode === undefined) return { xRoadInstance, memberClass, memberCode }
  return isFilled(subsystemCode) ? { xRoadInstance, memberClass, memberCode, subsystemCode } : undefined
}

function serviceOf(field: XmlElement | undefined): ProvidedServiceId | undefined {
  const member = memberOf(field)
  const serviceCode = partOf(field, 'serviceCode')
  if (member === undefined || !isFilled(serviceCode)) return undefined
  return { ...member, serviceCode, serviceVersion: partOf(field, 'serviceVersion') }
}

function partOf(field: XmlElement | undefined, name: string): string | undefined {
  return field === undefined ? undefined : childrenOf(field, identifiersNamespace, name)[0]?.text
}

function isFilled(part: string | undefined): part is string {
  return part !== undefined && part.trim() !== ''
}

function missing(field: string): { fault: SoapFault } {
  return { fault: { code: 'Client.MissingHeaderField', message: `Required field '${field}' is missing` } }
}
