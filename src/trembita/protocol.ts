/** X-Road Message Protocol 4.0 as used by Trembita (spec 3.1): names and the header, shared by client and simulator. */
import { escapeXml } from './xml-writer.ts'

/** Namespace of client, service, userId, id, issue, protocolVersion and requestHash. */
export const xroadNamespace = 'http://x-road.eu/xsd/xroad.xsd'
/** Namespace of the parts of an identifier and of the attribute objectType. */
export const identifiersNamespace = 'http://x-road.eu/xsd/identifiers'
/** Names of the header blocks, in the order in which they are sent. */
export const headerNames = {
  client: 'client',
  service: 'service',
  userId: 'userId',
  id: 'id',
  issue: 'issue',
  protocolVersion: 'protocolVersion',
  requestHash: 'requestHash',
} as const
/** The HTTP response header with the transaction id, which identifies the exchange in the security servers' logs. */
export const transactionIdHeader = 'uxp-transaction-id'

/** A SOAP version; each service uses one of them. */
export type SoapVersion = '1.1' | '1.2'

/** The envelope namespace of each version. */
export const envelopeNamespaces: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'http://schemas.xmlsoap.org/soap/envelope/',
  '1.2': 'http://www.w3.org/2003/05/soap-envelope',
}

/** The SOAP version of an envelope namespace. */
export function soapVersionOf(namespace: string): SoapVersion | undefined {
  if (namespace === envelopeNamespaces['1.2']) return '1.2'
  if (namespace === envelopeNamespaces['1.1']) return '1.1'
  return undefined
}

/** A member's subsystem, which sends or serves requests. */
export interface SubsystemId {
  readonly xRoadInstance: string
  readonly memberClass: string
  readonly memberCode: string
  readonly subsystemCode: string
}

/** A service of a subsystem. */
export interface ServiceId extends SubsystemId {
  readonly serviceCode: string
  readonly serviceVersion?: string | undefined
}

/** The content of a header. Each attempt has a new `id`. */
interface XroadHeader {
  readonly client: SubsystemId
  readonly service: ServiceId
  readonly userId: string
  readonly id: string
  readonly protocolVersion: string
}

/** The namespace declarations that `headerXml` requires on an enclosing element. */
export const headerPrefixDeclarations = `xmlns:xro="${xroadNamespace}" xmlns:iden="${identifiersNamespace}"`

/** The header before and after the text of the id, to send many similar messages cheaply. */
export function headerAroundId(header: Omit<XroadHeader, 'id'>): { before: string; after: string } {
  const { client, service, userId, protocolVersion } = header
  const version = service.serviceVersion === undefined ? '' : identifier('serviceVersion', service.serviceVersion)
  return {
    before:
      `<xro:client iden:objectType="SUBSYSTEM">${subsystem(client)}</xro:client>` +
      `<xro:service iden:objectType="SERVICE">${subsystem(service)}${identifier('serviceCode', service.serviceCode)}${version}</xro:service>` +
      `<xro:userId>${escapeXml(userId)}</xro:userId><xro:id>`,
    after: `</xro:id><xro:protocolVersion>${escapeXml(protocolVersion)}</xro:protocolVersion>`,
  }
}

/** The header blocks in the order of spec 3.1, without the enclosing Header element. */
export function headerXml(header: XroadHeader): string {
  const { before, after } = headerAroundId(header)
  return before + escapeXml(header.id) + after
}

function subsystem(id: SubsystemId): string {
  return (
    identifier('xRoadInstance', id.xRoadInstance) +
    identifier('memberClass', id.memberClass) +
    identifier('memberCode', id.memberCode) +
    identifier('subsystemCode', id.subsystemCode)
  )
}

function identifier(name: string, value: string): string {
  return `<iden:${name}>${escapeXml(value)}</iden:${name}>`
}
