/** Writes a parsed element with other prefixes. */
import type { XmlElement } from '../../src/trembita/xml.ts'
import { escapeXml } from '../../src/trembita/xml-writer.ts'

/**
 * The element with its children; texts and attributes are unchanged. `prefixes` are those already declared, by namespace; it declares
 * others itself. Attributes of foreign namespaces (SOAP, XML Schema) are omitted, since they concern only the request.
 */
export function writeElement(element: XmlElement, prefixes: ReadonlyMap<string, string>): string {
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
