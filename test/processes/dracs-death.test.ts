// Rules: spec 8.5.4, 8.8, 8.10, 8.16
/**
 * DRACS death by commands over SOAP, killed during the run: everybody ends as the register's acts imply; and the decisions of the demo's
 * cast.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { provideCast } from '../../demo/cast.ts'
import { DEATHS } from '../../demo/generate/cast/deaths.ts'
import { castId } from '../../demo/generate/cast/ids.ts'
import { createDeaths } from '../../demo/generate/deaths.ts'
import type { GeneratedParty } from '../../demo/generate/party.ts'
import type { GeneratedPerson } from '../../demo/generate/person.ts'
import { createRandom } from '../../demo/generate/random.ts'
import { DEMO_USER } from '../../demo/people.ts'
import type { DeathRegistry } from '../../simulator/registries/death-registry.ts'
import { emptyRegisters } from '../../simulator/registries/load.ts'
import type { DeathRecord } from '../../simulator/registries/records.ts'
import { scorePair } from '../../src/death-acts/score.ts'
import { zvirka } from '../cli/zvirka.ts'
import { act as wholeAct } from '../death-acts/acts.ts'
import { effort } from '../support/effort.ts'
import { type Ground, prepareGround } from './ground.ts'
import { readLines } from './implied.ts'

const PERSONS = effort(300, 10_000)
const PARTIES = effort(100, 3000)
const CHECKS = { person: 'mpi.person_dracs_death_checks', party: 'prm.party_dracs_death_checks' } as const

let folder = ''
let ground: Ground
const registers = emptyRegisters()
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zvirka-dracs-'))
  ground = await prepareGround({ registers })
})
afterAll(async () => {
  await ground?.close()
  await rm(folder, { recursive: true, force: true })
})

/** The final state of somebody, by the acts that the register answers with: the best live one decides. */
function implied({ deaths }: { deaths: DeathRegistry }, who: GeneratedPerson | GeneratedParty): string {
  const names = { surname: who.last_name, name: who.first_name, patronymic: who.second_name ?? '' }
  const scores = deaths
    .find({ ...names, birthDate: who.birth_date }, new Date())
    .filter(({ ar_op_name }) => ar_op_name === '1')
    .map((record) => scorePair(who, asAct(record)).score)
  const best = Math.max(0, ...scores)
  return `${best >= 0.9 ? 'NOT_VERIFIED' : best >= 0.7 ? 'VERIFICATION_NEEDED' : 'VERIFIED'} AUTO_ONLINE`
}

function asAct({ doc_seizes, ...record }: DeathRecord) {
  const texts = Object.fromEntries(Object.entries(record).map(([name, value]) => [name, value ?? null]))
  return wholeAct({ ...texts, doc_seizes: doc_seizes ?? [] })
}

async function outcomesOf(kind: 'person' | 'party'): Promise<Map<string, string>> {
  const rows = await ground.db.database.query<{ id: string; outcome: string }>({
    text: `select subject_id as id, concat_ws(' ', status, reason) as outcome from ${CHECKS[kind]}`,
  })
  return new Map(rows.map(({ id, outcome }) => [id, outcome]))
}

test('gives the demo’s people candidates of each zone, none of an annulled act or another person’s', async () => {
  for (const record of DEATHS) registers.deaths.add(record)
  const app = ground.db.open({ role: 'zvirka_app', max: 2 })
  await provideCast(app, { folder, userId: DEMO_USER, signal: new AbortController().signal })
  for (const kind of ['person', 'party']) {
    expect(await ground.launch(['sync', 'dracs-death', kind, '--json', '--quiet']).ended).toMatchObject({ code: 0 })
  }
  const zonesOf = async (table: string) => {
    const rows = await ground.db.database.query<{ zone: string }>({
      text: `select distinct details ->> 'zone' as zone from ${table} where status = 'NEW' and entity_type = 'dracs_death_act' order by 1`,
    })
    return rows.map(({ zone }) => zone)
  }
  expect(await zonesOf('mpi.person_verification_candidates')).toEqual(['grey', 'white'])
  expect(await zonesOf('prm.party_verification_candidates')).toEqual(['grey', 'white'])
  const [persons, parties] = [await outcomesOf('person'), await outcomesOf('party')]
  const person = (number: number) => persons.get(castId('person', number))
  const party = (number: number) => parties.get(castId('party', number))
  expect([person(4), person(5), person(3), person(9), person(1)]).toEqual([
    'NOT_VERIFIED AUTO_ONLINE',
    'NOT_VERIFIED AUTO_ONLINE',
    'VERIFICATION_NEEDED AUTO_ONLINE',
    // Same names and birth date as the fourth: the act may be either's.
    'VERIFICATION_NEEDED AUTO_ONLINE',
    'VERIFIED AUTO_ONLINE',
  ])
  expect([party(18), party(16), party(14), party(9)]).toEqual([
    'NOT_VERIFIED AUTO_ONLINE',
    'VERIFICATION_NEEDED AUTO_ONLINE',
    'VERIFICATION_NEEDED AUTO_ONLINE',
    'VERIFIED AUTO_ONLINE',
  ])
  const annulled = `select from mpi.person_verification_candidates c join mimir.dracs_death_acts a on a.id = c.entity_id where a.ar_op_name = '2'`
  expect(await ground.db.database.query({ text: annulled })).toEqual([])
})

test('ends with every status as the register implies, although workers are killed during the run', async () => {
  const size = ['--persons', String(PERSONS), '--parties', String(PARTIES)]
  expect(await zvirka(['generate', ...size, '--seed', '7', '--out', folder, '--quiet'])).toMatchObject({ code: 0 })
  const persons = await readLines<GeneratedPerson>(folder, 'persons.ndjson')
  const parties = await readLines<GeneratedParty>(folder, 'parties.ndjson')
  const deaths = createDeaths(createRandom(3), 7, (entry) => registers.deaths.add(entry))
  for (const who of [...persons, ...parties]) deaths.of(who)
  for (const people of ['persons', 'parties']) {
    const imported = await zvirka(['import', people, join(folder, `${people}.ndjson`), '--quiet'], ground.environment())
    expect(imported).toMatchObject({ code: 0 })
  }
  const checked = {
    person: persons.filter(({ status, is_active }) => status === 'active' && is_active),
    party: parties.filter(({ employees }) => employees.some((each) => each.status === 'APPROVED' && each.is_active)),
  }
  await ground.simulator.setFaults({
    faults: [{ kind: 'latency', delay: { distribution: 'uniform', min_ms: 0, max_ms: 40 } }],
  })
  for (const kind of ['person', 'party'] as const) {
    const victim = ground.launch(['sync', 'dracs-death', kind, '--json', '--quiet'])
    await ground.untilCalls(ground.simulator.calls().length + 40)
    await victim.kill()
    expect(await ground.launch(['sync', 'dracs-death', kind, '--json', '--quiet']).ended).toMatchObject({ code: 0 })
    const outcomes = await outcomesOf(kind)
    const expected = checked[kind].map((who) => [who.id, implied(registers, who)] as const)
    expect(new Set(expected.map(([, outcome]) => outcome)).size).toBe(3)
    expect(expected.filter(([id, outcome]) => outcomes.get(id) !== outcome)).toEqual([])
  }
  expect(await ground.db.database.query({ text: 'select from zvirka.claims' })).toEqual([])
  const dead = `select from mpi.persons where status <> 'active' and id = any ($1)`
  expect(await ground.db.database.query({ text: dead, values: [checked.person.map(({ id }) => id)] })).toEqual([])
})
