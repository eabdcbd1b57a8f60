/** PostgreSQL as Debian's packages install it, for tests that need more of its programs than npm brings. */
import { readdir } from 'node:fs/promises'

/** Where the programs of the newest version are; undefined where there are none. */
export async function findPostgres(): Promise<string | undefined> {
  const versions = await readdir('/usr/lib/postgresql').catch(() => [])
  const [version] = versions.filter((each) => /^\d+$/.test(each)).toSorted((a, b) => Number(b) - Number(a))
  return version === undefined ? undefined : `/usr/lib/postgresql/${version}/bin`
}
