import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { zvirka } from '../cli/zvirka.ts'
import { type Ground, prepareGround } from './ground.ts'
import { type Implied, readImplied } from './implied.ts'

const PERSONS = 20_000

let folder = ''
let ground: Ground
let implied: Implied
let summary: Record<string, unknown>

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zvirka-whole-way-'))
  const generated = await zvirka(['generate', '--persons', String(PERSONS), '--seed', '1', '--out', folder, '--quiet'])
  expect(generated).toMatchObject({ code: 0, err: '' })
  implied = await readImplied(folder)
  const { registers } = await loadRegistries(folder)
  ground = await prepareGround({ registers })
  const imported = await zvirka(
    ['import', 'persons', join(folder, 'persons.ndjson'), '--quiet'],
    ground.environment({ LOG_LEVEL: 'warn' }),
  )
  expect(imported).toMatchObject({ code: 0, err: '' })
  const synced = await zvirka(
    ['sync', 'dms-passport', 'person', '--attach', '--json', '--quiet'],
    ground.environment({ LOG_LEVEL: 'warn' }),
  )
  expect(synced).toMatchObject({ code: 0, err: '' })
  summary = JSON.parse(synced.out) as Record<string, unknown>
}, 180_000)

afterAll(async () => {
  await ground?.close()
  await rm(folder, { recursive: true, force: true })
})

interface Outcome {
  readonly id: string
  readonly outcome: string
  readonly cumulative: string
  readonly events: number
}

function outcomes(): Promise<Outcome[]> {
  return ground.db.database.query<Outcome>({
    text: `select p.id, v.dms_passport_verification_status || ' / ' || v.dms_passport_verification_reason as outcome,
                  p.verification_status as cumulative,
                  (select count(*) from event_manager.events e where e.entity_id = p.id)::int as events
             from mpi.persons p join mpi.person_verifications v on v.person_id = p.id`,
  })
}

function tallyOf(all: readonly Outcome[]): Record<string, number> {
  return Object.fromEntries(
    [...Map.groupBy(all, ({ outcome }) => outcome)].map(([name, those]) => [name, those.length]),
  )
}

describe(`${PERSONS} generated persons, imported and synced by commands against the simulator`, () => {
  test('end each with the status and reason that the generator’s files imply', async () => {
    const all = await outcomes()
    expect(all).toHaveLength(PERSONS)
    expect(all.filter(({ id, outcome }) => !implied.get(id)?.has(outcome))).toEqual([])
    // Only who holds the document of somebody else may end in more than one way, and those are few.
    expect([...implied.values()].filter(({ size }) => size > 1).length).toBeLessThan(PERSONS / 500)
    expect(Object.keys(tallyOf(all)).toSorted()).toEqual([
      'NOT_VERIFIED / AUTO_INCORRECT_DATA',
      'NOT_VERIFIED / AUTO_NOT_VALID',
      'VERIFICATION_NEEDED / INITIAL',
      'VERIFICATION_NOT_NEEDED / AUTO_DATA_ABSENT',
      'VERIFIED / AUTO_VALID',
    ])
  })

  test('change in cumulative status, with one event, exactly where they are not verified', async () => {
    const wrong = (await outcomes()).filter(({ outcome, cumulative, events }) => {
      const isBad = outcome.startsWith('NOT_VERIFIED')
      return cumulative !== (isBad ? 'CHANGES_NEEDED' : 'VERIFICATION_NEEDED') || events !== (isBad ? 1 : 0)
    })
    expect(wrong).toEqual([])
  })

  test('are asked about once each, and counted as they ended', async () => {
    const tally = tallyOf(await outcomes())
    expect(summary).toMatchObject({
      state: 'finished',
      not_needed: tally['VERIFICATION_NOT_NEEDED / AUTO_DATA_ABSENT'],
      technical_errors: 0,
    })
    const { claimed, verified, not_verified, not_needed, incorrect } = summary as Record<string, number>
    expect(claimed).toBe((verified ?? 0) + (not_verified ?? 0) + (not_needed ?? 0) + (incorrect ?? 0))
    const messages = ground.simulator.calls().map(({ messageId }) => messageId)
    expect(messages).toHaveLength((verified ?? 0) + (not_verified ?? 0))
    expect(new Set(messages).size).toBe(messages.length)
  })
})
