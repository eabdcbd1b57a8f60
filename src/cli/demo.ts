/** The demo's people and the registries that fit them (spec 7.1). They come only together with a simulator of our own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AcquiredDatabase } from '../database/acquire.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { generate } from '../generate/generate.ts'
import { importPersons } from '../persons/import.ts'
import { openRecordFile } from '../records/file.ts'
import { CommandFailure } from './exit.ts'

/** In whose name the demo's people are put in: so it can be told that no demo made the others. */
export const DEMO_USER = 'de300000-0000-4000-8000-000000000001'

const DEMO_PERSONS = 3000
// The same people at every start, so that the registries of a later start fit the people of the first.
const DEMO_SEED = 2026

export interface DemoOptions {
  readonly access: AcquiredDatabase
  readonly signal: AbortSignal
  defer(close: () => unknown): void
}

/** Puts the demo's people into an empty database, and answers with the folder of the registries that fit them. */
export async function provideDemo({ access, signal, defer }: DemoOptions): Promise<string> {
  const database = openDatabase({ url: access.url, role: 'zvirka_app', applicationName: 'zvirka demo', max: 2 })
  defer(() => database.close())
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-demo-'))
  defer(() => rm(folder, { recursive: true, force: true }))
  await generate({ persons: DEMO_PERSONS, seed: DEMO_SEED, folder, signal })
  if (await isEmpty(database)) {
    const file = await openRecordFile(join(folder, 'persons.ndjson'))
    await importPersons(database, { file, userId: DEMO_USER, signal })
  }
  return folder
}

/** Refuses a database that holds other people than the demo's: what `--demo` promises, whatever the simulator answers from. */
export async function refuseRealPeople({ url }: AcquiredDatabase): Promise<void> {
  const database = openDatabase({ url, role: 'zvirka_app', applicationName: 'zvirka demo', max: 1 })
  const query = { text: 'select 1 from mpi.persons where inserted_by <> $1 limit 1', values: [DEMO_USER] }
  const others = await database.query(query).finally(() => database.close())
  if (others.length === 0) return
  throw new CommandFailure(
    'the database holds persons that no demo made, and a simulator must not verify them',
    'leave out --demo and set TREMBITA_URLS, or use an empty database',
  )
}

async function isEmpty(database: Database): Promise<boolean> {
  return (await database.query({ text: 'select 1 from mpi.persons limit 1' })).length === 0
}
