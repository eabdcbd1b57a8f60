/** Multipart messages (RFC 2046, 5.1), as far as X-Road needs them: the SOAP message is the first part, attachments follow it. */

/** A part: its header fields by lower-case name, and its bytes as they came. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
}

/** The first part of a message; undefined where the boundary never comes. A part whose end is missing goes on to the end. */
export function firstPart(message: Buffer, boundary: string): Part | undefined {
  // One character for each byte, so that places in the text are places in the message.
  const text = message.toString('latin1')
  const delimiter = Buffer.from(`--${boundary}`).toString('latin1')
  const opening = lineWith(text, delimiter, 0)
  if (opening === undefined) return undefined
  const from = opening.after
  const to = lineWith(text, delimiter, from)?.before ?? text.length
  const [blank = '', blankAt] = emptyLine(text.slice(from, to))
  return {
    headers: headersOf(text.slice(from, from + blankAt)),
    body: message.subarray(Math.min(from + blankAt + blank.length, to), to),
  }
}

/** The next line that is a delimiter: where what is before it ends (its line break belongs to it), and where what follows begins. */
function lineWith(text: string, delimiter: string, from: number): { before: number; after: number } | undefined {
  for (let at = text.indexOf(delimiter, from); at !== -1; at = text.indexOf(delimiter, at + 1)) {
    if (at > 0 && text[at - 1] !== '\n') continue
    const lineEnd = text.indexOf('\n', at)
    const end = lineEnd === -1 ? text.length : lineEnd
    // `--` closes the last part; a longer word is the boundary of another message inside this one.
    if (!/^(?:--)?[ \t\r]*$/.test(text.slice(at + delimiter.length, end))) continue
    const breakLength = text[at - 2] === '\r' ? 2 : 1
    return { before: Math.max(from, at - breakLength), after: Math.min(end + 1, text.length) }
  }
  return undefined
}

/** The line break before the body and where it is; a part without header fields begins with it. */
function emptyLine(part: string): [string, number] {
  const found = /(?:^|(?<=\n))\r?\n/.exec(part)
  return found === null ? ['', part.length] : [found[0], found.index]
}

function headersOf(block: string): ReadonlyMap<string, string> {
  const unfolded = block.replaceAll(/\r?\n[ \t]+/g, ' ')
  const lines = unfolded.split('\n').map((line) => line.split(/:(.*)/s))
  return new Map(lines.map(([name = '', value = '']) => [name.trim().toLowerCase(), value.trim()]))
}
