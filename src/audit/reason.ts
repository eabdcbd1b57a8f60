/** Reasons for actions: one rule for the API, the commands and the page. It imports nothing, because the page uses it too. */

/** The minimum number of visible characters of a reason. */
export const FEWEST_VISIBLE = 10

/** A reason in its stored form; or the number of visible characters if it is too short. */
type ReadReason = { readonly reason: string } | { readonly visible: number }

// Control characters, surrogates and replacement characters, invisible characters (zero-width, fillers), and blank Braille.
const UNSEEN = /[\p{C}\p{Default_Ignorable_Code_Point}\u2800\uFFFD]/gu
const VISIBLE = /[\p{L}\p{N}\p{P}\p{S}]/gu

/** Normalises a reason: one Unicode form, without invisible characters, with single spaces. */
export function readReason(text: string): ReadReason {
  const reason = text.normalize('NFKC').replaceAll(/\s+/gu, ' ').replaceAll(UNSEEN, '').replaceAll(/ +/g, ' ').trim()
  const visible = reason.match(VISIBLE)?.length ?? 0
  return visible < FEWEST_VISIBLE ? { visible } : { reason }
}
