/** What a security server checks before it reads the message: method, content type, action (spec 3.4). */
import type { SoapVersion } from '../../src/trembita/protocol.ts'
import type { SoapFault } from './fault.ts'

/** The head of an HTTP request, as far as it is checked. */
export interface RequestHead {
  readonly method: string | undefined
  readonly contentType: string | undefined
  readonly soapAction: string | undefined
}

/** The version of SOAP that the content type stands for, also where something else is wrong: the fault is of that version too. */
export interface HeadCheck {
  readonly soap: SoapVersion
  readonly fault?: SoapFault
}

const good: Readonly<Record<SoapVersion, HeadCheck>> = { '1.1': { soap: '1.1' }, '1.2': { soap: '1.2' } }

/** Checks the head of a request in the platform's order. */
export function checkHead(head: RequestHead): HeadCheck {
  const { type, parameters } = parseContentType(head.contentType ?? '')
  const soap = type === 'application/soap+xml' ? '1.2' : '1.1'
  const refuse = (code: string, message: string): HeadCheck => ({ soap, fault: { code, message } })
  if (head.method !== 'POST')
    return refuse('Client.InvalidHttpMethod', `Must use POST request method instead of ${head.method}`)
  if (head.contentType === undefined)
    return refuse('Client.InvalidContentType', 'Could not get content type from request')
  if (type !== 'text/xml' && type !== 'application/soap+xml') {
    return refuse('Client.InvalidContentType', `Invalid content type: ${type}`)
  }
  const charset = parameters.get('charset')
  if (charset !== undefined && charset.toLowerCase() !== 'utf-8') {
    return refuse('Client.InvalidContentType', `Invalid charset: ${charset}`)
  }
  const action = soap === '1.2' ? parameters.get('action') : unquoted(head.soapAction)
  if (action === null || (action !== undefined && !isUriReference(action))) {
    return refuse('Client.InvalidSoapAction', 'Malformed SOAPAction header')
  }
  return good[soap]
}

/** The text in the quotes that SOAP 1.1 asks for; null where the quotes are missing. No header and an empty one are allowed. */
function unquoted(header: string | undefined): string | undefined | null {
  if (header === undefined || header === '') return undefined
  return header.length > 1 && header.startsWith('"') && header.endsWith('"') ? header.slice(1, -1) : null
}

function isUriReference(action: string): boolean {
  return /^[\w\-.~:/?#[\]@!$&'()*+,;=%]*$/.test(action)
}

function parseContentType(header: string): { type: string; parameters: ReadonlyMap<string, string> } {
  const parameters = new Map<string, string>()
  const end = header.indexOf(';')
  const type = (end === -1 ? header : header.slice(0, end)).trim().toLowerCase()
  if (end !== -1) {
    for (const [, name, quoted, token] of header.slice(end).matchAll(/;\s*([\w-]+)\s*=\s*(?:"([^"]*)"|([^;\s]*))/g)) {
      if (name !== undefined) parameters.set(name.toLowerCase(), quoted ?? token ?? '')
    }
  }
  return { type, parameters }
}
