import { closest, distance } from 'fastest-levenshtein'
import { declaration } from './declaration.ts'
import { settingsOf } from './setting.ts'

/** The beginnings of names that are ours: an unknown name that begins so is a slip of the pen, not somebody else's (spec 7.2). */
const ownPrefixes = [
  ...['ZVIRKA_', 'TREMBITA_', 'MVS_', 'DMS_', 'UNZR_', 'DRFO_', 'PERSONS_SYNCHRONIZATION_'],
  ...['DRACS_', 'PERSON_DRACS_', 'PARTY_DRACS_'],
]

const documented = settingsOf(declaration).map(({ name }) => name)
/** The names of secrets; each may stand in a file instead, which `<name>_FILE` names. */
export const secretNames = settingsOf(declaration).flatMap(({ name, isSecret }) => (isSecret ? [name] : []))

const known = new Set([...documented, ...secretNames.map((name) => `${name}_FILE`)])

/** The names in the environment that look like ours and are not known, each with the documented name it is nearest to. */
export function unknownNames(given: Iterable<string>): readonly { name: string; nearest: string | undefined }[] {
  return [...given]
    .filter((name) => ownPrefixes.some((prefix) => name.startsWith(prefix)) && !known.has(name))
    .sort()
    .map((name) => ({ name, nearest: nearestName(name) }))
}

/** The documented name that was probably meant; undefined where even the nearest one is far. */
function nearestName(name: string): string | undefined {
  const nearest = closest(name, documented)
  return distance(name, nearest) <= Math.max(3, name.length / 3) ? nearest : undefined
}
