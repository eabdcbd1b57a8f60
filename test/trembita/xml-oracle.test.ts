/** The reader against libxml2: what libxml2 refuses we refuse, and what both accept, both parse alike. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readXml } from '../../src/trembita/xml.ts'
import { escapeXml } from '../../src/trembita/xml-writer.ts'
import { oracle, ours } from './support/oracle.ts'

/** The document parsed by libxml2; undefined if it refuses it. */
const treeOf = (document: Uint8Array) => oracle(document, (_parsed, tree) => tree())

const name = fc.constantFrom('a', 'b', 'Envelope', 'їжак', 'x-1', 'p:a', 'q:b', 'xml:c')
const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 8 }).map((raw) => escapeXml(raw)),
  fc.constantFrom('&lt;', '&#x41;', '&#10;', '\r\n', ']]', ' ', '0', '\ufeff', '&amp;#38;'),
)
const attribute = fc.tuple(fc.constantFrom('k', 'l', 'p:k', 'q:k', 'xml:lang'), text)
const { element } = fc.letrec<{ element: string; content: string }>((tie) => ({
  element: fc
    .tuple(
      name,
      fc.uniqueArray(attribute, { maxLength: 3, selector: ([key]) => key }),
      fc.array(tie('content'), { maxLength: 4 }),
    )
    .map(([tag, attributes, content]) => {
      const written = attributes.map(([key, value]) => ` ${key}="${value}"`).join('')
      const declared = ' xmlns:p="urn:p" xmlns:q="urn:q"'
      return content.length === 0
        ? `<${tag}${declared}${written}/>`
        : `<${tag}${declared}${written}>${content.join('')}</${tag}>`
    }),
  content: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    text,
    fc.constantFrom('<!-- c -->', '<![CDATA[<&]]>', '<![CDATA[]]>'),
    tie('element'),
  ),
}))

const prolog = fc.constantFrom(
  '',
  '<?xml version="1.0"?>',
  '<?xml version="1.0" encoding="UTF-8"?>\n',
  '\ufeff',
  '<!-- first -->',
)
const document = fc.tuple(prolog, element, fc.constantFrom('', '\n', '<!-- last -->')).map((parts) => parts.join(''))

test('well-formed documents are read as libxml2 reads them', () => {
  let accepted = 0
  fc.assert(
    fc.property(document, (xml) => {
      const bytes = Buffer.from(xml)
      const result = readXml(bytes)
      const expected = treeOf(bytes)
      expect(result.ok ? ours(result.root) : undefined).toEqual(expected)
      if (expected !== undefined) accepted += 1
    }),
    { numRuns: 1_500 },
  )
  expect(accepted).toBeGreaterThan(1_000)
})

/** Bytes inserted, removed or changed, most of them special in XML. */
const edit = fc.record({
  at: fc.nat(),
  remove: fc.nat({ max: 3 }),
  insert: fc.oneof(
    fc.constantFrom(
      '<',
      '>',
      '/',
      '&',
      ';',
      '"',
      "'",
      '=',
      ' ',
      '-',
      '--',
      '<!',
      '?',
      ']]>',
      '<![CDATA[',
      ':',
      'xmlns',
      '&#',
      '<a>',
      '</a>',
    ),
    fc.string({ unit: 'binary', maxLength: 2 }),
    fc.constant(''),
  ),
})

test('damaged documents that libxml2 refuses are refused, and what both accept is the same', () => {
  let refused = 0
  let taken = 0
  fc.assert(
    fc.property(
      document,
      fc.array(edit, { minLength: 1, maxLength: 3 }),
      fc.option(fc.tuple(fc.nat(), fc.nat({ max: 255 }))),
      (xml, edits, flip) => {
        let damaged = xml
        for (const { at, remove, insert } of edits) {
          const place = at % (damaged.length + 1)
          damaged = damaged.slice(0, place) + insert + damaged.slice(place + remove)
        }
        const bytes = Buffer.from(damaged)
        if (flip !== null && bytes.length > 0) bytes[flip[0] % bytes.length] = flip[1]
        const expected = treeOf(bytes)
        const result = readXml(bytes)
        if (expected === undefined) {
          refused += 1
          expect(result.ok).toBe(false)
        } else if (result.ok) {
          taken += 1
          expect(ours(result.root)).toEqual(expected)
        }
      },
    ),
    { numRuns: 6_000 },
  )
  expect(refused).toBeGreaterThan(1_000)
  expect(taken).toBeGreaterThan(100)
})
