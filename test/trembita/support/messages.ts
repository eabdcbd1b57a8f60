/** Messages of the other side, written by hand, so that tests do not repeat the code's own assumptions. */

import { type RegistriesSettings, serviceNames } from '../../../src/registries/services.ts'
import type { ServiceDefinition } from '../../../src/trembita/envelope.ts'
import type { GroupSettings, ServiceSettings } from '../../../src/trembita/settings.ts'

export const code = 'CheckPassportDMSStatus'
export const soap11 = 'http://schemas.xmlsoap.org/soap/envelope/'
export const soap12 = 'http://www.w3.org/2003/05/soap-envelope'

/** The usual service of tests: SOAP 1.2 without a namespace. */
export function serviceSettings(name: string, changed: Partial<ServiceSettings> = {}): ServiceSettings {
  const elements = { element: name, answerElement: `${name}Response` }
  return {
    code: name,
    soapVersion: '1.2',
    action: `urn:${name}`,
    qualified: true,
    empty: 'omit',
    ...elements,
    ...changed,
  }
}

/** The service groups, each with all services, made by `of`. */
export function groupsOf(
  of: (name: string) => ServiceSettings = serviceSettings,
  changed: Partial<GroupSettings> = {},
): RegistriesSettings['groups'] {
  const group = (memberCode: string, subsystemCode: string): GroupSettings => ({
    client: { memberClass: 'GOV', memberCode: '42032422', subsystemCode: 'zvirka' },
    service: { memberClass: 'GOV', memberCode, subsystemCode },
    rateLimit: 'off',
    concurrency: 16,
    services: Object.fromEntries(serviceNames.map((name) => [name, of(name)])),
    ...changed,
  })
  const executor = { edrpou: '42032422', rnokpp: '3184710691', fullName: 'Виконавець Тест' }
  return {
    mvs: group('00032684', '20_EIS_prod'),
    drfo: { ...group('43005393', 'DRFO_demo'), executor },
    dracs: group('00015622', 'DRACS_demo'),
  }
}

export const settings: RegistriesSettings = {
  urls: [],
  timeoutMs: 5_000,
  maxResponseBytes: 1_048_576,
  maxConnections: 8,
  tls: {},
  instance: 'SEVDEIR-TEST',
  userId: 'tester',
  protocolVersion: '4.0',
  groups: groupsOf(),
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
  element: code,
  answerElement: `${code}Response`,
}

/** The header blocks of an answer, one by one, so that a test can drop, double or change one. */
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
