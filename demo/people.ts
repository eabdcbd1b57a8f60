/** The demo's people and matching registries (spec 7.1). They exist only together with our own simulator. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { CommandFailure } from '../src/cli/exit.ts'
import type { AcquiredDatabase } from '../src/database/acquire.ts'
import { openDatabase } from '../src/database/database.ts'
import type { Executor } from '../src/database/query.ts'
import { importParties } from '../src/imports/parties/parties.ts'
import { importPersons } from '../src/imports/persons/persons.ts'
import { openRecordFile } from '../src/records/file.ts'
import { OWN_STREAMS } from '../src/verification/status.ts'
import { provideCast } from './cast.ts'
import { FACILITIES } from './generate/cast/facilities.ts'
import { fileNames, generate } from './generate/generate.ts'

/** The user who inserts the demo's people: so people from elsewhere can be recognised. */
export const DEMO_USER = 'de300000-0000-4000-8000-000000000001'

const DEMO_PERSONS = 3000
const DEMO_PARTIES = 300
// The same people at every start, so that the registries of a later start match the people of the first.
const DEMO_SEED = 2026

interface DemoOptions {
  readonly access: AcquiredDatabase
  readonly signal: AbortSignal
  defer(close: () => unknown): void
}

/** Inserts the demo's people into a database that has no others, and returns the folder of the matching registries. */
export async function provideDemo({ access, signal, defer }: DemoOptions): Promise<string> {
  const database = openDatabase({ url: access.url, role: 'zvirka_app', applicationName: 'zvirka demo', max: 2 })
  defer(() => database.close())
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-demo-'))
  defer(() => rm(folder, { recursive: true, force: true }))
  await generate({ persons: DEMO_PERSONS, parties: DEMO_PARTIES, seed: DEMO_SEED, folder, signal })
  if ((await findReal(database, PEOPLE)) === undefined) {
    const filled = await find(database, PEOPLE)
    for (const { name, take } of PEOPLE) {
      if (filled.includes(name)) continue
      const file = await openRecordFile(join(folder, fileNames[name]))
      defer(file.close)
      await take(database, { file, userId: DEMO_USER, signal, served: new Set(OWN_STREAMS) })
    }
    await provideCast(database, { folder, userId: DEMO_USER, signal })
  }
  return folder
}

// People created by approving an employee request of the demo belong to it as well: they work in one of its facilities.
const AT_DEMO = 'exists (select from prm.employees e where e.party_id = p.id and e.legal_entity_id = any ($2))'

const PEOPLE = [
  { name: 'persons', table: 'mpi.persons p', take: importPersons, isReal: 'p.inserted_by <> $1' },
  { name: 'parties', table: 'prm.parties p', take: importParties, isReal: `p.inserted_by <> $1 and not ${AT_DEMO}` },
] as const

/** What a real system contains: people, and its users. */
const HOLDINGS = [
  ...PEOPLE,
  { name: 'users', table: 'mithril.users p', isReal: 'not p.is_demo' },
  { name: 'clients', table: 'mithril.clients p', isReal: 'not p.is_demo' },
] as const
type Holding = (typeof HOLDINGS)[number]

/**
 * Claims the database for the demo. Refuses one with data that no demo created: with `--demo`, any at all; in the clone's own database,
 * which belongs to the demo once a demo has filled it, other people are allowed.
 */
export async function claimForDemo(access: AcquiredDatabase, isStrict: boolean): Promise<void> {
  const database = openDatabase({ url: access.url, role: 'zvirka_owner', applicationName: 'zvirka demo', max: 1 })
  const name = await database.transaction((tx) => claim(tx, isStrict)).finally(() => database.close())
  if (name === undefined) return
  throw new CommandFailure(
    `the database has ${name} that no demo created: a simulator must not verify them, and no demo user may see them`,
    access.embedded
      ? 'set TREMBITA_URLS; or start over: stop everything and delete .zvirka/; import made-up people while zvirka start runs'
      : 'leave out --demo and set TREMBITA_URLS, or use an empty database',
  )
}

async function claim(tx: Executor, isStrict: boolean): Promise<Holding['name'] | undefined> {
  // Anybody who creates a user or client meanwhile waits, and is then marked.
  await tx.query({ text: 'lock table mithril.users, mithril.clients in share row exclusive mode' })
  const marked = await tx.query({ text: 'select from zvirka.demo' })
  const name = isStrict || marked.length === 0 ? await findReal(tx) : undefined
  if (name === undefined) await tx.query({ text: 'insert into zvirka.demo default values on conflict do nothing' })
  return name
}

/** The first kind of data in the database that no demo created. */
async function findReal(
  database: Executor,
  holdings: readonly Holding[] = HOLDINGS,
): Promise<Holding['name'] | undefined> {
  const facilities = Object.values(FACILITIES).map(({ id }) => id)
  const [first] = await find(database, holdings, ({ isReal }) => isReal, [DEMO_USER, facilities])
  return first
}

async function find(
  database: Executor,
  holdings: readonly Holding[],
  which: (holding: Holding) => string = () => 'true',
  values: readonly unknown[] = [],
): Promise<Holding['name'][]> {
  const selects = holdings.map(
    (each) => `(select '${each.name}' as name from ${each.table} where ${which(each)} limit 1)`,
  )
  const rows = await database.query<{ name: Holding['name'] }>({ text: selects.join(' union all '), values })
  return rows.map(({ name }) => name)
}
