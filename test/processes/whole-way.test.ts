import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadRegistries } from '../../simulator/registries/load.ts'
import { KINDS } from '../../src/verification-store/kinds.ts'
import { zvirka } from '../cli/zvirka.ts'
import { effort } from '../support/effort.ts'
import { type Ground, prepareGround } from './ground.ts'
import { type Implied, implyPassports, implyUnzr } from './implied.ts'

const PERSONS = effort(1500, 20_000)
const PARTIES = effort(600, 5000)

// Persons before parties for one passport stream and after them for the other: answers reach people checked later, and people checked
// before.
const RUNS = ['unzr person', 'mvs-passport person', 'mvs-passport party', 'dms-passport party', 'dms-passport person']

type Kind = 'person' | 'party'
type Stream = 'unzr' | 'mvs_passport' | 'dms_passport'

let folder = ''
let ground: Ground
let implied: Record<`${Stream}/${Kind}`, Implied | undefined>
let without: ReadonlySet<string>
const summaries = new Map<string, Record<string, number | string>>()

async function run(...args: readonly string[]): Promise<string> {
  const ended = await zvirka(args, ground.environment({ LOG_LEVEL: 'warn' }))
  expect(ended, args.join(' ')).toMatchObject({ code: 0, err: '' })
  return ended.out
}

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zvirka-whole-way-'))
  const generated = await zvirka([
    ...['generate', '--persons', String(PERSONS), '--parties', String(PARTIES)],
    ...['--seed', '1', '--out', folder, '--quiet'],
  ])
  expect(generated).toMatchObject({ code: 0, err: '' })
  const unzr = await implyUnzr(folder)
  const mvs = await implyPassports(folder, 'mvs_passport', ['person', 'party'])
  const dms = await implyPassports(folder, 'dms_passport', ['party', 'person'])
  without = unzr.without
  implied = {
    'unzr/person': unzr.person,
    'unzr/party': undefined,
    'mvs_passport/person': mvs.person,
    'mvs_passport/party': mvs.party,
    'dms_passport/person': dms.person,
    'dms_passport/party': dms.party,
  }
  const { registers } = await loadRegistries(folder)
  ground = await prepareGround({ registers })
  for (const people of ['persons', 'parties']) await run('import', people, join(folder, `${people}.ndjson`), '--quiet')
  for (const process of RUNS) {
    const summary = await run('sync', ...process.split(' '), '--attach', '--json', '--quiet')
    summaries.set(process, JSON.parse(summary) as Record<string, number | string>)
  }
})

afterAll(async () => {
  await ground?.close()
  await rm(folder, { recursive: true, force: true })
})

interface Outcome {
  readonly id: string
  readonly outcome: string
}

function outcomes(kind: Kind, stream: Stream): Promise<Outcome[]> {
  const { verifications, subjectId } = KINDS[kind]
  return ground.db.database.query<Outcome>({
    text: `select ${subjectId} as id, ${stream}_verification_status || ' / ' || ${stream}_verification_reason as outcome
             from ${verifications}`,
  })
}

const PASSPORT_ENDS = (found: string, notFound: string) => [
  'NOT_VERIFIED / AUTO_INCORRECT_DATA',
  `NOT_VERIFIED / ${found}`,
  'VERIFICATION_NEEDED / INITIAL',
  'VERIFICATION_NOT_NEEDED / AUTO_DATA_ABSENT',
  `VERIFIED / ${notFound}`,
]
const MVS_ENDS = PASSPORT_ENDS('AUTO_LOST', 'AUTO_NOT_LOST')
const DMS_ENDS = PASSPORT_ENDS('AUTO_NOT_VALID', 'AUTO_VALID')
const PROCESSES = [
  [
    'unzr',
    'person',
    PERSONS,
    ['NOT_VERIFIED / AUTO', ...PASSPORT_ENDS('', '').filter((end) => !end.endsWith(' ')), 'VERIFIED / AUTO'],
  ],
  ['mvs_passport', 'person', PERSONS, MVS_ENDS],
  ['mvs_passport', 'party', PARTIES, MVS_ENDS],
  ['dms_passport', 'person', PERSONS, DMS_ENDS],
  ['dms_passport', 'party', PARTIES, DMS_ENDS],
] as const

describe(`${PERSONS} persons and ${PARTIES} parties, generated, imported and synced by commands against the simulator`, () => {
  test.each(PROCESSES)(
    'end in %s of each %s with the status and reason that the files imply',
    async (stream, kind, count, ends) => {
      const all = await outcomes(kind, stream)
      expect(all).toHaveLength(count)
      const expected = implied[`${stream}/${kind}`]
      const wrong = all.filter(({ id, outcome }) => !expected?.get(id)?.has(outcome))
      expect(wrong.map(({ id, outcome }) => ({ id, outcome, implied: [...(expected?.get(id) ?? [])] }))).toEqual([])
      // Only somebody who shares another's document can end in more than one way, and those are few.
      expect([...(expected?.values() ?? [])].filter(({ size }) => size > 1).length).toBeLessThan(count / 100)
      expect([...new Set(all.map(({ outcome }) => outcome))].toSorted()).toEqual(ends.toSorted())
    },
  )

  // The second kind in each register, after the first run.
  test.each(['mvs_passport party', 'dms_passport person'])(
    'get results in %s from answers about the other kind, and the history says so',
    async (stream) => {
      const rows = await ground.db.database.query({
        text: `select distinct subject_id from zvirka.verification_history
                where step = '4.2' and concat_ws(' ', stream, subject_kind) = $1`,
        values: [stream],
      })
      expect(rows.length).toBeGreaterThan(0)
    },
  )

  test('lose a malformed UNZR, and no other', async () => {
    const rows = await ground.db.database.query<{ id: string }>({
      text: 'select id from mpi.persons where unzr is null',
    })
    expect(new Set(rows.map(({ id }) => id))).toEqual(without)
  })

  test.each([
    ['person', 'CHANGES_NEEDED'],
    ['party', 'NOT_VERIFIED'],
  ] as const)('change their cumulative status, with one event, exactly if a %s is not verified', async (kind, bad) => {
    const streams: Stream[] =
      kind === 'person' ? ['unzr', 'mvs_passport', 'dms_passport'] : ['mvs_passport', 'dms_passport']
    const { subjects, verifications, subjectId } = KINDS[kind]
    const all = await ground.db.database.query<{ id: string; cumulative: string; is_bad: boolean; events: string[] }>({
      text: `select s.id, s.verification_status as cumulative,
                    'NOT_VERIFIED' in (${streams.map((stream) => `v.${stream}_verification_status`).join(', ')}) as is_bad,
                    coalesce((select array_agg(e.properties->'verification_status'->>'new_value')
                                from event_manager.events e where e.entity_id = s.id), '{}') as events
               from ${subjects} s join ${verifications} v on v.${subjectId} = s.id`,
    })
    const wrong = all.filter(
      ({ cumulative, is_bad, events }) =>
        cumulative !== (is_bad ? bad : 'VERIFICATION_NEEDED') || events.join() !== (is_bad ? bad : ''),
    )
    expect(wrong).toEqual([])
    expect(all.filter(({ is_bad }) => is_bad).length).toBeGreaterThan(all.length / 100)
  })

  test('are asked about at most once each, and counted by outcome', async () => {
    let asked = 0
    for (const [process, summary] of summaries) {
      expect(summary, process).toMatchObject({ state: 'finished', technical_errors: 0 })
      const { claimed, verified, not_verified, not_needed, incorrect } = summary as Record<string, number>
      expect(claimed).toBe((verified ?? 0) + (not_verified ?? 0) + (not_needed ?? 0) + (incorrect ?? 0))
      asked += (verified ?? 0) + (not_verified ?? 0)
    }
    const messages = ground.simulator.calls().map(({ messageId }) => messageId)
    expect(messages).toHaveLength(asked)
    expect(new Set(messages).size).toBe(messages.length)
    const tally = Map.groupBy(await outcomes('person', 'unzr'), ({ outcome }) => outcome)
    expect(summaries.get('unzr person')).toMatchObject({
      verified: tally.get('VERIFIED / AUTO')?.length,
      not_verified: tally.get('NOT_VERIFIED / AUTO')?.length,
      not_needed: tally.get('VERIFICATION_NOT_NEEDED / AUTO_DATA_ABSENT')?.length,
      incorrect: tally.get('NOT_VERIFIED / AUTO_INCORRECT_DATA')?.length,
    })
  })
})
