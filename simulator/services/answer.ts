/** Writes answers: the request's own header, in Trembita's style (different order and prefixes) or unchanged, and the service's body. */
import { envelopeNamespaces, identifiersNamespace, xroadNamespace } from '../../src/trembita/protocol.ts'
import type { XmlElement } from '../../src/trembita/xml.ts'
import { escapeXml, xmlElement } from '../../src/trembita/xml-writer.ts'
import type { UnzrRecord } from '../registries/records.ts'
import type { RequestHeader } from '../security-server/message.ts'
import { actsContent, type DracsNames } from './death-acts.ts'
import type { Reply } from './service.ts'

/** How headers are written: as the client's own security server rewrites them, or unchanged. */
export type AnswerStyle = 'trembita' | 'plain'

interface Dialect {
  readonly soap: string
  readonly xroad: string
  readonly identifiers: string
  readonly body: string
  /** The fields that come first in the header; the others keep their order. */
  readonly order: readonly string[]
}

const dialects: Readonly<Record<AnswerStyle, Dialect>> = {
  trembita: {
    soap: 'SOAP-ENV',
    xroad: 'xroad',
    identifiers: 'id',
    body: 'ns1',
    order: ['protocolVersion', 'id', 'issue', 'userId', 'service', 'client'],
  },
  plain: {
    soap: 'soapenv',
    xroad: 'xro',
    identifiers: 'iden',
    body: '',
    order: [],
  },
}

const descriptions: Readonly<Record<string, string>> = {
  '0': 'Record not found',
  '1': 'Record found',
  '-1': 'Mandatory fields are not filled in or filled in incorrectly',
  '-2': 'Internal server error',
}
const hashAlgorithm = 'http://www.w3.org/2001/04/xmlenc#sha512'

/** The constant parts of every answer to one client about one service. */
export interface AnswerFrame {
  readonly beforeId: string
  readonly afterId: string
  readonly beforeHash: string
  readonly afterHash: string
  readonly beforeBody: string
  readonly end: string
  readonly childPrefix: string
}

/** Prepares the frame of the answers to requests with this header. */
export function answerFrame(style: AnswerStyle, header: RequestHeader): AnswerFrame {
  const dialect = dialects[style]
  const { soap, xroad } = dialect
  const [beforeId = '', afterId = ''] = fieldsOf(dialect, header)
  const { open, close, childPrefix } = wrapperOf(dialect, header)
  return {
    beforeId:
      `<?xml version="1.0" encoding="UTF-8"?><${soap}:Envelope xmlns:${soap}="${envelopeNamespaces[header.soap]}"` +
      ` xmlns:${xroad}="${xroadNamespace}" xmlns:${dialect.identifiers}="${identifiersNamespace}"><${soap}:Header>${beforeId}`,
    afterId,
    beforeHash: `<${xroad}:requestHash algorithmId="${hashAlgorithm}">`,
    afterHash: `</${xroad}:requestHash>`,
    beforeBody: `</${soap}:Header><${soap}:Body>${open}`,
    end: `${close}</${soap}:Body></${soap}:Envelope>`,
    childPrefix,
  }
}

/** A complete answer. `hash` is the base64 of the request's SHA-512; undefined omits requestHash. */
export function writeAnswer(frame: AnswerFrame, id: string, hash: string | undefined, content: string): string {
  const requestHash = hash === undefined ? '' : frame.beforeHash + hash + frame.afterHash
  return frame.beforeId + escapeXml(id) + frame.afterId + requestHash + frame.beforeBody + content + frame.end
}

/**
 * The wrapper's children. checkunzr returns Status and Description, the passport services PasStatus, unzr Info, InfoRNOKPPDRFO Result and
 * Errormsg, the register of civil status ResultCode, ResultData and ErrorInfo.
 */
export function replyContent(
  reply: Exclude<Reply, { kind: 'fault' }>,
  service: string,
  prefix: string,
  names: DracsNames,
): string {
  if (reply.kind === 'acts') return actsContent(reply, service, prefix, names)
  if (reply.kind === 'info') return infoContent(reply.person, prefix)
  if (reply.kind === 'result') {
    const name = `${prefix}${reply.element ?? 'Result'}`
    return (
      reply.results.map((result) => xmlElement(name, result)).join('') + xmlElement(`${prefix}Errormsg`, reply.message)
    )
  }
  if (service !== 'checkunzr') return xmlElement(`${prefix}PasStatus`, reply.status)
  const description = xmlElement(`${prefix}Description`, descriptions[reply.status] ?? 'Unknown status')
  return xmlElement(`${prefix}Status`, reply.status) + description
}

function infoContent(person: UnzrRecord | undefined, prefix: string): string {
  if (person === undefined) return `<${prefix}Info/>`
  const field = (name: string, value: string | null | undefined) =>
    value === null || value === undefined ? '' : xmlElement(prefix + name, value)
  return (
    `<${prefix}Info>${field('firstName', person.given_name)}${field('lastName', person.family_name)}` +
    `${field('middleName', person.patronymic_name)}${field('rnokpp', person.rnokpp)}${field('gender', person.gender)}` +
    `${field('dateBirth', person.date_birth)}${documentsContent(person.documents ?? [], prefix)}</${prefix}Info>`
  )
}

function documentsContent(documents: NonNullable<UnzrRecord['documents']>, prefix: string): string {
  if (documents.length === 0) return ''
  const one = (document: (typeof documents)[number]) =>
    Object.entries(document)
      .filter(([name, value]) => value !== null && /^[A-Za-z_][\w.-]*$/.test(name))
      .map(([name, value]) => xmlElement(prefix + camelCase(name), String(value)))
      .join('')
  const all = documents.map((document) => `<${prefix}document>${one(document)}</${prefix}document>`).join('')
  return `<${prefix}documents>${all}</${prefix}documents>`
}

function camelCase(name: string): string {
  return name.replaceAll(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
}

/** The request's header fields with their values, split at the text of the id. */
function fieldsOf({ xroad, identifiers, order }: Dialect, { copied }: RequestHeader): string[] {
  const prefixes = new Map([
    [xroadNamespace, xroad],
    [identifiersNamespace, identifiers],
  ])
  const idMark = '\u0000'
  const isNamed = ({ namespace, local }: XmlElement, name: string) => namespace === xroadNamespace && local === name
  const first = order.flatMap((name) => copied.filter((field) => isNamed(field, name)))
  return [...first, ...copied.filter((field) => !first.includes(field))]
    .map((field) => (isNamed(field, 'id') ? `<${xroad}:id>${idMark}</${xroad}:id>` : writeElement(field, prefixes)))
    .join('')
    .split(idMark)
}

/** The answer's wrapper has the request's namespace; its children have it if the request's did. */
function wrapperOf(dialect: Dialect, header: RequestHeader): { open: string; close: string; childPrefix: string } {
  const name = `${header.service.serviceCode}Response`
  const namespace = escapeXml(header.bodyNamespace)
  if (header.bodyNamespace === '') return { open: `<${name}>`, close: `</${name}>`, childPrefix: '' }
  if (header.qualified && dialect.body === '') {
    return { open: `<${name} xmlns="${namespace}">`, close: `</${name}>`, childPrefix: '' }
  }
  const prefix = dialect.body === '' ? 'body' : dialect.body
  return {
    open: `<${prefix}:${name} xmlns:${prefix}="${namespace}">`,
    close: `</${prefix}:${name}>`,
    childPrefix: header.qualified ? `${prefix}:` : '',
  }
}

/**
 * The element with its children; texts and attributes are unchanged. `prefixes` are those already declared, by namespace; it declares
 * others itself. Attributes of foreign namespaces (SOAP, XML Schema) are omitted, since they concern only the request.
 */
function writeElement(element: XmlElement, prefixes: ReadonlyMap<string, string>): string {
  const { namespace, local, attributes, children, text } = element
  const isNew = namespace !== '' && !prefixes.has(namespace)
  const known = isNew ? new Map([...prefixes, [namespace, `x${prefixes.size}`]]) : prefixes
  const named = (space: string, name: string) => (space === '' ? name : `${known.get(space)}:${name}`)
  const declaration = isNew ? ` xmlns:${known.get(namespace)}="${escapeXml(namespace)}"` : ''
  const kept = attributes
    .filter((each) => each.namespace === '' || known.has(each.namespace))
    .map((each) => ` ${named(each.namespace, each.local)}="${escapeXml(each.value)}"`)
  const name = named(namespace, local)
  const content = children.length === 0 ? escapeXml(text) : children.map((each) => writeElement(each, known)).join('')
  return `<${name}${declaration}${kept.join('')}>${content}</${name}>`
}
