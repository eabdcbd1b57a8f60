/** PostgreSQL from Debian's packages, for tests that need more of its programs than npm has. */
import { readdir } from 'node:fs/promises'

/** The folder of the newest version's programs, or undefined. */
export async function findPostgres(): Promise<string | undefined> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  const [version] = versions.filter((each) => /^\d+$/.test(each)).toSorted((a, b) => Number(b) - Number(a))
  return version === undefined ? undefined : `/usr/lib/postgresql/${version}/bin`
}
