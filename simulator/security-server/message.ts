/** Reads a request's envelope and checks it in X-Road's order, up to "wrapper starts with the serviceCode" (spec 3.4). */
import { type SoapVersion, soapVersionOf } from '../../src/trembita/protocol.ts'
import { trimXml, type XmlElement } from '../../src/trembita/xml.ts'
import type { SoapFault } from './fault.ts'
import { faultWhileReading, type HeaderFields, readFields } from './header.ts'

/** What a request says apart from its id and its question; the same in every request of one client to one service. */
export interface RequestHeader extends Omit<HeaderFields, 'id'> {
  readonly soap: SoapVersion
  /** The namespace of the wrapper ('' for none) and whether its children are in it; an answer is written alike. */
  readonly bodyNamespace: string
  readonly qualified: boolean
}

/** A request that passed the checks of its form. `fields` are the children of the wrapper by local name, without white space around. */
export interface RequestMessage {
  readonly header: RequestHeader
  readonly id: string
  readonly fields: ReadonlyMap<string, string>
}

/** A message, or why it is none. */
export type ReadMessage = { readonly message: RequestMessage } | { readonly fault: SoapFault }

const oneChild = 'Malformed SOAP message: body must have exactly one child element'

/** Reads a message from its tree. `soap` is the version that the content type names: the envelope must be of that one. */
export function readMessage(root: XmlElement, soap: SoapVersion): ReadMessage {
  const found = soapVersionOf(root.namespace)
  if (root.local !== 'Envelope' || found === undefined)
    return refuse('Client.InvalidSoap', 'Malformed SOAP message: envelope missing')
  if (found !== soap)
    return refuse('Client.InvalidSoap', 'The version of the envelope and the content type do not go together')
  const header = partOf(root, 'Header')
  const body = partOf(root, 'Body')
  if (header === 'twice' || body === 'twice')
    return refuse('Client.InvalidSoap', 'Malformed SOAP message: header or body is doubled')
  // X-Road looks at these while it reads, and at what is missing when the envelope ends.
  const fault = header === undefined ? undefined : faultWhileReading(header)
  if (fault !== undefined) return { fault }
  if (body !== undefined && body.children.length > 1) return refuse('Client.InvalidBody', oneChild)
  if (header === undefined) return refuse('Client.MissingHeader', 'Malformed SOAP message: header missing')
  const fields = readFields(header)
  if ('fault' in fields) return fields
  if (body === undefined) return refuse('Client.MissingBody', 'Malformed SOAP message: body missing')
  return readBody(body, soap, fields)
}

function readBody(body: XmlElement, soap: SoapVersion, { id, ...header }: HeaderFields): ReadMessage {
  const wrapper = body.children[0]
  if (wrapper === undefined) return refuse('Client.InvalidBody', oneChild)
  if (!wrapper.local.startsWith(header.service.serviceCode)) {
    return refuse(
      'Client.InconsistentHeaders',
      'Malformed SOAP message: service code does not match in header and body',
    )
  }
  const fields = new Map<string, string>()
  for (const child of wrapper.children) {
    // A field given twice has no value that could be meant: the registry finds it not filled in.
    fields.set(child.local, fields.has(child.local) ? '' : trimXml(child.text))
  }
  const qualified = wrapper.children[0] === undefined || wrapper.children[0].namespace === wrapper.namespace
  return { message: { header: { ...header, soap, bodyNamespace: wrapper.namespace, qualified }, id, fields } }
}

function partOf(envelope: XmlElement, name: 'Header' | 'Body'): XmlElement | undefined | 'twice' {
  const found = envelope.children.filter((each) => each.local === name && each.namespace === envelope.namespace)
  return found.length > 1 ? 'twice' : found[0]
}

function refuse(code: string, message: string): { fault: SoapFault } {
  return { fault: { code, message } }
}
