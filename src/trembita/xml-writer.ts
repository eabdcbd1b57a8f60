/** Writing XML: one escaping function for text and attributes, and a helper for elements. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters that XML cannot carry as they are
const special = /[&<>"'\u0000-\u001f\ud800-\udfff\ufffe\uffff]/
// biome-ignore lint/suspicious/noControlCharactersInRegex: as above, one character at a time
const specials = /[&<>"'\u0000-\u001f\ufffe\uffff]|\p{Surrogate}/gu
// biome-ignore lint/suspicious/noControlCharactersInRegex: what no XML 1.0 document can hold, escaped or not
const forbidden = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]|\p{Surrogate}/u

const replacements: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** Whether XML 1.0 can represent the text; control characters and lone surrogates are not allowed. */
export function isXmlText(text: string): boolean {
  return !special.test(text) || !forbidden.test(text)
}

/**
 * Escapes text for character data and attribute values; a parser returns it unchanged, including line ends. Characters that XML cannot
 * represent become U+FFFD, to keep the document well-formed; use `isXmlText` to detect them first.
 */
export function escapeXml(text: string): string {
  if (!special.test(text)) return text
  return text.replace(specials, (character) => replacements[character] ?? '\ufffd')
}

/** `<name>text</name>` with the text escaped; the name (with its prefix) is not. */
export function xmlElement(name: string, text: string): string {
  return `<${name}>${escapeXml(text)}</${name}>`
}
