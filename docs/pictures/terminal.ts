/** Draws what a terminal shows as an SVG: dark windows on nothing, which look the same on a light and on a dark page. */

/** One terminal window. A line that begins with `$ ` is what was typed. */
export interface Terminal {
  readonly title: string
  readonly lines: readonly string[]
}

const FONT = 'ui-monospace, SFMono-Regular, Menlo, Consolas, "DejaVu Sans Mono", monospace'
const CHARACTER = 7.83
const LINE = 19
const BAR = 30
const PADDING = 16
const GAP = 18

const COLOURS = {
  text: '#c9d1d9',
  dim: '#8b949e',
  typed: '#f0f6fc',
  good: '#56d364',
  bad: '#ff7b72',
  wait: '#e3b341',
  link: '#79c0ff',
}

/** What is coloured within a line, first that matches. */
const MARKS: readonly (readonly [RegExp, string])[] = [
  [/https?:\/\/[^\s)]+/y, COLOURS.link],
  [/not[ _]verified|NOT_VERIFIED|CHANGES_NEEDED|incorrect( data)?/y, COLOURS.bad],
  [/not[ _]needed|VERIFICATION_NOT_NEEDED|technical[ _]errors?/y, COLOURS.dim],
  [/in review|IN_REVIEW|VERIFICATION_NEEDED|waiting|paused/y, COLOURS.wait],
  [/verified|VERIFIED|running|finished/y, COLOURS.good],
]

/** The windows, one below the other, as wide as the longest line. */
export function drawTerminals(terminals: readonly Terminal[]): string {
  const columns = Math.max(...terminals.flatMap(({ title, lines }) => [title, ...lines].map((line) => line.length)))
  const width = Math.ceil(columns * CHARACTER) + 2 * PADDING
  let top = 0
  const windows = terminals.map((terminal) => {
    const height = BAR + terminal.lines.length * LINE + PADDING
    const drawn = `<g transform="translate(0.5 ${top + 0.5})">${drawWindow(terminal, width - 1, height - 1)}</g>`
    top += height + GAP
    return drawn
  })
  const height = top - GAP
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img">
<title>${escaped(terminals.map(({ title }) => title).join(', '))}</title>
<style>text { font: 13px ${FONT}; fill: ${COLOURS.text} }</style>
${windows.join('\n')}
</svg>
`
}

function drawWindow({ title, lines }: Terminal, width: number, height: number): string {
  const buttons = [0, 1, 2].map((place) => `<circle cx="${PADDING + 4 + place * 18}" cy="15" r="5" fill="#30363d"/>`)
  const rows = lines.map((line, row) => `<text x="${PADDING}" y="${BAR + row * LINE + 14}">${drawLine(line)}</text>`)
  return `<rect width="${width}" height="${height}" rx="8" fill="#0d1117" stroke="#30363d"/>
${buttons.join('')}<text x="${width / 2}" y="19" text-anchor="middle" style="fill: ${COLOURS.dim}">${escaped(title)}</text>
${rows.join('\n')}`
}

function drawLine(line: string): string {
  // The head of a table.
  if (/^[A-Z ]+$/.test(line)) return span(line, COLOURS.dim)
  if (line.startsWith('$ ')) return `${span('$ ', COLOURS.good)}${span(line.slice(2), COLOURS.typed)}`
  let drawn = ''
  let plain = ''
  for (let at = 0; at < line.length; ) {
    const mark = markAt(line, at)
    if (mark === undefined) plain += line[at]
    else {
      drawn += escaped(plain) + span(mark.text, mark.colour)
      plain = ''
    }
    at += mark?.text.length ?? 1
  }
  return drawn + escaped(plain)
}

function markAt(line: string, at: number): { text: string; colour: string } | undefined {
  // Only whole words: neither "unverified" nor "VERIFIED" within a longer name.
  if (/\w/.test(line[at - 1] ?? '')) return undefined
  for (const [pattern, colour] of MARKS) {
    pattern.lastIndex = at
    const [text] = pattern.exec(line) ?? []
    if (text !== undefined && !/\w/.test(line[at + text.length] ?? '')) return { text, colour }
  }
  return undefined
}

function span(text: string, colour: string): string {
  return `<tspan style="fill: ${colour}">${escaped(text)}</tspan>`
}

// Spaces as no-break ones: the others would be drawn as one.
function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll(' ', '\u00a0')
}
