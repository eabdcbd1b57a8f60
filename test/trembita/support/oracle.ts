/** An independent XML library (libxml2) as the judge: how a document is parsed, and whether it is exactly an answer to a request. */
import { XmlElement as OracleElement, ParseOption, XmlCData, XmlComment, XmlDocument, XmlText } from 'libxml2-wasm'
import type { ServiceDefinition } from '../../../src/trembita/envelope.ts'
import type { XmlElement } from '../../../src/trembita/xml.ts'

/** A document in a form that both sides can produce. */
export interface Tree {
  readonly namespace: string
  readonly local: string
  readonly attributes: readonly string[]
  readonly text: string
  readonly children: readonly Tree[]
}

/** The bridge to libxml2 loses a U+FEFF at the start of some strings, so it is ignored on both sides. */
const plain = (value: string) => value.replaceAll('\ufeff', '')

/** Our reader's tree, for comparison. */
export function ours(element: XmlElement): Tree {
  const { namespace, local } = element
  const attributes = element.attributes.map((each) => `{${each.namespace}}${each.local}=${plain(each.value)}`).sort()
  return { namespace, local, attributes, text: plain(element.text), children: element.children.map(ours) }
}

function theirs(element: OracleElement): Tree {
  const children: Tree[] = []
  let text = ''
  for (let node = element.firstChild; node !== null; node = node.next) {
    if (node instanceof OracleElement) children.push(theirs(node))
    else if (node instanceof XmlText || node instanceof XmlCData) text += node.content
    else if (!(node instanceof XmlComment)) throw new Error('the oracle met a node that we refuse')
  }
  const attributes = element.attrs.map((each) => `{${each.namespaceUri}}${each.name}=${plain(each.value)}`).sort()
  return { namespace: element.namespaceUri, local: element.name, attributes, text: plain(text), children }
}

/** The document parsed by libxml2; undefined if it refuses it. `judge` may also query it by XPath. */
export function oracle<T>(bytes: Uint8Array, judge: (document: XmlDocument, tree: () => Tree) => T): T | undefined {
  let parsed: XmlDocument
  try {
    parsed = XmlDocument.fromBuffer(bytes, { option: ParseOption.XML_PARSE_NONET | ParseOption.XML_PARSE_NOERROR })
  } catch {
    return undefined
  }
  try {
    return judge(parsed, () => theirs(parsed.root))
  } finally {
    parsed.dispose()
  }
}

const namespaces = { x: 'http://x-road.eu/xsd/xroad.xsd', i: 'http://x-road.eu/xsd/identifiers' }
const soaps = ['http://schemas.xmlsoap.org/soap/envelope/', 'http://www.w3.org/2003/05/soap-envelope']

/**
 * The status in a document if it is exactly an answer to the request with this id (spec 3.2, 2.6), in XPath and without our code: `0`, `1`,
 * another status text, or undefined if it is not an answer.
 */
export function statusByOracle(document: XmlDocument, definition: ServiceDefinition, id: string): string | undefined {
  for (const s of soaps) {
    const holds = conditions(definition, id).every(
      (path) => document.find(`/s:Envelope[${path}]`, { ...namespaces, s }).length === 1,
    )
    if (!holds) continue
    const wrapper = `/s:Envelope/s:Body/*[local-name()='${definition.service.serviceCode}Response']`
    const [status, ...more] = document.find(`${wrapper}/*[local-name()='PasStatus'][not(*)]`, { ...namespaces, s })
    const all = document.find("/s:Envelope/s:Body//*[local-name()='PasStatus' or local-name()='Status']", {
      ...namespaces,
      s,
    })
    if (status === undefined || more.length > 0 || all.length !== 1) return undefined
    return document
      .find(`${wrapper}/*[local-name()='PasStatus']/text()`, { ...namespaces, s })
      .map((node) => node.content)
      .join('')
      .replace(/^[ \t\r\n]+|[ \t\r\n]+$/g, '')
  }
  return undefined
}

/** Conditions on the Envelope, as predicates. */
function conditions({ client, service, userId }: ServiceDefinition, id: string): string[] {
  const text = (path: string, value: string) =>
    `count(${path})=1 and not(${path}/*) and normalize-space(${path})='${value}' and not(contains(${path},'\u00a0'))`
  const identifier = (block: string, type: string, parts: object) => {
    const path = `s:Header/x:${block}`
    const entries = Object.entries(parts).filter(([, value]) => value !== undefined)
    return [
      `count(${path})=1 and ${path}/@i:objectType='${type}' and count(${path}/*)=${entries.length}`,
      ...entries.map(([name, value]) => text(`${path}/i:${name}`, String(value))),
    ]
  }
  const version = 's:Header/x:protocolVersion'
  const minor = `substring-after(normalize-space(${version}),'4.')`
  const isFour = `starts-with(normalize-space(${version}),'4.') and ${minor}!='' and translate(${minor},'0123456789','')=''`
  return [
    'count(*)=2 and *[1][self::s:Header] and *[2][self::s:Body]',
    text('s:Header/x:id', id),
    text('s:Header/x:userId', userId),
    ...identifier('client', 'SUBSYSTEM', client),
    ...identifier('service', 'SERVICE', service),
    `not(${version}) or (count(${version})=1 and not(${version}/*) and ${isFour})`,
    `count(s:Body/*)=1 and local-name(s:Body/*)='${service.serviceCode}Response'`,
  ]
}
