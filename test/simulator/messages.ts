/** Requests as a client writes them, with any possible defect. */
import {
  envelopeNamespaces,
  identifiersNamespace,
  type SoapVersion,
  xroadNamespace,
} from '../../src/trembita/protocol.ts'

/** The parts of a request; each may be replaced by a wrong one. */
export interface Parts {
  soap: SoapVersion
  /** Before the envelope. */
  prolog: string
  client: string
  service: string
  userId: string
  id: string
  protocolVersion: string
  /** More header blocks. */
  more: string
  body: string
}

/** The default id of requests. */
export const messageId = '4f5c1c0e-7c5b-4f0a-9a35-0d6f6d5f3f11'

/** Children from element names and texts. */
export function children(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<${name}>${value}</${name}>`)
    .join('')
}

/** The parts of an identifier. */
export function identifier(fields: Readonly<Record<string, string>>): string {
  return Object.entries(fields)
    .map(([name, value]) => `<iden:${name}>${value}</iden:${name}>`)
    .join('')
}

/** A client's block. */
export function clientBlock(
  fields: Readonly<Record<string, string>> = {},
  attribute = 'iden:objectType="SUBSYSTEM"',
): string {
  const id = {
    xRoadInstance: 'SEVDEIR-TEST',
    memberClass: 'GOV',
    memberCode: '42032422',
    subsystemCode: 'zvirka',
    ...fields,
  }
  return `<xro:client ${attribute}>${identifier(id)}</xro:client>`
}

/** A service's block. */
export function serviceBlock(
  fields: Readonly<Record<string, string>>,
  attribute = 'iden:objectType="SERVICE"',
): string {
  const provider = {
    xRoadInstance: 'SEVDEIR-TEST',
    memberClass: 'GOV',
    memberCode: '00032684',
    subsystemCode: '20_EIS_prod',
  }
  return `<xro:service ${attribute}>${identifier({ ...provider, ...fields })}</xro:service>`
}

/** A valid request to one service, except for the replaced parts. */
export function message(
  serviceCode: string,
  fields: Readonly<Record<string, string>>,
  wrong: Partial<Parts> = {},
): string {
  const parts: Parts = {
    soap: '1.2',
    prolog: '',
    client: clientBlock(),
    service: serviceBlock({ serviceCode }),
    userId: '<xro:userId>tester</xro:userId>',
    id: `<xro:id>${messageId}</xro:id>`,
    protocolVersion: '<xro:protocolVersion>4.0</xro:protocolVersion>',
    more: '',
    body: `<env:Body><${serviceCode}>${children(fields)}</${serviceCode}></env:Body>`,
    ...wrong,
  }
  const header = parts.client + parts.service + parts.userId + parts.id + parts.protocolVersion + parts.more
  return (
    `${parts.prolog}<env:Envelope xmlns:env="${envelopeNamespaces[parts.soap]}" xmlns:xro="${xroadNamespace}" ` +
    `xmlns:iden="${identifiersNamespace}"><env:Header>${header}</env:Header>${parts.body}</env:Envelope>`
  )
}

/** A question about a passport to the invalid-passport service. */
export function invalidPassportQuestion(number = '123456', wrong: Partial<Parts> = {}): string {
  return message('CheckPassportDMSStatus', { PassType: '0101', PasSerial: 'АА', PasNumber: number }, wrong)
}

const contentTypes: Readonly<Record<SoapVersion, string>> = {
  '1.1': 'text/xml; charset=utf-8',
  '1.2': 'application/soap+xml;charset=UTF-8;action="urn:CheckPassportDMSStatus"',
}

/** A raw answer. */
export interface Answered {
  readonly status: number
  readonly contentType: string | null
  readonly transactionId: string | null
  readonly text: string
}

/** Posts a message and reads the whole answer; `headers` override those of a valid request. */
export async function post(
  url: string,
  body: string,
  options: { soap?: SoapVersion; method?: string; headers?: Record<string, string> } = {},
): Promise<Answered> {
  const soap = options.soap ?? '1.2'
  const method = options.method ?? 'POST'
  const response = await fetch(url, {
    method,
    headers: options.headers ?? { 'content-type': contentTypes[soap] },
    redirect: 'manual',
    ...(method === 'GET' || method === 'HEAD' ? {} : { body: Buffer.from(body) }),
  })
  return {
    status: response.status,
    contentType: response.headers.get('content-type'),
    transactionId: response.headers.get('uxp-transaction-id'),
    text: await response.text(),
  }
}

/** The text of the first element with that local name. */
export function textOf(xml: string, local: string): string | undefined {
  return new RegExp(`<(?:[\\w-]+:)?${local}(?:\\s[^>]*)?>([^<]*)<`).exec(xml)?.[1]
}

/** The platform's code in a fault of either version of SOAP. */
export function faultCode(xml: string): string | undefined {
  return textOf(xml, 'faultcode') ?? /Subcode>\s*<[\w-]+:Value>([^<]*)</.exec(xml)?.[1] ?? textOf(xml, 'Value')
}
