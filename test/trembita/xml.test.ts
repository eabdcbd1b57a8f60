// Rules: spec 3.2.7
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { attributeOf, childrenOf, readXml, trimXml, type XmlElement, type XmlRefusal } from '../../src/trembita/xml.ts'
import { escapeXml, isXmlText, xmlElement } from '../../src/trembita/xml-writer.ts'

function rootOf(input: Uint8Array | string): XmlElement {
  const result = readXml(input)
  if (!result.ok) throw new Error(`refused: ${result.code}`)
  return result.root
}

function reasonOf(input: Uint8Array | string): XmlRefusal | undefined {
  const result = readXml(input)
  return result.ok ? undefined : result.code
}

const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)

describe('the XML reader', () => {
  test('returns elements and attributes with their namespaces, whatever the prefixes', () => {
    const root = rootOf('<p:a xmlns:p="urn:x" xmlns="urn:y" p:k="1" k="2"><b/><c xmlns=""/><p:d/></p:a>')
    expect([root.namespace, root.local, root.prefix]).toEqual(['urn:x', 'a', 'p'])
    expect(root.attributes).toEqual([
      { namespace: 'urn:x', local: 'k', value: '1' },
      { namespace: '', local: 'k', value: '2' },
    ])
    expect(root.children.map(({ namespace, local }) => [namespace, local])).toEqual([
      ['urn:y', 'b'],
      ['', 'c'],
      ['urn:x', 'd'],
    ])
    expect(attributeOf(root, '', 'k')).toBe('2')
    expect(childrenOf(root, 'urn:y', 'b')).toHaveLength(1)
    expect(childrenOf(root, '', 'b')).toHaveLength(0)
  })

  test('resolves CDATA, the predefined entities and character references, and ignores comments', () => {
    expect(rootOf('<a>1<!-- 2 -->3<![CDATA[<4>&amp;]]>&lt;&#53;&#x36;<b>not mine</b>7</a>').text).toBe('13<4>&amp;<567')
  })

  test('normalises line endings', () => {
    expect(rootOf('<a>1\r\n2\r3\n4&#13;</a>').text).toBe('1\n2\n3\n4\r')
  })

  test('trims only XML’s white space', () => {
    expect(trimXml(' \t\r\n1 2\n')).toBe('1 2')
    expect(trimXml('\u00a01')).toBe('\u00a01')
    expect(trimXml(' \n ')).toBe('')
  })

  test('allows one byte order mark and a declaration that says UTF-8', () => {
    expect(rootOf(Buffer.from('\ufeff<?xml version="1.0" encoding="utf-8" standalone="yes"?><a>ї</a>')).text).toBe('ї')
    expect(reasonOf(Buffer.from('\ufeff\ufeff<a/>'))).toBe('malformed')
  })

  test.each<[string, Uint8Array | string, XmlRefusal]>([
    ['a DOCTYPE', '<!DOCTYPE a><a/>', 'doctype'],
    ['a DOCTYPE with entities', '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>', 'doctype'],
    ['an entity nobody defined', '<a>&e;</a>', 'malformed'],
    ['an entity named like a method of objects', '<a>&constructor;</a>', 'malformed'],
    ['a processing instruction', '<a><?x y?></a>', 'processing_instruction'],
    ['a style sheet before the root', '<?xml version="1.0"?><?xml-stylesheet href="x"?><a/>', 'processing_instruction'],
    ['nesting beyond 64', nested(65), 'too_deep'],
    ['65 attributes', `<a ${Array.from({ length: 65 }, (_, n) => `k${n}=""`).join(' ')}/>`, 'too_many_attributes'],
    ['more than fits', `<a>${' '.repeat(262_144)}</a>`, 'too_large'],
    ['another encoding declared', '<?xml version="1.0" encoding="windows-1251"?><a/>', 'not_utf8'],
    ['another encoding used', Buffer.from([0x3c, 0x61, 0x3e, 0xb3, 0x3c, 0x2f, 0x61, 0x3e]), 'not_utf8'],
    ['UTF-16', Buffer.from('\ufeff<a/>', 'utf16le'), 'not_utf8'],
    ['an overlong encoding', Buffer.from([0x3c, 0x61, 0xc0, 0xaf, 0x3e]), 'not_utf8'],
    ['half a surrogate pair', '<a>\ud800</a>', 'not_utf8'],
    ['NUL', '<a>\u0000</a>', 'malformed'],
    ['NUL by reference', '<a>&#0;</a>', 'malformed'],
    ['XML 1.1', '<?xml version="1.1"?><a/>', 'malformed'],
    ['a namespace that only looks like another', '<a xmlns=" urn:x "/>', 'malformed'],
    ['a prefix nobody declared', '<p:a/>', 'malformed'],
    ['the same attribute by two prefixes', '<a xmlns:p="u" xmlns:q="u" p:k="" q:k=""/>', 'malformed'],
    ['a second root', '<a/><b/>', 'malformed'],
    ['text after the root', '<a/>x', 'malformed'],
    ['an end too early', '<a><b></b>', 'malformed'],
    ['HTML', '<html><p>Bad gateway<br></html>', 'malformed'],
    ['plain text', 'no XML at all', 'malformed'],
    ['nothing', '', 'malformed'],
  ])('refuses %s', (_what, input, reason) => {
    expect(reasonOf(input)).toBe(reason)
  })

  test('accepts nesting of 64 and 64 attributes', () => {
    expect(reasonOf(nested(64))).toBeUndefined()
    expect(reasonOf(`<a ${Array.from({ length: 64 }, (_, n) => `k${n}=""`).join(' ')}/>`)).toBeUndefined()
  })

  test('is not affected by a document that it refused', () => {
    reasonOf('<a><b><c attribute="')
    reasonOf(nested(65))
    expect(rootOf('<a>fine</a>')).toMatchObject({ local: 'a', text: 'fine', children: [] })
  })

  test.each([
    ['open elements', '<a>'.repeat(80_000)],
    ['unended entities', `<a>${'&'.repeat(250_000)}`],
    ['entities', `<a>${'&lt;'.repeat(60_000)}</a>`],
    ['brackets', `<a>${']'.repeat(250_000)}</a>`],
    ['dashes in a comment', `<a><!--${'- '.repeat(125_000)}--></a>`],
    ['brackets in CDATA', `<a><![CDATA[${']] '.repeat(80_000)}]]></a>`],
    [
      'siblings under a deep prefix',
      `<p:a xmlns:p="u">${'<b>'.repeat(60)}${'<p:c/>'.repeat(40_000)}${'</b>'.repeat(60)}</p:a>`,
    ],
    ['attributes', `<a ${Array.from({ length: 30_000 }, (_, n) => `k${n}=""`).join(' ')}/>`],
    ['namespaces', `<a ${Array.from({ length: 15_000 }, (_, n) => `xmlns:k${n}="u"`).join(' ')}/>`],
    ['a DOCTYPE that does not end', `<!DOCTYPE a [${'<!-- x '.repeat(30_000)}`],
  ])('reads a quarter of a megabyte of %s quickly', (_what, input) => {
    const begin = performance.now()
    readXml(input)
    // A hundred times what it takes; quadratic time would be minutes.
    expect(performance.now() - begin).toBeLessThan(3_000)
  })

  test('never throws, whatever the bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        readXml(bytes)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('the XML writer', () => {
  const anyText = fc.string({ unit: 'binary', maxLength: 40 })

  test('writes texts that a reader returns unchanged, in content and in attributes', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        fc.pre(isXmlText(text))
        expect(rootOf(xmlElement('a', text)).text).toBe(text)
        expect(rootOf(`<a k="${escapeXml(text)}"/>`).attributes[0]?.value).toBe(text)
      }),
      { numRuns: 2_000 },
    )
  })

  test('knows what XML cannot represent, and always stays well-formed', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 20 }), (units) => {
        const text = String.fromCharCode(...units)
        const back = rootOf(xmlElement('a', text)).text
        expect(back === text).toBe(isXmlText(text) || (text.includes('\ufffd') && back === text))
      }),
      { numRuns: 5_000 },
    )
    expect(isXmlText('\u0001')).toBe(false)
    expect(isXmlText('\ud83d\ude00')).toBe(true)
    expect(escapeXml('\ud83d\ude00\ud83d<')).toBe('\ud83d\ude00\ufffd&lt;')
  })
})
