/** Messages of the other side, written by hand, so that the tests do not repeat the code's own idea of them. */
import type { ServiceDefinition } from '../../../src/trembita/envelope.ts'
import type { TrembitaSettings } from '../../../src/trembita/settings.ts'

export const code = 'CheckPassportDMSStatus'
export const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/'
export const soap12 = 'http://www.w3.org/2003/05/soap-envelope'

export const settings: TrembitaSettings = {
  urls: [],
  timeoutMs: 5_000,
  maxResponseBytes: 262_144,
  maxConnections: 8,
  tls: {},
  instance: 'SEVDEIR-TEST',
  userId: 'tester',
  protocolVersion: '4.0',
  client: { memberClass: 'GOV', memberCode: '42032422', subsystemCode: 'zvirka' },
  service: { memberClass: 'GOV', memberCode: '00032684', subsystemCode: '20_EIS_prod' },
  rateLimit: 'off',
  concurrency: 16,
  services: Object.fromEntries(
    [code, 'CheckPassportStatus', 'checkunzr', 'unzr'].map((name) => [
      name,
      { code: name, soapVersion: '1.2', action: `urn:${name}`, qualified: true, empty: 'omit' },
    ]),
  ),
}

export const definition: ServiceDefinition = {
  client: { xRoadInstance: 'SEVDEIR-TEST', memberClass: 'GOV', memberCode: '42032422', subsystemCode: 'zvirka' },
  service: {
    xRoadInstance: 'SEVDEIR-TEST',
    memberClass: 'GOV',
    memberCode: '00032684',
    subsystemCode: '20_EIS_prod',
    serviceCode: code,
  },
  userId: 'tester',
  protocolVersion: '4.0',
  soapVersion: '1.2',
  action: 'urn:x',
  qualified: true,
  empty: 'omit',
}

/** The header blocks of an answer, one by one, so that a test can leave out, double or change one. */
export function headerBlocks(id: string): Record<'client' | 'service' | 'userId' | 'id' | 'protocolVersion', string> {
  const member = (memberCode: string, subsystem: string) =>
    `<i:xRoadInstance>SEVDEIR-TEST</i:xRoadInstance><i:memberClass>GOV</i:memberClass><i:memberCode>${memberCode}</i:memberCode><i:subsystemCode>${subsystem}</i:subsystemCode>`
  return {
    client: `<x:client i:objectType="SUBSYSTEM">${member('42032422', 'zvirka')}</x:client>`,
    service: `<x:service i:objectType="SERVICE">${member('00032684', '20_EIS_prod')}<i:serviceCode>${code}</i:serviceCode></x:service>`,
    userId: '<x:userId>tester</x:userId>',
    id: `<x:id>${id}</x:id>`,
    protocolVersion: '<x:protocolVersion>4.0</x:protocolVersion>',
  }
}

export function envelope(header: string | undefined, body: string, namespace = soap11): string {
  const written = header === undefined ? '' : `<s:Header>${header}</s:Header>`
  return `<s:Envelope xmlns:s="${namespace}" xmlns:x="http://x-road.eu/xsd/xroad.xsd" xmlns:i="http://x-road.eu/xsd/identifiers">${written}<s:Body>${body}</s:Body></s:Envelope>`
}

export function header(id: string): string {
  return Object.values(headerBlocks(id)).join('')
}

export function answer(id: string, body = statusBody('0'), namespace = soap11): string {
  return envelope(header(id), body, namespace)
}

export function statusBody(status: string): string {
  return `<r:${code}Response xmlns:r="urn:r"><r:PasStatus>${status}</r:PasStatus></r:${code}Response>`
}

export function fault11(faultcode: string, detail = ''): string {
  return `<s:Fault><faultcode>${faultcode}</faultcode><faultstring>Passport АА123456</faultstring>${detail}</s:Fault>`
}

export function fault12(value: string, subcode?: string, detail = ''): string {
  const inner = subcode === undefined ? '' : `<s:Subcode><s:Value>${subcode}</s:Value></s:Subcode>`
  return `<s:Fault><s:Code><s:Value>${value}</s:Value>${inner}</s:Code><s:Reason><s:Text xml:lang="uk">ні</s:Text></s:Reason>${detail}</s:Fault>`
}

/** The id in a request. */
export function idOf(request: string): string {
  return /<xro:id>([^<]*)</.exec(request)?.[1] ?? ''
}
