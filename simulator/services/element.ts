/** Writes an element that was read, with other prefixes. */
import type { XmlElement } from '../../src/trembita/xml.ts'
import { escapeXml } from '../../src/trembita/xml-writer.ts'

/**
 * The element with its children, and the texts and attributes exactly as they came. `prefixes` are those declared around it, by namespace;
 * it declares others itself. Attributes of foreign namespaces (of SOAP, of XML Schema) are for whoever read the request, and left out.
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
