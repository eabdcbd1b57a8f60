import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { SubjectKind } from '../../src/verification/status.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { waitingSessions } from './administrator.ts'
import { answered, handWorker } from './by-hand.ts'
import { startRun, until } from './cluster.ts'
import { intrudeAndHold, isLocked, type OpenIntrusion } from './intruder.ts'
import { addParties, addPersons, nationalId } from './people.ts'
import { emptyTables } from './reset.ts'
import { WORKER_NAME } from './solo.ts'
import { TABLES } from './table-names.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
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

/** Somebody else holds the verification row of a subject. */
function holdRow(kind: SubjectKind, id: string | undefined): Promise<OpenIntrusion> {
  const { verifications, key } = TABLES[kind]
  return intrudeAndHold(db, async (tx) => {
    await tx.query({ text: `select from ${verifications} where ${key} = $1 for update`, values: [id] })
  })
}

describe('a flush locks', () => {
  test.each([
    ['that finds nothing', 0],
    ['that finds something', 1],
  ] as const)('%s: persons by the ids of their verification rows', async (_, status) => {
    await addPersons(
      db.database,
      Array.from({ length: 12 }, (__, n) => ({ documents: [nationalId(n)] })),
    )
    const ids = await inOrder('person')
    const worker = await handWorker(db, await startRun(db))
    const claimed = await worker.claim(100)
    const held = await holdRow('person', ids[5])
    const writing = worker.write(claimed.map((each) => answered(each, status)))
    await until('the flush to wait', async () => (await waitingSessions(db, WORKER_NAME)) > 0)
    const locked = await Promise.all(ids.map((id) => isLocked(db, 'person', id)))
    await held.commit()
    await writing
    expect(locked).toEqual(ids.map((__, n) => n <= 5))
  })

  test('persons before parties, and parties by the ids of their verification rows', async () => {
    await addPersons(
      db.database,
      Array.from({ length: 4 }, (_, n) => ({ documents: [nationalId(n)] })),
    )
    await addParties(
      db.database,
      Array.from({ length: 4 }, (_, n) => ({ documents: [nationalId(n)] })),
    )
    const [persons, parties] = [await inOrder('person'), await inOrder('party')]
    const worker = await handWorker(db, await startRun(db))
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

  test('rows of mimir by their key, before any person', async () => {
    await addPersons(
      db.database,
      Array.from({ length: 40 }, (_, n) => ({ documents: [nationalId(n)] })),
    )
    const keep = (n: number) => ({
      text: `insert into mimir.dms_passport_data (pass_type, pas_number, pas_status) values ('0101', $1, 1)`,
      values: [nationalId(n).number],
    })
    const worker = await handWorker(db, await startRun(db))
    const claimed = await worker.claim(100)
    const held = await intrudeAndHold(db, async (tx) => {
      await tx.query(keep(0))
    })
    const writing = worker.write(claimed.map((each) => answered(each, 1)))
    await until('the flush to wait', async () => (await waitingSessions(db, WORKER_NAME)) > 0)
    // None of the keys behind the first is taken: each could be written by another at once.
    const other = db.database.transaction(async (tx) => {
      await tx.query({ text: `set local lock_timeout = '1s'` })
      for (let n = 39; n > 0; n -= 1) await tx.query(keep(n))
      throw new Error('undone')
    })
    await expect(other).rejects.toThrow('undone')
    expect(await isLocked(db, 'person', claimed[0]?.subjectId)).toBe(false)
    await held.commit()
    await writing
  })
})
