/** Repeatable randomness. */

/** The same numbers from 0 up to 1 for the same seed (mulberry32). */
export function createRandom(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

/** The kinds of draws that a plan needs. */
export interface Dice {
  between(least: number, most: number): number
  whole(least: number, most: number): number
  pick<const T>(among: readonly T[]): T
  chance(share: number): boolean
}

/** Dice for a seed. */
export function createDice(seed: number): Dice {
  const random = createRandom(seed)
  const between = (least: number, most: number) => least + random() * (most - least)
  const whole = (least: number, most: number) => Math.floor(between(least, most + 1))
  return {
    between,
    whole,
    pick: <const T>(among: readonly T[]) => among[whole(0, among.length - 1)] as T,
    chance: (share) => random() < share,
  }
}
