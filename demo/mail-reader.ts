/** Reads mails composed by our own mailer (MIME: a plain part and an HTML part), for the demo to show. Other mails may look wrong. */

/** A mail as shown. */
export interface ReadMail {
  readonly subject: string
  readonly from: string
  readonly to: string
  readonly messageId: string
  readonly text: string
  readonly html: string
}

/** Parses a message. */
export function readMail(message: Buffer): ReadMail {
  const { headers, body } = splitHead(message.toString('latin1'))
  const parts = partsOf(headers, body)
  const part = (type: string) => parts.find((each) => each.type === type)?.content ?? ''
  const header = (name: string) => decodeWords(headers.get(name) ?? '')
  return {
    ...{ subject: header('subject'), from: header('from'), to: header('to'), messageId: header('message-id') },
    ...{ text: part('text/plain'), html: part('text/html') },
  }
}

type Headers = ReadonlyMap<string, string>

function splitHead(text: string): { readonly headers: Headers; readonly body: string } {
  const end = text.indexOf('\r\n\r\n')
  const lines = (end < 0 ? text : text.slice(0, end)).replaceAll(/\r\n[ \t]+/g, ' ').split('\r\n')
  const headers = new Map<string, string>()
  for (const line of lines) {
    const colon = line.indexOf(':')
    if (colon > 0) headers.set(line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim())
  }
  return { headers, body: end < 0 ? '' : text.slice(end + 4) }
}

interface Part {
  readonly type: string
  readonly content: string
}

function partsOf(headers: Headers, body: string): Part[] {
  const type = headers.get('content-type') ?? 'text/plain'
  const [, boundary] = /boundary="?([^";]+)"?/i.exec(type) ?? []
  if (boundary === undefined)
    return [{ type: type.split(';')[0]?.trim().toLowerCase() ?? '', content: decode(headers, body) }]
  return body
    .split(`--${boundary}`)
    .slice(1, -1)
    .flatMap((piece) => {
      const part = splitHead(piece.replace(/^\r\n/, ''))
      return partsOf(part.headers, part.body.replace(/\r\n$/, ''))
    })
}

function decode(headers: Headers, body: string): string {
  switch (headers.get('content-transfer-encoding')?.toLowerCase()) {
    case 'base64':
      return Buffer.from(body, 'base64').toString()
    case 'quoted-printable':
      return decodeQuoted(body.replaceAll(/=\r\n/g, ''))
    default:
      return Buffer.from(body, 'latin1').toString()
  }
}

function decodeQuoted(text: string): string {
  const bytes = text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(bytes, 'latin1').toString()
}

/** Header words that are not ASCII: `=?UTF-8?Q?…?=` and `=?UTF-8?B?…?=`. A character may be split between two of them. */
function decodeWords(text: string): string {
  return text.replaceAll(/(?:=\?utf-8\?[qb]\?[^?]*\?=\s*)+/gi, (run) => {
    const bytes = [...run.matchAll(/=\?utf-8\?([qb])\?([^?]*)\?=/gi)].map(([, kind = '', word = '']) =>
      kind.toLowerCase() === 'b' ? Buffer.from(word, 'base64') : quotedBytes(word.replaceAll('_', ' ')),
    )
    return `${Buffer.concat(bytes).toString()}${/\s$/.test(run) ? ' ' : ''}`
  })
}

function quotedBytes(text: string): Buffer {
  const raw = text.replaceAll(/=([0-9A-F]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
  return Buffer.from(raw, 'latin1')
}
