import { closest, distance } from 'fastest-levenshtein'
import { UKRAINIAN } from './ukrainian.ts'

const LOOK_ALIKES: Readonly<Record<string, string>> = {
  ...{ А: 'A', В: 'B', Е: 'E', І: 'I', К: 'K', М: 'M', Н: 'H', О: 'O', Р: 'P', С: 'C', Т: 'T', У: 'Y', Х: 'X' },
  ...{ Ё: 'E', Ї: 'I', Ѕ: 'S', Ј: 'J', Ӏ: 'I' },
}

const LONGEST_LOOKED_AT = 100
const SHORT = 6

/** Reduces texts that readers would take for the same: ignores case, white space, punctuation and look-alike letters. */
function folded(text: string): string {
  return text
    .slice(0, LONGEST_LOOKED_AT)
    .normalize('NFKC')
    .toUpperCase()
    .replace(/[^\p{L}\p{N}]/gu, '')
    .replace(/\p{Script=Cyrillic}/gu, (letter) => LOOK_ALIKES[letter] ?? letter)
}

/**
 * The name that was probably meant by an unknown value: equal except for case, white space, punctuation and look-alike letters; or its
 * Ukrainian word; or at most two letters (one in a short name) different. Undefined if none is similar.
 */
export function nearestName(value: unknown, names: readonly string[]): string | undefined {
  if (typeof value !== 'string') return undefined
  const given = folded(value)
  if (given === '') return undefined
  const words = new Map(names.flatMap((name) => [name, ...(UKRAINIAN[name] ?? [])].map((word) => [folded(word), name])))
  const exact = words.get(given)
  if (exact !== undefined || words.size === 0) return exact
  const nearest = closest(given, [...words.keys()])
  const least = Math.min(given.length, nearest.length)
  if (least < 3 || distance(given, nearest) > (least < SHORT ? 1 : 2)) return undefined
  return words.get(nearest)
}
