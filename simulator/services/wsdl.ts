/** A self-contained WSDL of a service: one document without imports. */
import { identifiersNamespace, type ServiceId, xroadNamespace } from '../../src/trembita/protocol.ts'
import { escapeXml } from '../../src/trembita/xml-writer.ts'
import type { SimulatedService, SimulatedServiceName } from './service.ts'

const headerBlocks = ['client', 'service', 'userId', 'id', 'protocolVersion'] as const

/** The WSDL for `GET /wsdl?xRoadInstance=…&serviceCode=…`; `url` is the service's address. */
export function wsdlOf(service: SimulatedService, id: ServiceId, url: string): string {
  const { name, wsdl } = service
  const { namespace, action, element } = wsdl ?? { namespace: `urn:${name}`, action: `urn:${name}`, element: name }
  return (
    '<?xml version="1.0" encoding="UTF-8"?>\n' +
    `<wsdl:definitions name="${name}" targetNamespace="${namespace}" xmlns:tns="${namespace}" xmlns:xsd="http://www.w3.org/2001/XMLSchema"` +
    ' xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"' +
    ` xmlns:soap12="http://schemas.xmlsoap.org/wsdl/soap12/" xmlns:xroad="${xroadNamespace}" xmlns:id="${identifiersNamespace}">\n` +
    `<wsdl:documentation>${escapeXml(documentationOf(id))}</wsdl:documentation>\n` +
    `<wsdl:types>\n${identifiersSchema}\n${xroadSchema}\n${bodySchema(service, namespace)}\n</wsdl:types>\n` +
    `${messagesOf(name, element)}\n` +
    `<wsdl:portType name="${name}PortType"><wsdl:operation name="${name}"><wsdl:input message="tns:${name}"/>` +
    `<wsdl:output message="tns:${name}Response"/></wsdl:operation></wsdl:portType>\n` +
    `${bindingOf(name, action, 'soap')}\n${bindingOf(name, action, 'soap12')}\n` +
    `<wsdl:service name="${name}Service">${portOf(name, 'soap', url)}${portOf(name, 'soap12', url)}</wsdl:service>\n` +
    '</wsdl:definitions>\n'
  )
}

function documentationOf(id: ServiceId): string {
  return `SERVICE:${id.xRoadInstance}/${id.memberClass}/${id.memberCode}/${id.subsystemCode}/${id.serviceCode} (simulated)`
}

const identifierParts = ['xRoadInstance', 'memberClass', 'memberCode', 'subsystemCode', 'serviceCode', 'serviceVersion']

function identifierType(name: string, type: string, parts: readonly string[]): string {
  const elements = parts
    .map((part) => `<xsd:element ref="id:${part}"${part === 'serviceVersion' ? ' minOccurs="0"' : ''}/>`)
    .join('')
  return (
    `<xsd:complexType name="${name}"><xsd:sequence>${elements}</xsd:sequence>` +
    `<xsd:attribute ref="id:objectType" use="required" fixed="${type}"/></xsd:complexType>`
  )
}

const identifiersSchema =
  `<xsd:schema targetNamespace="${identifiersNamespace}" elementFormDefault="qualified">` +
  '<xsd:attribute name="objectType" type="xsd:string"/>' +
  identifierParts.map((part) => `<xsd:element name="${part}" type="xsd:string"/>`).join('') +
  identifierType('ClientIdentifier', 'SUBSYSTEM', identifierParts.slice(0, 4)) +
  identifierType('ServiceIdentifier', 'SERVICE', identifierParts) +
  '</xsd:schema>'

const xroadSchema =
  `<xsd:schema targetNamespace="${xroadNamespace}" elementFormDefault="qualified"><xsd:import namespace="${identifiersNamespace}"/>` +
  '<xsd:element name="client" type="id:ClientIdentifier"/><xsd:element name="service" type="id:ServiceIdentifier"/>' +
  ['userId', 'id', 'protocolVersion'].map((name) => `<xsd:element name="${name}" type="xsd:string"/>`).join('') +
  '</xsd:schema>'

function bodySchema(service: SimulatedService, namespace: string): string {
  const fields = service.request.map((field) => element(field.name, field.optional === true)).join('')
  const form = service.wsdl?.form ?? 'qualified'
  return (
    `<xsd:schema targetNamespace="${namespace}" elementFormDefault="${form}">` +
    `<xsd:element name="${service.wsdl?.element ?? service.name}"><xsd:complexType><xsd:sequence>${fields}</xsd:sequence></xsd:complexType></xsd:element>` +
    `<xsd:element name="${service.name}Response"><xsd:complexType><xsd:sequence>${responseOf(service.name)}</xsd:sequence>` +
    '</xsd:complexType></xsd:element></xsd:schema>'
  )
}

function responseOf(name: SimulatedServiceName): string {
  switch (name) {
    case 'checkunzr':
      return `<xsd:element name="Status" type="xsd:int"/>${element('Description', true)}`
    case 'CheckPassportStatus':
    case 'CheckPassportDMSStatus':
      return '<xsd:element name="PasStatus" type="xsd:int"/>'
    case 'InfoRNOKPPDRFO':
      return `<xsd:element name="Result" type="xsd:int"/>${element('Errormsg', true)}`
    case 'GetDeathArByFullNameAndBirthDate': {
      const children = `<xsd:element name="ResultCode" type="xsd:int"/>${element('ResultData', true)}${element('ErrorInfo', true)}`
      return `<xsd:element name="${name}Result"><xsd:complexType><xsd:sequence>${children}</xsd:sequence></xsd:complexType></xsd:element>`
    }
    case 'unzr': {
      const fields = ['firstName', 'lastName', 'middleName', 'rnokpp', 'gender', 'dateBirth']
      const document =
        '<xsd:element name="document" minOccurs="0" maxOccurs="unbounded"><xsd:complexType><xsd:sequence>' +
        '<xsd:any processContents="skip" minOccurs="0" maxOccurs="unbounded"/></xsd:sequence></xsd:complexType></xsd:element>'
      const documents = `<xsd:element name="documents" minOccurs="0"><xsd:complexType><xsd:sequence>${document}</xsd:sequence></xsd:complexType></xsd:element>`
      const all = fields.map((field) => element(field, true)).join('') + documents
      return `<xsd:element name="Info"><xsd:complexType><xsd:sequence>${all}</xsd:sequence></xsd:complexType></xsd:element>`
    }
  }
}

function element(name: string, isOptional: boolean): string {
  return `<xsd:element name="${name}" type="xsd:string"${isOptional ? ' minOccurs="0"' : ''}/>`
}

function messagesOf(name: string, request: string): string {
  const header = headerBlocks.map((block) => `<wsdl:part name="${block}" element="xroad:${block}"/>`).join('')
  return (
    `<wsdl:message name="header">${header}</wsdl:message>` +
    `<wsdl:message name="${name}"><wsdl:part name="parameters" element="tns:${request}"/></wsdl:message>` +
    `<wsdl:message name="${name}Response"><wsdl:part name="parameters" element="tns:${name}Response"/></wsdl:message>`
  )
}

type Soap = 'soap' | 'soap12'

function bindingOf(name: string, action: string, soap: Soap): string {
  const headers = headerBlocks
    .map((block) => `<${soap}:header message="tns:header" part="${block}" use="literal"/>`)
    .join('')
  const parts = `${headers}<${soap}:body parts="parameters" use="literal"/>`
  return (
    `<wsdl:binding name="${name}${soap}" type="tns:${name}PortType">` +
    `<${soap}:binding style="document" transport="http://schemas.xmlsoap.org/soap/http"/><wsdl:operation name="${name}">` +
    `<${soap}:operation soapAction="${escapeXml(action)}" style="document"/>` +
    `<wsdl:input>${parts}</wsdl:input><wsdl:output>${parts}</wsdl:output></wsdl:operation></wsdl:binding>`
  )
}

function portOf(name: string, soap: Soap, url: string): string {
  return `<wsdl:port name="${name}${soap}Port" binding="tns:${name}${soap}"><${soap}:address location="${escapeXml(url)}"/></wsdl:port>`
}
