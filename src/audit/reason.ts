/** Why something is done: one rule for the API, the commands and the page. It imports nothing, since the page runs it as well. */

/** So many characters that can be seen does a reason have at least. */
export const FEWEST_VISIBLE = 10

/** A reason in its stored form; or the number of visible characters if it is too short. */
export type ReadReason = { readonly reason: string } | { readonly visible: number }

// Control characters, surrogates and replacement characters, invisible characters (zero-width, fillers), and blank Braille.
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800\uFFFD]/gu
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/gu

/** Reads a reason: in one form of its characters, without what nobody sees, with one space between words. */
export function readReason(text: string): ReadReason {
  const reason = text.normalize('NFKC').replaceAll(/\s+/gu, ' ').replaceAll(UNSEEN, '').replaceAll(/ +/g, ' ').trim()
  const visible = reason.match(VISIBLE)?.length ?? 0
  return visible < FEWEST_VISIBLE ? { visible } : { reason }
}
