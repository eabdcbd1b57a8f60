import { closest, distance } from 'fastest-levenshtein'
import { declaration } from './declaration.ts'
import { settingsOf } from './setting.ts'

/** Prefixes of our names. An unknown name with such a prefix is a typo of ours (spec 7.2). */
const ownPrefixes = [
  ...['ZVIRKA_', 'TREMBITA_', 'MVS_', 'DMS_', 'UNZR_', 'DRFO_', 'PERSONS_SYNCHRONIZATION_'],
  ...['DRACS_', 'PERSON_DRACS_', 'PARTY_DRACS_'],
]

const documented = settingsOf(declaration).map(({ name }) => name)
/** The names of secrets. Each can be read from a file instead, named by `<name>_FILE`. */
export const secretNames = settingsOf(declaration).flatMap(({ name, isSecret }) => (isSecret ? [name] : []))

const known = new Set([...documented, ...secretNames.map((name) => `${name}_FILE`)])

/** Names in the environment that have our prefixes but are unknown, each with the nearest documented name. */
export function unknownNames(given: Iterable<string>): readonly { name: string; nearest: string | undefined }[] {
  return [...given]
    .filter((name) => ownPrefixes.some((prefix) => name.startsWith(prefix)) && !known.has(name))
    .sort()
    .map((name) => ({ name, nearest: nearestName(name) }))
}

/** The documented name that was probably meant; undefined if even the nearest differs too much. */
function nearestName(name: string): string | undefined {
  const nearest = closest(name, documented)
  return distance(name, nearest) <= Math.max(3, name.length / 3) ? nearest : undefined
}
