/** Multipart messages (RFC 2046, 5.1), as far as X-Road needs them: the SOAP message is the first part, attachments follow it. */

/** A part: its header fields by lower-case name, its bytes as they came, and whether its end was there. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  readonly isWhole: boolean
}

/** The first part of a message; undefined where the boundary never comes. A part whose end is missing goes on to the end. */
export function firstPart(message: Buffer, boundary: string): Part | undefined {
  const [first] = partsOf(message, boundary)
  return first
}

/** The parts of a message in their order. */
export function* partsOf(message: Buffer, boundary: string): Generator<Part, undefined> {
  // One character for each byte, so that places in the text are places in the message.
  const text = message.toString('latin1')
  const delimiter = Buffer.from(`--${boundary}`).toString('latin1')
  let line = lineWith(text, delimiter, 0)
  while (line !== undefined && !line.isLast) {
    const from = line.after
    const next = lineWith(text, delimiter, from)
    const to = next?.before ?? text.length
    const [blank = '', blankAt] = emptyLine(text.slice(from, to))
    yield {
      headers: headersOf(text.slice(from, from + blankAt)),
      body: message.subarray(Math.min(from + blankAt + blank.length, to), to),
      isWhole: next !== undefined,
    }
    line = next
  }
}

interface Line {
  /** Where what is before it ends: its line break belongs to it. */
  readonly before: number
  /** Where what follows begins. */
  readonly after: number
  /** Whether it closes the last part. */
  readonly isLast: boolean
}

/** The next line that is a delimiter. */
function lineWith(text: string, delimiter: string, from: number): Line | undefined {
  for (let at = text.indexOf(delimiter, from); at !== -1; at = text.indexOf(delimiter, at + 1)) {
    if (at > 0 && text[at - 1] !== '\n') continue
    const lineEnd = text.indexOf('\n', at)
    const end = lineEnd === -1 ? text.length : lineEnd
    // A longer word is the boundary of another message inside this one.
    const [found, dashes] = /^(--)?[ \t\r]*$/.exec(text.slice(at + delimiter.length, end)) ?? []
    if (found === undefined) continue
    const breakLength = text[at - 2] === '\r' ? 2 : 1
    return {
      before: Math.max(from, at - breakLength),
      after: Math.min(end + 1, text.length),
      isLast: dashes !== undefined,
    }
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
