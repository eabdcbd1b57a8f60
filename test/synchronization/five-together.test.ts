import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Executor } from '../../src/database/query.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { dismissAll, hire, importChanged, ownStreamsOf, sendAgain, setActive } from './changes.ts'
import { answer } from './cluster.ts'
import { FIVE, numberAsked, runThrough, unzrOf } from './five.ts'
import { AT_WORK, addSubjects, nationalId, type TestDocument } from './people.ts'
import { startSolo } from './solo.ts'
import { TABLES } from './table-names.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

const SUBJECTS = 150
const WRITERS = 4
const CHANGES = 120

// The registries know every third number; numbers are few, so that documents are shared.
const isKnown = (number: number) => number % 3 === 0
const random = (below: number) => Math.floor(Math.random() * below)
const reply = (number: number) => answer(isKnown(number) ? 1 : 0)

function someDocuments(): TestDocument[] {
  const drawn = random(10)
  if (drawn === 0) return []
  return drawn === 1 ? [{ type: 'PASSPORT', number: 'аб000001' }] : [nationalId(random(60))]
}

function someUnzr(): string | null {
  const drawn = random(10)
  return drawn === 0 ? null : drawn === 1 ? '19800101-1' : unzrOf(random(60))
}

const IDENTITY = { last_name: 'Шевченко', first_name: 'Олена', second_name: null, birth_date: '1980-01-01' }

type Kind = 'person' | 'party'

/** One change, as an import, an NHS employee or a personnel department makes it. */
async function change(tx: Executor, kind: Kind, id: string): Promise<void> {
  switch (random(5)) {
    case 0:
    case 1:
      return importChanged(tx, kind, id, { documents: someDocuments(), identity: { ...IDENTITY, unzr: someUnzr() } })
    case 2: {
      const streams = ownStreamsOf(kind)
      return sendAgain(tx, kind, id, streams[random(streams.length)])
    }
    case 3:
      return kind === 'person' ? setActive(tx, id, false) : dismissAll(tx, id)
    default:
      return kind === 'person' ? setActive(tx, id, true) : hire(tx, id, AT_WORK)
  }
}

interface Final {
  readonly id: string
  readonly row: Readonly<Record<string, string | number | boolean | null>>
  readonly cumulative: string
  readonly computed: string
  readonly told: string | null
  readonly is_active: boolean
  readonly unzr: string | null
  readonly type: string | null
  readonly number: string | null
}

function readFinal(kind: Kind): Promise<Final[]> {
  const { subjects, documents, verifications, key, cumulative, entity } = TABLES[kind]
  const [isActive, unzr] =
    kind === 'person'
      ? [`s.status = 'active' and s.is_active`, 's.unzr']
      : [
          `exists (select from prm.employees e where e.party_id = s.id and e.status = 'APPROVED' and e.is_active)`,
          'null',
        ]
  return db.database.query<Final>({
    text: `select s.id, to_jsonb(v) as row, s.verification_status as cumulative, ${cumulative}(v) as computed,
                  ${isActive} as is_active, ${unzr} as unzr, d.type, d.number,
                  (select properties #>> '{verification_status,new_value}' from event_manager.events e
                    where e.entity_id = s.id and e.entity_type = '${entity}' order by event_time desc limit 1) as told
             from ${subjects} s join ${verifications} v on v.${key} = s.id left join ${documents} d on d.${key} = s.id`,
  })
}

/** The expected state of a checked subject's stream, by its current data. */
function expected(stream: string, { type, number, unzr, row }: Final): unknown[] {
  const { good, bad } = FIVE.find(({ process }) => process.stream === stream) ?? { good: undefined, bad: undefined }
  const asked = stream === 'unzr' ? unzr : number
  // An ill-formed UNZR was removed.
  if (asked === null && stream === 'unzr' && row['unzr_verification_reason'] === 'AUTO_INCORRECT_DATA')
    return ['NOT_VERIFIED', 'AUTO_INCORRECT_DATA']
  if (asked === null) return ['VERIFICATION_NOT_NEEDED', 'AUTO_DATA_ABSENT']
  if (stream !== 'unzr' && type === 'PASSPORT') return ['NOT_VERIFIED', 'AUTO_INCORRECT_DATA']
  const isFound = isKnown(numberAsked(stream === 'unzr' ? { unzr: asked } : { pasNumber: asked }))
  const verdict = (stream === 'unzr') === isFound ? good : bad
  return [verdict?.status, verdict?.reason]
}

test('five processes with two workers each, with concurrent imports, triggers and hirings, leave everybody checked with their current data', async () => {
  const ids: [Kind, string][] = []
  for (const kind of ['person', 'party'] as const) {
    const drawn = Array.from({ length: SUBJECTS }, () => ({
      documents: someDocuments(),
      unzr: someUnzr(),
      // Every stream of ours is due.
      others: 'VERIFICATION_NEEDED',
    }))
    for (const id of await addSubjects(db.database, kind, drawn)) ids.push([kind, id])
  }
  // Streams of other processes are done, so that the cumulative status depends on ours.
  await db.database.query({
    text: `update wide.person_verifications
              set drfo_verification_status = 'VERIFIED', dracs_death_verification_status = 'VERIFIED', nhs_verification_status = 'VERIFIED'`,
  })
  await db.database.query({
    text: `update wide.party_verifications set drfo_verification_status = 'VERIFIED', dracs_death_verification_status = 'VERIFIED'`,
  })
  const trouble: unknown[] = []
  const ask = async (question: unknown) => {
    await new Promise((resolve) => setTimeout(resolve, random(5)))
    return reply(numberAsked(question))
  }
  const options = { ask, batchSize: 20, concurrency: 8, onTrouble: (error: unknown) => trouble.push(error) }
  const loops = []
  for (const { key } of FIVE) {
    const first = await startSolo(db, { ...options, run: { process: key } })
    loops.push(first, await startSolo(db, { ...options, existing: first.run }))
  }
  let attempts = 0
  const write = async () => {
    for (let n = 0; n < CHANGES; n += 1) {
      const [kind, id] = ids[random(ids.length)] ?? ['person', '']
      await db.database.transaction((tx) => {
        attempts += 1
        return change(tx, kind, id)
      })
    }
  }
  await Promise.all(Array.from({ length: WRITERS }, write))
  await until('the end of the runs', async () => {
    const open = await db.database.query({ text: 'select from zvirka.runs where ended_at is null' })
    return open.length === 0
  })
  for (const { loop } of loops) loop.leave()
  await Promise.all(loops.map(({ ended }) => ended))
  // Subjects triggered after the end of a run.
  for (const of of FIVE) await runThrough(db, of, reply)

  expect(trouble).toEqual([])
  // With a fixed lock order no transaction is retried.
  expect(attempts).toBe(WRITERS * CHANGES)
  expect(await db.database.query({ text: 'select * from zvirka.claims' })).toEqual([])
  for (const kind of ['person', 'party'] as const) {
    for (const subject of await readFinal(kind)) {
      const { row, cumulative, computed, told, is_active } = subject
      expect(row['is_subject_active']).toBe(is_active)
      expect(cumulative).toBe(computed)
      if (told !== null) expect(told).toBe(cumulative)
      if (!is_active) continue
      for (const stream of ownStreamsOf(kind)) {
        const held = [row[`${stream}_verification_status`], row[`${stream}_verification_reason`]]
        expect([stream, ...held]).toEqual([stream, ...expected(stream, subject)])
      }
    }
  }
})
