import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Query } from '../../src/database/query.ts'
import type { SubjectKind } from '../../src/verification/status.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { waitingSessions } from './administrator.ts'
import { answered, handWorker, preChecked } from './by-hand.ts'
import { startRun } from './cluster.ts'
import { askable, type Case, caseOf, FIVE, illFormed, unzrOf } from './five.ts'
import { intrudeAndHold, isLocked, type OpenIntrusion } from './intruder.ts'
import { addParties, addPersons, addSubjects, nationalId } from './people.ts'
import { emptyTables } from './reset.ts'
import { WORKER_NAME } from './solo.ts'
import { TABLES } from './table-names.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

/** Subjects of a kind in the order of their verification rows. */
async function inOrder(kind: SubjectKind): Promise<string[]> {
  const { verifications, key } = TABLES[kind]
  const rows = await db.database.query<{ id: string }>({
    text: `select ${key} as id from ${verifications} v order by v.id`,
  })
  return rows.map(({ id }) => id)
}

/** Another transaction locks the verification row of a subject. */
function holdRow(kind: SubjectKind, id: string | undefined): Promise<OpenIntrusion> {
  const { summaries, key } = TABLES[kind]
  return intrudeAndHold(db, async (tx) => {
    await tx.query({ text: `select from ${summaries} where ${key} = $1 for update`, values: [id] })
  })
}

/** A `mimir` row of the process, as another transaction would write it. */
function keep({ process: { stream } }: Case, n: number): Query {
  const text =
    stream === 'unzr'
      ? `insert into mimir.unzr_data (unzr, family_name, given_name, patronymic_name, date_birth, status, description)
         values ($1, 'Шевченко', 'Олена', '', '1980-01-01', 1, '')`
      : `insert into mimir.${stream}_data (pass_type, pas_number, pas_status) values ('0101', $1, 1)`
  return { text, values: [stream === 'unzr' ? unzrOf(n) : nationalId(n).number] }
}

describe.each(FIVE)('a flush of $key locks', (of) => {
  const { kind } = of.process
  const run = { process: of.key }
  const many = (count: number) => Array.from({ length: count }, (_, n) => askable(of, n))

  test.each([
    ['that finds nothing', 0],
    ['that finds something', 1],
  ] as const)('%s: its subjects by the ids of their verification rows', async (_, status) => {
    await addSubjects(db.database, kind, many(12))
    const ids = await inOrder(kind)
    const worker = await handWorker(db, await startRun(db, run))
    const claimed = await worker.claim(100)
    const held = await holdRow(kind, ids[5])
    const writing = worker.write(claimed.map((each) => answered(each, status)))
    await until('the flush to wait', async () => (await waitingSessions(db, WORKER_NAME)) > 0)
    const locked = await Promise.all(ids.map((id) => isLocked(db, kind, id)))
    await held.commit()
    await writing
    expect(locked).toEqual(ids.map((__, n) => n <= 5))
  })

  test.runIf(of.process.stream !== 'unzr')('persons before parties, and each by id', async () => {
    await addPersons(db.database, many(4))
    await addParties(db.database, many(4))
    const [persons, parties] = [await inOrder('person'), await inOrder('party')]
    const worker = await handWorker(db, await startRun(db, run))
    const claimed = await worker.claim(100)
    const held = await holdRow('party', parties[1])
    const writing = worker.write(claimed.map((each) => answered(each, 1)))
    await until('the flush to wait', async () => (await waitingSessions(db, WORKER_NAME)) > 0)
    const locked = [
      await Promise.all(persons.map((id) => isLocked(db, 'person', id))),
      await Promise.all(parties.map((id) => isLocked(db, 'party', id))),
    ]
    await held.commit()
    await writing
    expect(locked).toEqual([
      [true, true, true, true],
      [true, true, false, false],
    ])
  })

  test('rows of mimir by their key, before any subject', async () => {
    await addSubjects(db.database, kind, many(40))
    const worker = await handWorker(db, await startRun(db, run))
    const claimed = await worker.claim(100)
    const held = await intrudeAndHold(db, async (tx) => {
      await tx.query(keep(of, 0))
    })
    const writing = worker.write(claimed.toReversed().map((each) => answered(each, 1)))
    await until('the flush to wait', async () => (await waitingSessions(db, WORKER_NAME)) > 0)
    // None of the later keys is locked: another transaction can write each of them at once.
    const other = db.database.transaction(async (tx) => {
      await tx.query({ text: `set local lock_timeout = '1s'` })
      for (let n = 39; n > 0; n -= 1) await tx.query(keep(of, n))
      throw new Error('undone')
    })
    await expect(other).rejects.toThrow('undone')
    expect(await isLocked(db, kind, claimed[0]?.subjectId)).toBe(false)
    await held.commit()
    await writing
  })
})

test('a flush locks the verification row before the person whose UNZR it clears', async () => {
  const of = caseOf('unzr/person')
  const [id = ''] = await addPersons(db.database, [illFormed(of)])
  const worker = await handWorker(db, await startRun(db, { process: of.key }))
  const claimed = await worker.claim(1)
  const held = await holdRow('person', id)
  const writing = worker.write(claimed.map(preChecked))
  await until('the flush to wait', async () => (await waitingSessions(db, WORKER_NAME)) > 0)
  const isPersonFree = await db.database.query({
    text: 'select from mpi.persons where id = $1 for update nowait',
    values: [id],
  })
  expect(isPersonFree).toHaveLength(1)
  await held.commit()
  expect((await writing).kind).toBe('written')
})
