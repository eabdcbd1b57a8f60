/** What a security server checks before it reads the message: method, action, content type; and where the message is in the body. */
import { MIMEType } from 'node:util'
import { firstPart } from '../../src/trembita/multipart.ts'
import type { SoapVersion } from '../../src/trembita/protocol.ts'
import type { SoapFault } from './fault.ts'

/** The checked parts of an HTTP request's head. */
export interface RequestHead {
  readonly method: string | undefined
  readonly contentType: string | undefined
  readonly soapAction: string | undefined
}

/** A message as bytes. The SOAP version is that of the content type, also for faults. */
type Unpacked =
  | { readonly soap: SoapVersion; readonly xml: Buffer }
  | { readonly soap: SoapVersion; readonly fault: SoapFault }

const soap12 = 'application/soap+xml'
const messageTypes: readonly string[] = ['text/xml', soap12, 'application/xop+xml']

/** Checks the head of a request in X-Road's order and extracts the message from the body: all of it, or its first part. */
export function unpack(head: RequestHead, body: Buffer): Unpacked {
  const type = parsed(head.contentType)
  const soap = versionOf(type)
  if (head.method !== 'POST') {
    const message = `Must use POST request method instead of ${head.method}`
    return { soap, fault: { code: 'Client.InvalidHttpMethod', message } }
  }
  const action = type?.essence === soap12 ? (type.params.get('action') ?? undefined) : unquoted(head.soapAction)
  if (action === null || (action !== undefined && !isUriReference(action))) {
    return { soap, fault: { code: 'Client.InvalidSoapAction', message: 'Malformed SOAPAction header' } }
  }
  if (head.contentType === undefined) return invalidType(soap, 'Could not get content type from request')
  return type?.essence === 'multipart/related' ? unpackFirst(type, body) : checked(type, body)
}

/** X-Road takes the first part, whatever `start` says. */
function unpackFirst(type: MIMEType, body: Buffer): Unpacked {
  const soap = versionOf(type)
  const boundary = type.params.get('boundary')
  if (boundary === null) {
    return { soap, fault: { code: 'Client.MimeParsingFailed', message: 'The content type has no boundary' } }
  }
  const part = firstPart(body, boundary)
  if (part === undefined) {
    return { soap, fault: { code: 'Client.MissingSoap', message: 'Request does not contain SOAP message' } }
  }
  const contentType = part.headers.get('content-type')
  if (contentType === undefined) return invalidType(soap, 'Could not get content type for part')
  return checked(parsed(contentType), part.body)
}

function checked(type: MIMEType | undefined, xml: Buffer): Unpacked {
  const soap = versionOf(type)
  if (type === undefined || !messageTypes.includes(type.essence)) {
    return invalidType(soap, `Invalid content type: ${type?.essence}`)
  }
  const charset = type.params.get('charset')
  if (charset !== null && !isUtf8(charset)) return invalidType(soap, `Invalid charset: ${charset}`)
  return { soap, xml }
}

/** MTOM has the version in `type` of the XML part's content type, or in `start-info` of the whole message's. */
function versionOf(type: MIMEType | undefined): SoapVersion {
  const named = [type?.essence, type?.params.get('type'), type?.params.get('start-info')]
  return named.some((each) => each?.toLowerCase().startsWith(soap12)) ? '1.2' : '1.1'
}

function parsed(contentType: string | undefined): MIMEType | undefined {
  try {
    return new MIMEType(contentType ?? '')
  } catch {
    return undefined
  }
}

/** Accepts all names of UTF-8, including `utf8`. */
function isUtf8(charset: string): boolean {
  try {
    return new TextDecoder(charset).encoding === 'utf-8'
  } catch {
    return false
  }
}

/** The text without the quotes that SOAP 1.1 requires; null if they are missing. An absent or empty header is allowed. */
function unquoted(header: string | undefined): string | undefined | null {
  if (header === undefined || header === '') return undefined
  return header.length > 1 && header.startsWith('"') && header.endsWith('"') ? header.slice(1, -1) : null
}

function isUriReference(action: string): boolean {
  return /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/.test(action)
}

function invalidType(soap: SoapVersion, message: string): Unpacked {
  return { soap, fault: { code: 'Client.InvalidContentType', message } }
}
