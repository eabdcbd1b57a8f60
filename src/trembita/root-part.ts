/**
 * Answers with attachments (RFC 2387, SOAP with attachments, XOP): the root part is the message, attachments are ignored. The receiver has
 * already limited the total size.
 */
import { MIMEType } from 'node:util'
import { type Part, partsOf } from './multipart.ts'

/**
 * The root part of a body with this content type: the one named by `start`, else the first. A body that is not multipart is returned whole,
 * whatever its type says. Undefined if the root part is missing, truncated or in an unknown encoding.
 */
export function rootPart(contentType: string | undefined, body: Uint8Array): Uint8Array | undefined {
  if (contentType === undefined || !/^\s*multipart\//i.test(contentType)) return body
  const { boundary, start } = parametersOf(contentType)
  const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength)
  if (!boundary || !bytes.includes(`--${boundary}`)) return body
  for (const part of partsOf(bytes, boundary)) {
    if (start !== null && bare(part.headers.get('content-id') ?? '') !== bare(start)) continue
    return part.isWhole && part.body.length > 0 ? decoded(part) : undefined
  }
  return undefined
}

function parametersOf(contentType: string): { readonly boundary: string | null; readonly start: string | null } {
  try {
    const { params } = new MIMEType(contentType)
    return { boundary: params.get('boundary'), start: params.get('start') }
  } catch {
    return { boundary: null, start: null }
  }
}

function bare(id: string): string {
  return id.replace(/^<(.*)>$/, '$1')
}

function decoded({ headers, body }: Part): Buffer | undefined {
  switch (headers.get('content-transfer-encoding')?.toLowerCase() ?? 'binary') {
    case '7bit':
    case '8bit':
    case 'binary':
      return body
    case 'base64':
      return Buffer.from(body.toString('latin1'), 'base64')
    case 'quoted-printable':
      return fromQuotedPrintable(body.toString('latin1'))
    default:
      return undefined
  }
}

/** RFC 2045 6.7: white space at the end of a line is ignored, and `=` at the end continues the line. */
function fromQuotedPrintable(text: string): Buffer {
  const lines = text.split('\n').map((line) => line.trimEnd())
  const joined = lines.map((line) => (line.endsWith('=') ? line.slice(0, -1) : `${line}\n`)).join('')
  const decode = (_: string, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))
  return Buffer.from(joined.replaceAll(/=([0-9a-f]{2})/gi, decode), 'latin1')
}
