// Rules: spec 2.4.2
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { UnzrQuestion } from '../../src/verification/streams/unzr.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answer, countsOf } from './cluster.ts'
import { askable, caseOf, runThrough, unzrOf } from './five.ts'
import { addPersons, nationalId, streamState } from './people.ts'
import { emptyTables } from './reset.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600_000).toISOString()
const rowsOf = (table: string) => db.database.query<Record<string, unknown>>({ text: `select * from ${table}` })

describe('unzr/person', () => {
  const of = caseOf('unzr/person')

  test('asks for each of several persons with one UNZR; the row holds the last one found, and all found ones link to it', async () => {
    const shared = { stream: 'unzr', unzr: unzrOf(1), documents: [nationalId(1)] } as const
    const ids = await addPersons(db.database, [
      { ...shared, id: '00000000-0000-4000-8000-000000000001', first_name: 'Перша' },
      { ...shared, id: '00000000-0000-4000-8000-000000000002', first_name: 'Друга', second_name: 'Іванівна' },
      { ...shared, id: '00000000-0000-4000-8000-000000000003', first_name: 'Інша' },
    ])
    const asked: unknown[] = []
    await runThrough(
      db,
      of,
      (_, question) => {
        asked.push(question)
        const { givenName } = question as UnzrQuestion
        return answer(givenName === 'Інша' ? 0 : 1, crypto.randomUUID(), `знайдено ${givenName}`)
      },
      { concurrency: 1 },
    )
    const about = { unzr: unzrOf(1), familyName: 'Шевченко', dateBirth: '1980-01-01' }
    expect(asked).toEqual([
      { ...about, givenName: 'Перша' },
      { ...about, givenName: 'Друга', patronymicName: 'Іванівна' },
      { ...about, givenName: 'Інша' },
    ])
    const [row, ...more] = await rowsOf('mimir.unzr_data')
    expect(more).toEqual([])
    expect(row).toMatchObject({
      ...{ unzr: unzrOf(1), family_name: 'Шевченко', given_name: 'Друга', patronymic_name: 'Іванівна' },
      ...{ date_birth: '1980-01-01', status: 1, description: 'знайдено Друга' },
    })
    const states = await Promise.all(ids.map((id) => streamState(db.database, of.process, id)))
    expect(states.map(({ status, data_id }) => [status, data_id])).toEqual([
      ['VERIFIED', row?.['id']],
      ['VERIFIED', row?.['id']],
      ['NOT_VERIFIED', null],
    ])
  })

  test('stores an absent patronymic and an absent description as empty ones', async () => {
    await addPersons(db.database, [{ stream: 'unzr', unzr: unzrOf(1), second_name: '' }])
    await runThrough(db, of, () => answer(1))
    expect(await rowsOf('mimir.unzr_data')).toMatchObject([{ patronymic_name: '', description: '' }])
  })

  test('does not change others with the same document or UNZR', async () => {
    const [, other = ''] = await addPersons(db.database, [
      askable(of, 1),
      { ...askable(of, 1), status: 'VERIFIED', reason: 'AUTO', synced_at: daysAgo(1) },
    ])
    const over = await runThrough(db, of, () => answer(0))
    expect(await streamState(db.database, of.process, other)).toMatchObject({ status: 'VERIFIED', data_status: null })
    expect(await countsOf(db, over.id)).toMatchObject({ claimed: 1, propagated: 0 })
  })
})
