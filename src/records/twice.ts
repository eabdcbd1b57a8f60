/** Duplicate keys in a JSON object: the parser silently keeps the last one. */
import { shownName } from './shown-name.ts'

/** The name of a key that occurs twice in one object of this JSON text, which was parsed as `value`. */
export function keyThatComesTwice(text: string, value: unknown): string | undefined {
  // Counting is many times as fast as parsing, and almost always enough.
  return countWrittenKeys(text) === countKeptKeys(value) ? undefined : findTwice(text)
}

const QUOTE = 0x22
const BACKSLASH = 0x5c

// In JSON a quote before a colon ends a key, unless a backslash makes it part of a text. Then there are fewer keys than counted.
function countWrittenKeys(text: string): number {
  let count = 0
  for (let colon = text.indexOf(':'); colon !== -1; colon = text.indexOf(':', colon + 1)) {
    let before = colon - 1
    while (isWhiteSpace(text.charCodeAt(before))) before -= 1
    if (text.charCodeAt(before) === QUOTE && text.charCodeAt(before - 1) !== BACKSLASH) count += 1
  }
  return count
}

function isWhiteSpace(code: number): boolean {
  return code === 0x20 || code === 0x09 || code === 0x0a || code === 0x0d
}

// Not recursive: deep nesting would overflow the stack.
function countKeptKeys(value: unknown): number {
  let count = 0
  const waiting: object[] = []
  const wait = (member: unknown) => {
    if (typeof member === 'object' && member !== null) waiting.push(member)
  }
  wait(value)
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const members: unknown[] = Array.isArray(next) ? next : Object.values(next)
    if (members !== next) count += members.length
    for (const member of members) wait(member)
  }
  return count
}

const TOKEN = /("(?:[^"\\]+|\\.)*")(\s*:)?|[{}]/gs

function findTwice(text: string): string | undefined {
  const open: Set<string>[] = []
  for (const [token, written, colon] of text.matchAll(TOKEN)) {
    if (token === '{') open.push(new Set())
    else if (token === '}') open.pop()
    else if (written !== undefined && colon !== undefined) {
      const key: string = JSON.parse(written)
      const keys = open.at(-1)
      if (keys?.has(key)) return shownName(key)
      keys?.add(key)
    }
  }
  return undefined
}
