import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { acquireEmbedded } from '../../src/database/embedded/embedded.ts'
import { makeClone } from './clones.ts'

/** A separate server, for tests of what belongs to a whole server: roles. */
export interface EmptyCluster {
  /** The URL of a database for a login. */
  url(login: string, database: string): string
  /** A folder without migrations. */
  readonly migrations: string
  stop(): Promise<void>
}

/** Starts a server without migrations. */
export async function startEmptyCluster(): Promise<EmptyCluster> {
  const clone = await makeClone()
  const acquired = await acquireEmbedded({ cloneDirectory: clone.directory, settings: { fsync: 'off' } })
  const migrations = await mkdtemp(join(tmpdir(), 'zvirka-migrations-'))
  return {
    url: (login, database) => acquired.url.replace('user=zvirka', `user=${login}`).replace('/zvirka?', `/${database}?`),
    migrations,
    stop: async () => {
      await acquired.release()
      await clone.remove()
      await rm(migrations, { recursive: true })
    },
  }
}
