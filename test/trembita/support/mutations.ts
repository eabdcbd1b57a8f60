/** Damages messages as an attacker or a broken server might: parts doubled, moved or renamed, namespaces and bytes changed. */

/** Numbers from 0 to 1. */
export type Random = () => number

/** A generator determined by the seed (mulberry32). */
export function randomFrom(seed: number): Random {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The position of an element in the text. */
interface Span {
  readonly start: number
  readonly openEnd: number
  readonly closeStart: number
  readonly end: number
}

function spansOf(text: string): Span[] {
  const spans: Span[] = []
  const open: { start: number; openEnd: number }[] = []
  for (const { 0: tag, 1: slash, index } of text.matchAll(/<(\/?)[\p{L}_][^<>]*>/gu)) {
    const end = index + tag.length
    if (slash === '/') {
      const begin = open.pop()
      if (begin !== undefined) spans.push({ ...begin, closeStart: index, end })
    } else if (tag.endsWith('/>')) spans.push({ start: index, openEnd: end, closeStart: end, end })
    else open.push({ start: index, openEnd: end })
  }
  return spans
}

const uris = [
  'http://x-road.eu/xsd/xroad.xsd',
  'http://x-road.eu/xsd/identifiers',
  'http://schemas.xmlsoap.org/soap/envelope/',
  'http://www.w3.org/2003/05/soap-envelope',
  'urn:other',
  'http://x-road.eu/xsd/xroad.xsd ',
]
const prefixes = ['x', 'i', 's', 'r', 'xroad', 'id', 'SOAP-ENV', 'ns1']
const names = [
  'id',
  'client',
  'userId',
  'PasStatus',
  'Status',
  'Body',
  'Header',
  'Envelope',
  'Fault',
  'x',
  'memberCode',
]
const texts = [
  '0',
  '1',
  ' 1 ',
  '-1',
  '-2',
  '2',
  '01',
  '\u00a01',
  '١',
  '',
  '<![CDATA[1]]>',
  '<!-- 0 -->1',
  '1<x/>',
  '&#49;',
  '&#x31;',
  '1&#0;',
]
const tokens = [
  '<!DOCTYPE a>',
  '<?pi x?>',
  '&e;',
  '\0',
  '\ufeff',
  ']]>',
  '<!--',
  '--',
  '<![CDATA[',
  '&',
  '<',
  '>',
  '"',
  ' ',
  '\u0085',
  'x:',
  ':',
]

type Mutation = (text: string, random: Random) => string

const one = <T>(from: readonly T[], random: Random): T | undefined => from[Math.floor(random() * from.length)]
const word = (from: readonly string[], random: Random) => one(from, random) ?? ''

/** A mutation of one element, chosen anywhere in the message. */
function onElement(change: (text: string, span: Span, random: Random) => string): Mutation {
  return (text, random) => {
    const span = one(spansOf(text), random)
    return span === undefined ? text : change(text, span, random)
  }
}

const replaced = (text: string, from: number, to: number, by: string) => text.slice(0, from) + by + text.slice(to)
const nameEnd = (text: string, from: number) => from + (/^<\/?[^\s/>]+/.exec(text.slice(from))?.[0].length ?? 1)

const mutations: readonly Mutation[] = [
  onElement((text, { start, end }) => replaced(text, start, end, '')),
  onElement((text, { start, end }) => replaced(text, end, end, text.slice(start, end))),
  onElement((text, { start, end }, random) => {
    const target = one(spansOf(text), random)
    const at = target === undefined ? 0 : random() < 0.5 ? target.start : target.openEnd
    return replaced(text, at, at, text.slice(start, end))
  }),
  onElement((text, { start, end }) => replaced(text, start, end, `<w>${text.slice(start, end)}</w>`)),
  onElement((text, { openEnd, closeStart }) => replaced(text, closeStart, closeStart, text.slice(openEnd, closeStart))),
  onElement((text, { openEnd, closeStart }, random) => replaced(text, openEnd, closeStart, word(texts, random))),
  onElement((text, { start }, random) => {
    const at = nameEnd(text, start)
    const prefix = random() < 0.2 ? '' : `:${word(prefixes, random)}`
    return replaced(text, at, at, ` xmlns${prefix}="${word(uris, random)}"`)
  }),
  onElement((text, { start, openEnd, closeStart, end }, random) => {
    const name = random() < 0.5 ? word(names, random) : `${word(prefixes, random)}:${word(names, random)}`
    const renamed = closeStart === end ? text : replaced(text, closeStart, end, `</${name}>`)
    return openEnd > end ? text : replaced(renamed, start, nameEnd(text, start), `<${name}`)
  }),
  onElement((text, { start }, random) =>
    replaced(
      text,
      nameEnd(text, start),
      nameEnd(text, start),
      ` ${word(['a', 'i:objectType', 'objectType'], random)}="${word(['SUBSYSTEM', 'SERVICE', ''], random)}"`,
    ),
  ),
  (text, random) => text.replaceAll(`${word(prefixes, random)}:`, `${word(prefixes, random)}:`),
  (text, random) => text.replace(word(uris, random), word(uris, random)),
  (text, random) => {
    const at = Math.floor(random() * text.length)
    return replaced(text, at, at + Math.floor(random() * 3), word(tokens, random))
  },
  (text, random) => {
    const at = Math.floor(random() * text.length)
    return replaced(text, at, at + 1, String.fromCharCode(32 + Math.floor(random() * 96)))
  },
  (text, random) => text.slice(0, Math.floor(random() * text.length)),
]

/** The text after one to three mutations, as bytes, sometimes with one more byte changed. */
export function mutated(text: string, random: Random): Buffer {
  let changed = text
  for (let left = 1 + Math.floor(random() * 3); left > 0; left -= 1) {
    changed = (one(mutations, random) ?? ((same) => same))(changed, random)
  }
  const bytes = Buffer.from(changed)
  if (random() < 0.1 && bytes.length > 0) bytes[Math.floor(random() * bytes.length)] = Math.floor(random() * 256)
  return bytes
}
