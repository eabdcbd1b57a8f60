/** Multipart messages (RFC 2046, 5.1) as far as X-Road needs them: the SOAP message is the first part, attachments follow. */

/** A part: header fields by lower-case name, raw bytes, and whether its end delimiter was found. */
export interface Part {
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  readonly isWhole: boolean
}

/** The first part of a message; undefined without a boundary. A part without an end delimiter extends to the end. */
export function firstPart(message: Buffer, boundary: string): Part | undefined {
  const [first] = partsOf(message, boundary)
  return first
}

/** The parts of a message, in order. */
export function* partsOf(message: Buffer, boundary: string): Generator<Part, undefined> {
  // latin1 has one character per byte, so text offsets are byte offsets.
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
  /** Where the preceding content ends; the line break before the delimiter belongs to the delimiter. */
  readonly before: number
  /** Where the following content starts. */
  readonly after: number
  /** Whether this delimiter closes the last part. */
  readonly isLast: boolean
}

/** The next delimiter line. */
function lineWith(text: string, delimiter: string, from: number): Line | undefined {
  for (let at = text.indexOf(delimiter, from); at !== -1; at = text.indexOf(delimiter, at + 1)) {
    if (at > 0 && text[at - 1] !== '\n') continue
    const lineEnd = text.indexOf('\n', at)
    const end = lineEnd === -1 ? text.length : lineEnd
    // A longer line is the boundary of a nested message.
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

/** The line break before the body and its offset; a part without header fields starts with it. */
function emptyLine(part: string): [string, number] {
  const found = /(?:^|(?<=\n))\r?\n/.exec(part)
  return found === null ? ['', part.length] : [found[0], found.index]
}

function headersOf(block: string): ReadonlyMap<string, string> {
  const unfolded = block.replaceAll(/\r?\n[ \t]+/g, ' ')
  const lines = unfolded.split('\n').map((line) => line.split(/:(.*)/s))
  return new Map(lines.map(([name = '', value = '']) => [name.trim().toLowerCase(), value.trim()]))
}
