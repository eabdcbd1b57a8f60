// Rules: spec 7.1.1, 7.1.2
import { mkdtempSync, rmSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { demoTrembita } from '../../src/config/trembita.ts'
import { acquireEmbedded } from '../../src/database/embedded/embedded.ts'
import { addKey, readKeysFile } from '../../src/encryption/keys-file.ts'
import { ask } from '../support/clones.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { addPersons } from '../synchronization/people.ts'
import type { Command } from './command.ts'
import { printedTokens, runProgram, runReadme, useRoles } from './demo-api.ts'
import { readImplied } from './implied.ts'
import { CLONE_PERSONS, cloneProgram, type ProgramClone } from './program-clone.ts'

interface Outcome {
  readonly id: string
  readonly outcome: string
}

const OUTCOMES = `select person_id as id, dms_passport_verification_status || ' / ' || dms_passport_verification_reason as outcome
  from mpi.person_verifications`

/** Those still to be asked about. */
const LEFT = `select from mpi.person_dms_passport_checks where is_subject_active and status = 'VERIFICATION_NEEDED'
  union all select from zvirka.claims where stream = 'dms_passport'`

async function readyUrl(start: Command): Promise<string> {
  const [, url = ''] = await start.untilSays(/health, metrics +(http:\/\/127\.0\.0\.1:\d+)\/health\/ready/)
  return url
}

async function endWithCtrlC(start: Command): Promise<void> {
  const at = performance.now()
  start.signal('SIGINT')
  expect(await start.ended).toMatchObject({ code: 0 })
  expect(performance.now() - at).toBeLessThan(15_000)
}

let clone: ProgramClone
beforeAll(async () => {
  clone = await cloneProgram()
})
afterAll(() => clone.remove())

describe('zvirka start in a clone, with its own database', () => {
  /** Queries the clone's embedded database while a command runs on it. */
  async function query<Row>(text: string): Promise<Row[]> {
    const { url, release } = await acquireEmbedded({ cloneDirectory: clone.directory })
    return ask<Row>(url, text).finally(release)
  }

  test('starts a server, a simulator and demo people, verifies them, and stops the server on exit', async () => {
    const start = clone.launch(['start'])
    const url = await readyUrl(start)
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    await start.untilSays(/dms_passport\/person: \d[\d,]* checked in .* verified/)
    const [people] = await query(
      'select count(*)::int as count, count(distinct inserted_by)::int as makers from mpi.persons',
    )
    expect(people).toEqual({ count: CLONE_PERSONS + 25, makers: 1 })
    expect(await query(LEFT)).toEqual([])
    expect(readKeysFile(join(await clone.stateDirectory(), 'keys')).byId.size).toBe(1)
    await endWithCtrlC(start)
    expect(await clone.serverPid()).toBeUndefined()
  })

  test('with --registries loads no demo people, and sync beside it verifies imported people as the files imply', async () => {
    const data = join(clone.directory, 'data')
    const generate = ['generate', '--persons', '500', '--seed', '1', '--out', data, '--quiet']
    expect(await clone.launch(generate).ended).toMatchObject({ code: 0 })
    // No worker runs now: truncate beside workers can deadlock.
    await query('truncate mpi.persons, zvirka.import_digests cascade')
    const start = clone.launch(['start', '--registries', data])
    const url = await readyUrl(start)
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    expect(await query('select from mpi.persons')).toEqual([])

    const imported = await clone.launch(['import', 'persons', join(data, 'persons.ndjson'), '--quiet']).ended
    expect(imported).toMatchObject({ code: 0 })
    // Commands here have the registries of the demo: each checks whoever is changed.
    const lines = (await readFile(join(data, 'persons.ndjson'), 'utf8')).trim().split('\n')
    const person = lines.map((line) => JSON.parse(line)).find(({ is_active, tax_id }) => is_active && tax_id !== null)
    const changed = join(data, 'changed.ndjson')
    await writeFile(changed, JSON.stringify({ ...person, last_name: 'Інакша' }))
    expect(await clone.launch(['import', 'persons', changed, '--quiet']).ended).toMatchObject({ code: 0 })
    const triggered = `select stream from zvirka.verification_history where subject_id = '${person.id}' and step = 'trigger'`
    expect(await query(triggered)).toContainEqual({ stream: 'drfo' })
    const { processes } = JSON.parse((await clone.launch(['status', '--json']).ended).out)
    expect(processes.filter(({ served }: { served: boolean }) => !served)).toEqual([])

    const synced = await clone.launch(['sync', 'dms-passport', 'person', '--attach', '--json', '--quiet']).ended
    expect({ code: synced.code, ...JSON.parse(synced.out) }).toMatchObject({ code: 0, state: 'finished' })
    const implied = await readImplied(data)
    await until('the run of the minute, if it was quicker, to be over', async () => {
      return (await query('select from zvirka.runs where ended_at is null')).length === 0
    })
    const outcomes = await query<Outcome>(OUTCOMES)
    expect(outcomes).toHaveLength(500)
    expect(outcomes.filter(({ id, outcome }) => !implied.get(id)?.has(outcome))).toEqual([])

    await endWithCtrlC(start)
    expect(await clone.serverPid()).toBeUndefined()
  })

  test('keeps the data for the next start, and adds no demo people to others', async () => {
    const start = clone.launch(['start'])
    await readyUrl(start)
    expect(await query('select from mpi.persons')).toHaveLength(500)
    start.signal('SIGTERM')
    expect(await start.ended).toMatchObject({ code: 0 })
    expect(await clone.serverPid()).toBeUndefined()
  })
})

describe('zvirka start on the database of DATABASE_URL', () => {
  let db: TestDatabase
  let environment: Record<string, string>
  let keys: string
  // With the demo of a clone, which has fewer people.
  const launch: ProgramClone['launch'] = (...typed) => clone.launch(...typed)
  beforeAll(async () => {
    db = await createTestDatabase()
    keys = mkdtempSync(join(tmpdir(), 'zvirka-keys-'))
    addKey(join(keys, 'keys'), new Date())
    environment = { DATABASE_URL: db.url, PORT: '0', ZVIRKA_LEASE_SECONDS: '3' }
    // Not the clone's own, which would stay there.
    environment['ZVIRKA_ENCRYPTION_KEYS_FILE'] = join(keys, 'keys')
  })
  afterAll(async () => {
    await clone.killAll()
    await db.drop()
    rmSync(keys, { recursive: true })
  })

  test('is refused without TREMBITA_URLS: real people must not be verified by a simulator', async () => {
    for (const more of [[], ['--registries', '.']]) {
      const { code, out, err } = await launch(['start', ...more], environment).ended
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(/DATABASE_URL is set and TREMBITA_URLS is not.*\nhint: .*--demo/)
    }
  })

  test('does not accept --demo together with TREMBITA_URLS', async () => {
    const { code, err } = await launch(['start', '--demo'], { ...environment, TREMBITA_URLS: 'http://127.0.0.1:9/' })
      .ended
    expect(code).toBe(2)
    expect(err).toMatch(/--demo starts a simulator/)
  })

  test('with --demo verifies the demo’s people, accepts its tokens as documented, and exits on Ctrl-C', async () => {
    const start = launch(['start', '--demo'], environment)
    const url = await readyUrl(start)
    expect((await fetch(`${url}/health/live`)).status).toBe(200)
    expect((await fetch(`${url}/health/ready`)).status).toBe(200)
    await start.untilSays(/dms_passport\/person: \d[\d,]* checked in .* verified/)
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/zvirka_/)
    expect(await db.database.query({ text: LEFT })).toEqual([])

    const tokens = printedTokens(start)
    const admin = tokens['NHS ADMIN'] ?? ''
    await until('everybody of the demo to be checked', async () => {
      return (await db.database.query({ text: 'select from zvirka.runs where ended_at is null' })).length === 0
    })
    expect(await (await fetch(`${url}/metrics`)).text()).toMatch(/zvirka_death_acts_total\{outcome="live"\} [1-9]/)
    await runReadme(url, admin)
    await runProgram(url, admin)
    await useRoles(url, tokens)

    const second = await launch(['start', '--demo'], { ...environment, PORT: new URL(url).port }).ended
    expect(second.code).toBe(1)
    expect(second.err).toMatch(new RegExp(`port ${new URL(url).port} of 127.0.0.1 is used.*\nhint: .*set PORT`))
    await endWithCtrlC(start)
    const living = await db.database.query({ text: 'select from zvirka.workers where ended_at is null' })
    expect(living).toEqual([])
    const people = await db.database.query({ text: 'select from mpi.persons' })
    expect(people).toHaveLength(CLONE_PERSONS + 25)

    const real = { ...environment, ...demoTrembita, TREMBITA_URLS: 'http://127.0.0.1:9/' }
    for (const command of [
      ['api'],
      ['worker'],
      ['start'],
      ['sync', 'unzr', 'person'],
      ['import', 'persons', '/dev/null'],
    ]) {
      const { code, out, err } = await launch(command, real).ended
      expect({ command, code, out }).toEqual({ command, code: 1, out: '' })
      expect(err).toMatch(/this is a demo database: .*\nhint: set DATABASE_URL to a database without demo data/)
    }
    const { out } = await launch(['doctor'], environment).ended
    expect(out).toMatch(/^problem +demo +The database has demo data/m)
  })

  test('with --demo is refused if there are people that no demo created', async () => {
    await addPersons(db.database, [{ documents: [] }])
    for (const more of [[], ['--registries', '.']]) {
      const { code, out, err } = await launch(['start', '--demo', ...more], environment).ended
      expect({ code, out }).toEqual({ code: 1, out: '' })
      expect(err).toMatch(/the database has persons that no demo created.*\nhint: leave out --demo/)
    }
  })
})
