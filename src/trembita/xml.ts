/**
 * A bounded, namespace-aware XML reader: bytes in, a small tree or an error code out. It never throws and runs in linear time.
 *
 * It parses untrusted input, so it accepts less than XML allows: only UTF-8 (strictly decoded, one byte order mark allowed), XML 1.0, no
 * DOCTYPE (so only the five predefined entities), no processing instructions (SOAP has none), and limited nesting, size and attributes. The
 * depth limit also keeps it linear, because resolving a prefix walks the open elements.
 */
import { isUtf8 } from 'node:buffer'
import { SaxesParser, type SaxesTagNS, type XMLDecl } from 'saxes'

/** An attribute, without namespace declarations. */
interface XmlAttribute {
  readonly namespace: string
  readonly local: string
  readonly value: string
}

/** An element. `text` is its own character data concatenated, with CDATA and entities resolved and without comments. */
export interface XmlElement {
  readonly namespace: string
  readonly local: string
  readonly prefix: string
  readonly attributes: readonly XmlAttribute[]
  readonly children: readonly XmlElement[]
  readonly text: string
}

/** Why a document was rejected. */
export type XmlRefusal =
  | 'too_large'
  | 'not_utf8'
  | 'doctype'
  | 'processing_instruction'
  | 'too_deep'
  | 'too_many_attributes'
  | 'malformed'

/** The result of reading a document. */
type XmlResult = { readonly ok: true; readonly root: XmlElement } | { readonly ok: false; readonly code: XmlRefusal }

/** Limits of the reader: bytes (UTF-16 units for a string), nesting (the root is 1), attributes per element. */
interface XmlLimits {
  readonly maxBytes: number
  readonly maxDepth: number
  readonly maxAttributes: number
}

/** The limits of spec 3.2. */
export const defaultXmlLimits: XmlLimits = { maxBytes: 262_144, maxDepth: 64, maxAttributes: 64 }

const xmlnsNamespace = 'http://www.w3.org/2000/xmlns/'
const none: readonly never[] = []

class Node implements XmlElement {
  readonly namespace: string
  readonly local: string
  readonly prefix: string
  readonly attributes: readonly XmlAttribute[]
  children: Node[] = none as never
  text = ''

  constructor(namespace: string, local: string, prefix: string, attributes: readonly XmlAttribute[]) {
    this.namespace = namespace
    this.local = local
    this.prefix = prefix
    this.attributes = attributes
  }
}

class Refusal extends Error {
  readonly code: XmlRefusal

  constructor(code: XmlRefusal) {
    super(code)
    this.code = code
  }
}

/** A parser with its handlers, reused as long as it does not fail. */
class TreeBuilder {
  readonly #parser = new SaxesParser({ xmlns: true, position: false, forceXMLVersion: true, defaultXMLVersion: '1.0' })
  #open: Node[] = []
  #current: Node | undefined
  #root: Node | undefined
  #limits = defaultXmlLimits

  constructor() {
    const refuse = (code: XmlRefusal) => () => {
      throw new Refusal(code)
    }
    // Only six handlers: with a seventh V8 stores the parser as a dictionary, and parsing takes three times as long. So the parser throws
    // errors itself, and the declaration is checked when the root opens.
    this.#parser.on('doctype', refuse('doctype'))
    this.#parser.on('processinginstruction', refuse('processing_instruction'))
    const text = (part: string) => {
      if (this.#current !== undefined) this.#current.text += part
    }
    this.#parser.on('text', text)
    this.#parser.on('cdata', text)
    this.#parser.on('opentag', (tag) => this.#opened(tag))
    this.#parser.on('closetag', () => {
      this.#current = this.#open.pop()
    })
  }

  build(text: string, limits: XmlLimits): XmlElement {
    this.#limits = limits
    this.#root = undefined
    this.#parser.write(text).close()
    if (this.#root === undefined) throw new Refusal('malformed')
    return this.#root
  }

  #opened(tag: SaxesTagNS): void {
    if (tag.prefix !== '') refuseOtherThanName(tag.local)
    const element = new Node(tag.uri, tag.local, tag.prefix, attributesOf(tag, this.#limits.maxAttributes))
    const parent = this.#current
    if (parent === undefined) {
      refuseOtherDeclarations(this.#parser.xmlDecl)
      this.#root = element
    } else {
      if (parent.children.length === 0) parent.children = [element]
      else parent.children.push(element)
      this.#open.push(parent)
    }
    if (this.#open.length >= this.#limits.maxDepth) throw new Refusal('too_deep')
    this.#current = element
  }
}

function refuseOtherDeclarations({ version, encoding }: XMLDecl): void {
  if (version !== undefined && version !== '1.0') throw new Refusal('malformed')
  if (encoding !== undefined && encoding.toLowerCase() !== 'utf-8') throw new Refusal('not_utf8')
}

const nameStart =
  /^[A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\u{10000}-\u{effff}]/u

/** The parser accepts local names that XML does not (`p:-x`). */
function refuseOtherThanName(local: string): void {
  const first = local.charCodeAt(0)
  if (!((first >= 0x61 && first <= 0x7a) || (first >= 0x41 && first <= 0x5a) || nameStart.test(local))) {
    throw new Refusal('malformed')
  }
}

function attributesOf(tag: SaxesTagNS, max: number): readonly XmlAttribute[] {
  let found: XmlAttribute[] | undefined
  let count = 0
  for (const name in tag.attributes) {
    count += 1
    if (count > max) throw new Refusal('too_many_attributes')
    const attribute = tag.attributes[name]
    if (attribute === undefined) continue
    if (attribute.prefix !== '') refuseOtherThanName(attribute.local)
    if (attribute.uri === xmlnsNamespace) {
      // The parser trims namespace names, so that a different namespace would be taken for ours.
      if (attribute.value.trim() !== attribute.value) throw new Refusal('malformed')
      continue
    }
    found ??= []
    found.push({ namespace: attribute.uri, local: attribute.local, value: attribute.value })
  }
  return found ?? none
}

let builder: TreeBuilder | undefined

/** Parses a document into a tree (spec 3.2). Errors are codes that contain nothing of the content. */
export function readXml(input: Uint8Array | string, limits: XmlLimits = defaultXmlLimits): XmlResult {
  if (input.length > limits.maxBytes) return { ok: false, code: 'too_large' }
  const text = decode(input)
  if (text === undefined) return { ok: false, code: 'not_utf8' }
  const working = builder ?? new TreeBuilder()
  // Unset during parsing, so that a parser that failed half-way is never reused.
  builder = undefined
  try {
    const root = working.build(text, limits)
    builder = working
    return { ok: true, root }
  } catch (error) {
    return { ok: false, code: error instanceof Refusal ? error.code : 'malformed' }
  }
}

function decode(input: Uint8Array | string): string | undefined {
  if (typeof input === 'string') return input.isWellFormed() ? input : undefined
  if (!isUtf8(input)) return undefined
  // Keeps the byte order mark: the parser allows one, so that a second is rejected.
  return Buffer.from(input.buffer, input.byteOffset, input.byteLength).toString('utf8')
}

/** The children with this name and namespace. */
export function childrenOf(element: XmlElement, namespace: string, local: string): XmlElement[] {
  return element.children.filter((child) => child.local === local && child.namespace === namespace)
}

/** The value of an attribute; undefined if there is none with this name and namespace. */
export function attributeOf(element: XmlElement, namespace: string, local: string): string | undefined {
  return element.attributes.find((each) => each.local === local && each.namespace === namespace)?.value
}

/** Trims XML white space, not Unicode's (a no-break space stays). */
export function trimXml(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isXmlSpace(text.charCodeAt(start))) start += 1
  while (end > start && isXmlSpace(text.charCodeAt(end - 1))) end -= 1
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

function isXmlSpace(code: number): boolean {
  return code === 0x20 || code === 0x0a || code === 0x09 || code === 0x0d
}
