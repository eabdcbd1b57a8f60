/** Reads a request's envelope and checks it in X-Road's order, up to "wrapper starts with the serviceCode" (spec 3.4). */
import { type SoapVersion, soapVersionOf } from '../../src/trembita/protocol.ts'
import { trimXml, type XmlElement } from '../../src/trembita/xml.ts'
import type { SoapFault } from './fault.ts'
import { faultWhileReading, type HeaderFields, readFields } from './header.ts'

/** A request's header without the id; the same in every request of one client to one service. */
export interface RequestHeader extends Omit<HeaderFields, 'id'> {
  readonly soap: SoapVersion
  /** The wrapper's namespace ('' for none) and whether its children are in it; the answer uses the same. */
  readonly bodyNamespace: string
  readonly qualified: boolean
}

/** A well-formed request. `fields` are the wrapper's children by local name, trimmed. */
export interface RequestMessage {
  readonly header: RequestHeader
  readonly id: string
  readonly fields: ReadonlyMap<string, string>
}

/** A message, or the fault to answer with. */
export type ReadMessage = { readonly message: RequestMessage } | { readonly fault: SoapFault }

const oneChild = 'Malformed SOAP message: body must have exactly one child element'

/** Reads a message from its tree. `soap` is the version of the content type, and the envelope must have the same. */
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
  // X-Road checks these while it reads, and missing fields when the envelope ends.
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
    // A repeated field is ambiguous, so the registry treats it as empty.
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
