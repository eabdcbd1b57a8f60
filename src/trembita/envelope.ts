/**
 * Writes requests (spec 3.1). Everything except the id and the values is computed once per service, so a message is a few joined strings.
 */
import {
  envelopeNamespaces,
  headerAroundId,
  headerPrefixDeclarations,
  type ServiceId,
  type SubsystemId,
} from './protocol.ts'
import type { ServiceSettings } from './settings.ts'
import { escapeXml, isXmlText } from './xml-writer.ts'

/** What all messages of one service have in common. */
export interface ServiceDefinition extends Omit<ServiceSettings, 'code' | 'version'> {
  readonly client: SubsystemId
  readonly service: ServiceId
  readonly userId: string
  readonly protocolVersion: string
}

/** A value of the request. Undefined is omitted or sent as an empty element, as the service requires. */
export type Value = string | undefined

/** Writes the messages of one service. */
export interface RequestTemplate {
  /** HTTP headers; names and values alternate. */
  readonly headers: readonly string[]
  /** The whole message; undefined if XML cannot represent one of the values. Values have the order of the template's children. */
  write(id: string, values: readonly Value[]): string | undefined
}

const xmlName = /^[\p{L}_][\p{L}\p{N}._-]*$/u
const headerText = /^[\x21\x23-\x5b\x5d-\x7e]+$/

/** Prepares the messages of a service whose request has these children. Throws if a name in the definition is not allowed in XML. */
export function createTemplate(definition: ServiceDefinition, children: readonly string[]): RequestTemplate {
  const { service, action, namespace, empty, element } = definition
  if (!xmlName.test(element)) throw new Error(`the request of ${service.serviceCode} cannot be an element: ${element}`)
  if (!headerText.test(action)) throw new Error(`the action of ${service.serviceCode} cannot stand in an HTTP header`)
  const wrapper = namespace === undefined ? element : `ns:${element}`
  const child = (name: string) => (namespace !== undefined && definition.qualified ? `ns:${name}` : name)
  const declaration = namespace === undefined ? '' : ` xmlns:ns="${escapeXml(namespace)}"`
  const header = headerAroundId(definition)
  const before =
    `<env:Envelope xmlns:env="${envelopeNamespaces[definition.soapVersion]}" ${headerPrefixDeclarations}>` +
    `<env:Header>${header.before}`
  const between = `${header.after}</env:Header><env:Body><${wrapper}${declaration}>`
  const after = `</${wrapper}></env:Body></env:Envelope>`
  const tags = children.map(child).map((name) => ({
    open: `<${name}>`,
    close: `</${name}>`,
    absent: empty === 'element' ? `<${name}/>` : '',
  }))
  return {
    headers: httpHeaders(definition),
    write(id, values) {
      let body = ''
      for (const [index, { open, close, absent }] of tags.entries()) {
        const value = values[index]
        if (value === undefined) {
          body += absent
          continue
        }
        if (!isXmlText(value)) return undefined
        body += open + escapeXml(value) + close
      }
      return before + id + between + body + after
    },
  }
}

function httpHeaders({ soapVersion, action }: ServiceDefinition): readonly string[] {
  return soapVersion === '1.2'
    ? ['content-type', `application/soap+xml;charset=UTF-8;action="${action}"`]
    : ['content-type', 'text/xml; charset=utf-8', 'SOAPAction', `"${action}"`]
}
