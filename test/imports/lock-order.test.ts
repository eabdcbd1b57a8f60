/** The order in which an import locks (spec 1.8). */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sqlState } from '../../src/database/sql-state.ts'
import { KINDS } from '../../src/verification-store/kinds.ts'
import { employee, importLines as importParties, party } from '../parties/parties.ts'
import { importLines as importPersons, person } from '../persons/persons.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until } from '../support/until.ts'
import { waitingSessions } from '../synchronization/administrator.ts'
import type { Line } from './people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

/** Whether a statement meets a lock: it waits for none. */
async function meetsLock(text: string, values: unknown[]): Promise<boolean> {
  try {
    await db.open({ max: 1, lockTimeoutMs: 100 }).query({ text, values })
    return false
  } catch (error) {
    if (sqlState(error) === '55P03') return true
    throw error
  }
}

const PERSONS = {
  kind: 'person' as const,
  importLines: importPersons,
  make: () => person(),
  change: (one: Line) => one,
}
const CLINIC = randomUUID()
const PARTIES = {
  kind: 'party' as const,
  importLines: importParties,
  make: () => party(),
  // Also works at a place where nobody worked before.
  change: (one: Line) => ({ ...one, employees: [employee({ legal_entity_id: CLINIC })] }),
}

describe.each([PERSONS, PARTIES])('an import of a changed $kind', ({ kind, importLines, make, change }) => {
  const { subjects, summaries, subjectId } = KINDS[kind]

  test('locks verification rows by their ids, and subjects after all of them', async () => {
    const people = Array.from({ length: 4 }, make)
    await importLines(db.database, people)
    const rows = await db.database.query<{ id: string }>({
      text: `select v.${subjectId} as id from ${summaries} v where v.${subjectId} = any ($1) order by v.id`,
      values: [people.map(({ id }) => id)],
    })
    const [first, second, held, last] = rows.map(({ id }) => id)
    const importer = db.open({ max: 2, applicationName: 'importer' })
    let importing: ReturnType<typeof importLines> | undefined
    await db.open({ max: 1 }).transaction(async (tx) => {
      await tx.query({ text: `select from ${summaries} where ${subjectId} = $1 for update`, values: [held] })
      importing = importLines(
        importer,
        people.map((one) => ({ ...change(one), last_name: 'Коваль' })),
      )
      await until('the import to wait', async () => (await waitingSessions(db, 'importer')) === 1)
      const isVerificationLocked = (id: string | undefined) =>
        meetsLock(`select from ${summaries} where ${subjectId} = $1 for update`, [id])
      expect(await Promise.all([first, second, last].map(isVerificationLocked))).toEqual([true, true, false])
      const isAnySubjectLocked = meetsLock(`select from ${subjects} where id = any ($1) for update`, [
        people.map(({ id }) => id),
      ])
      expect(await isAnySubjectLocked).toBe(false)
      if (kind === 'party') {
        // Inserted already, but not visible to others yet.
        const make = `insert into prm.legal_entities (id, name, type, status) values ($1, 'x', 'x', 'x')`
        expect(await meetsLock(make, [CLINIC])).toBe(true)
      }
    })
    expect(await importing).toMatchObject({ counts: { changed: 4, bad: 0 } })
  })
})
