/** Reproducible randomness: a draw is a function of the seed, the rule and what it is for. */

/** The n-th draw of a rule, in [0, 1). */
export function draw(seed: number, rule: number, n: number): number {
  return mix(mix(mix(seed | 0) ^ rule) ^ n) / 2 ** 32
}

/** The draw for a text, in [0, 1); always the same for one text. */
export function drawFor(seed: number, rule: number, text: string): number {
  let hash = mix(mix(seed | 0) ^ rule)
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  return mix(hash) / 2 ** 32
}

/** The finalizer of MurmurHash3: each input bit flips about half of the output bits. */
function mix(value: number): number {
  let hash = (value + 0x9e3779b9) | 0
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
