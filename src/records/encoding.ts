/**
 * Detects files that are wrong as a whole by their beginning: compressed ones, other encodings, other line endings. Line by line they would
 * be reported as thousands of bad lines. A few lines that are not UTF-8 remain bad lines.
 */
import { isUtf8 } from 'node:buffer'

/** What a file really is, and what to do. */
interface OtherFile {
  readonly problem: string
  readonly hint: string
}

/** The number of bytes that are examined. */
export const LOOKED_AT_BYTES = 1 << 16

/** What a file with this beginning is, if it cannot be read here. */
export function whatElse(beginning: Buffer): OtherFile | undefined {
  return packed(beginning) ?? wide(beginning) ?? oldLineEnds(beginning) ?? array(beginning) ?? singleByte(beginning)
}

const MAGIC: readonly (readonly [hex: string, is: string, hint: string])[] = [
  ['1f8b', 'is packed by gzip', 'gunzip -c FILE | zvirka import … -'],
  ['28b52ffd', 'is packed by zstd', 'zstd -dc FILE | zvirka import … -'],
  ['504b0304', 'is a zip archive or a spreadsheet', 'unpack it, or save the table as CSV UTF-8 (comma delimited)'],
  ['d0cf11e0', 'is a spreadsheet', 'save the table as CSV UTF-8 (comma delimited)'],
]

function packed(beginning: Buffer): OtherFile | undefined {
  const hex = beginning.toString('hex', 0, 4)
  const found = MAGIC.find(([magic]) => hex.startsWith(magic))
  return found && { problem: found[1], hint: found[2] }
}

function inEncoding(name: string): OtherFile {
  return { problem: `is in ${name}, not in UTF-8`, hint: `iconv -f ${name} -t UTF-8 FILE > FILE.utf8, and import that` }
}

// The first two characters of a records file are ASCII: of a header's `id`, or a brace and a quote.
function wide(beginning: Buffer): OtherFile | undefined {
  const [a, b, c, d] = beginning
  if ((a === 0xff && b === 0xfe) || (a === 0xfe && b === 0xff)) return inEncoding('UTF-16')
  if (a && b === 0 && c && d === 0) return inEncoding('UTF-16LE')
  if (a === 0 && b && c === 0 && d) return inEncoding('UTF-16BE')
  return undefined
}

function array(beginning: Buffer): OtherFile | undefined {
  if (!/^\ufeff?\s*\[/.test(beginning.toString('utf8', 0, 64))) return undefined
  return {
    problem: 'is one JSON array, not one object per line',
    hint: "jq -c '.[]' FILE > FILE.ndjson, and import that",
  }
}

function oldLineEnds(beginning: Buffer): OtherFile | undefined {
  if (beginning.includes('\n') || !beginning.subarray(0, -1).includes('\r')) return undefined
  return {
    problem: 'has lines that end with only a carriage return',
    hint: "tr '\\r' '\\n' < FILE > FILE.lines, and import that",
  }
}

/** Single-byte encodings, by the names of the platform and of iconv. The first match is reported. */
const ENCODINGS = [
  ['windows-1251', 'WINDOWS-1251'],
  ['koi8-u', 'KOI8-U'],
  ['ibm866', 'CP866'],
  ['iso-8859-5', 'ISO-8859-5'],
  ['x-mac-cyrillic', 'MACCYRILLIC'],
] as const
/** Non-ASCII characters of Ukrainian records. */
const UKRAINIAN = /^[\p{ASCII}А-ЩЬЮЯҐЄІЇа-щьюяґєії’‘“”«»№–—…°\u00a0]*$/u

function singleByte(beginning: Buffer): OtherFile | undefined {
  const lines = beyondAscii(beginning)
  if (lines.length === 0 || lines.some((line) => isUtf8(line))) return undefined
  const all = Buffer.concat(lines)
  const found = ENCODINGS.find(([label]) => UKRAINIAN.test(new TextDecoder(label).decode(all)))
  return found === undefined
    ? {
        problem: 'is not in UTF-8',
        hint: 'find out its encoding and convert it: iconv -f … -t UTF-8 FILE > FILE.utf8',
      }
    : inEncoding(found[1])
}

/** The lines that contain non-ASCII bytes; the last one only if it is complete. */
function beyondAscii(beginning: Buffer): Buffer[] {
  const lines: Buffer[] = []
  let start = 0
  for (let end = beginning.indexOf('\n'); end !== -1; end = beginning.indexOf('\n', start)) {
    lines.push(beginning.subarray(start, end))
    start = end + 1
  }
  if (beginning.length < LOOKED_AT_BYTES) lines.push(beginning.subarray(start))
  return lines.filter((line) => line.some((byte) => byte >= 0x80))
}
