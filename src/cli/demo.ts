/** The demo's people and the registries that fit them (spec 7.1). They come only together with a simulator of our own. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { AcquiredDatabase } from '../database/acquire.ts'
import { type Database, openDatabase } from '../database/database.ts'
import { FACILITIES } from '../generate/cast/facilities.ts'
import { fileNames, generate } from '../generate/generate.ts'
import { importParties } from '../parties/import.ts'
import { importPersons } from '../persons/import.ts'
import { openRecordFile } from '../records/file.ts'
import { provideCast } from './demo-cast.ts'
import { CommandFailure } from './exit.ts'

/** In whose name the demo's people are put in: so it can be told that no demo made the others. */
export const DEMO_USER = 'de300000-0000-4000-8000-000000000001'

const DEMO_PERSONS = 3000
const DEMO_PARTIES = 300
// The same people at every start, so that the registries of a later start fit the people of the first.
const DEMO_SEED = 2026

export interface DemoOptions {
  readonly access: AcquiredDatabase
  readonly signal: AbortSignal
  defer(close: () => unknown): void
}

/** Puts the demo's people into a database that has none but the demo's, and answers with the folder of the registries that fit them. */
export async function provideDemo({ access, signal, defer }: DemoOptions): Promise<string> {
  const database = openDatabase({ url: access.url, role: 'zvirka_app', applicationName: 'zvirka demo', max: 2 })
  defer(() => database.close())
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-demo-'))
  defer(() => rm(folder, { recursive: true, force: true }))
  await generate({ persons: DEMO_PERSONS, parties: DEMO_PARTIES, seed: DEMO_SEED, folder, signal })
  if ((await findRealPeople(database)) === undefined) {
    const filled = await findPeople(database)
    for (const { name, take } of PEOPLE) {
      if (filled.includes(name)) continue
      const file = await openRecordFile(join(folder, fileNames[name]))
      defer(file.close)
      await take(database, { file, userId: DEMO_USER, signal })
    }
    await provideCast(database, { folder, userId: DEMO_USER, signal })
  }
  return folder
}

// What an approval in the demo made of an employee request is the demo's too: it works in one of its facilities.
const AT_DEMO = 'exists (select from prm.employees e where e.party_id = p.id and e.legal_entity_id = any ($2))'

const PEOPLE = [
  { name: 'persons', table: 'mpi.persons p', take: importPersons, isReal: 'p.inserted_by <> $1' },
  { name: 'parties', table: 'prm.parties p', take: importParties, isReal: `p.inserted_by <> $1 and not ${AT_DEMO}` },
] as const
type Name = (typeof PEOPLE)[number]['name']

/** Refuses a database that holds other people than the demo's: what `--demo` promises, whatever the simulator answers from. */
export async function refuseRealPeople({ url }: AcquiredDatabase): Promise<void> {
  const database = openDatabase({ url, role: 'zvirka_app', applicationName: 'zvirka demo', max: 1 })
  const name = await findRealPeople(database).finally(() => database.close())
  if (name === undefined) return
  throw new CommandFailure(
    `the database holds ${name} that no demo made, and a simulator must not verify them`,
    'leave out --demo and set TREMBITA_URLS, or use an empty database',
  )
}

/** Which of the people there are that no demo made. */
async function findRealPeople(database: Database): Promise<Name | undefined> {
  const facilities = Object.values(FACILITIES).map(({ id }) => id)
  const [first] = await findPeople(database, ({ isReal }) => isReal, [DEMO_USER, facilities])
  return first
}

async function findPeople(
  database: Database,
  which: (people: (typeof PEOPLE)[number]) => string = () => 'true',
  values: readonly unknown[] = [],
): Promise<Name[]> {
  const selects = PEOPLE.map(
    (each) => `(select '${each.name}' as name from ${each.table} where ${which(each)} limit 1)`,
  )
  const rows = await database.query<{ name: Name }>({ text: selects.join(' union all '), values })
  return rows.map(({ name }) => name)
}
