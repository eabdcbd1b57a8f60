import type pg from 'pg'
import { sqlState, sqlStates } from '../sql-state.ts'
import { siteIn } from './cluster.ts'
import { readPidFile } from './postmaster.ts'
import { serverUser } from './server-user.ts'
import { embeddedUrl, Share } from './share.ts'
import { cloneDirectory, provideStateDirectory } from './state.ts'

/** Where to run and what to change; for tests. */
interface EmbeddedOptions {
  /** The clone whose server it is; default: this one. */
  readonly cloneDirectory?: string
  /** Additional settings of PostgreSQL, used if this call starts the server. */
  readonly settings?: Readonly<Record<string, string>>
}

/** A use of the clone's own server, until it is released. */
export interface EmbeddedDatabase {
  readonly url: string
  /** Contains the data, the binaries and the log. */
  readonly stateDirectory: string
  /** Releases the server; the last user stops it. */
  release(): Promise<void>
}

const DATABASE = 'zvirka'

async function provideDatabase(client: pg.Client): Promise<void> {
  const { rows } = await client.query('select from pg_database where datname = $1', [DATABASE])
  if (rows.length > 0) return
  await client.query(`create database ${DATABASE}`).catch((error: unknown) => {
    const state = sqlState(error)
    if (state !== sqlStates.duplicateDatabase && state !== sqlStates.uniqueViolation) throw error
  })
}

/** Uses the PostgreSQL of this clone (spec 7.1): joins the running one, or starts it. */
export async function acquireEmbedded(options: EmbeddedOptions = {}): Promise<EmbeddedDatabase> {
  const user = serverUser()
  const stateDirectory = await provideStateDirectory(options.cloneDirectory ?? cloneDirectory, user)
  const site = siteIn(stateDirectory, user)
  const { share, client } = await Share.take(site, options.settings ?? {})
  try {
    await provideDatabase(client)
    const socketDirectory = (await readPidFile(site.dataDirectory))?.socketDirectory
    if (socketDirectory === undefined)
      throw new Error('The embedded PostgreSQL ended while this process was connecting to it.')
    return { url: embeddedUrl(socketDirectory, DATABASE), stateDirectory, release: () => share.release() }
  } catch (error) {
    await share.release()
    throw error
  }
}
