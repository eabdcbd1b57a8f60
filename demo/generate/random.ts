import { xoroshiro128plus } from 'pure-rand/generator/xoroshiro128plus'

/** A random source with the same sequence for the same seed on every machine: no clock, no locale, no rounding. */
export interface Random {
  /** A whole number from 0 to `below` - 1; `below` is at most 2^32. */
  int(below: number): number
  /** True in `share` of the cases (0 to 1). */
  chance(share: number): boolean
  /** One of the items, all equally likely; throws if there is none. */
  pick<T>(items: readonly T[]): T
  /** A UUID in the format of version 4. */
  uuid(): string
}

const range = 0x1_0000_0000
const hex = Array.from({ length: 65_536 }, (_, word) => word.toString(16).padStart(4, '0'))

/** Starts a sequence; seeds are whole numbers from 0 to 2^32 - 1. */
export function createRandom(seed: number): Random {
  const generator = xoroshiro128plus(seed | 0)
  const word = () => generator.next() >>> 0
  const int = (below: number) => Math.floor((word() / range) * below)
  return {
    int,
    chance: (share) => word() / range < share,
    pick(items) {
      const item = items[int(items.length)]
      if (item === undefined) throw new RangeError('nothing to pick from')
      return item
    },
    uuid() {
      const [a, b, c, d] = [word(), word(), word(), word()]
      const version = (b & 0x0fff) | 0x4000
      const variant = ((c >>> 16) & 0x3fff) | 0x8000
      return `${hex[a >>> 16]}${hex[a & 0xffff]}-${hex[b >>> 16]}-${hex[version]}-${hex[variant]}-${hex[c & 0xffff]}${hex[d >>> 16]}${hex[d & 0xffff]}`
    },
  }
}

/** Draws places by weight: place `i` in `weights[i]` of their sum of cases. */
export function createWeighted(weights: readonly number[]): (random: Random) => number {
  const limits: number[] = []
  let total = 0
  for (const weight of weights) {
    total += weight
    limits.push(total)
  }
  return (random) => {
    const drawn = random.int(total)
    return limits.findIndex((limit) => drawn < limit)
  }
}
