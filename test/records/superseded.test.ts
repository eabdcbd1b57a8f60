import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { findSuperseded, type RecordPlace } from '../../src/records/superseded.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

async function* chunked(places: readonly RecordPlace[]): AsyncGenerator<RecordPlace[]> {
  for (let at = 0; at < places.length; at += 3) yield places.slice(at, at + 3)
}

test('only the last line of each id counts', async () => {
  const ids = Array.from({ length: 5 }, () => randomUUID())
  await fc.assert(
    fc.asyncProperty(fc.array(fc.constantFrom(...ids)), async (order) => {
      const places = order.map((id, index) => ({ id, line: index * 7 + 1 }))
      const superseded = await findSuperseded(db.database, chunked(places))
      const expected = places.map(({ id }, index) => order.lastIndexOf(id) !== index)
      expect(places.map(({ line }) => superseded.has(line))).toEqual(expected)
      expect(superseded.count).toBe(expected.filter(Boolean).length)
    }),
    { numRuns: 30 },
  )
})

test('thousands of superseded lines are found', async () => {
  const id = randomUUID()
  const places = Array.from({ length: 5000 }, (_, index) => ({ id, line: index + 1 }))
  expect((await findSuperseded(db.database, chunked(places))).count).toBe(4999)
})

test('an unreadable file leaves the connection usable', async () => {
  const one = db.open({ max: 1 })
  // biome-ignore lint/correctness/useYield: it fails before anything comes
  async function* broken(): AsyncGenerator<RecordPlace[]> {
    throw new Error('broken file')
  }
  await expect(findSuperseded(one, broken())).rejects.toThrow('broken file')
  expect(await one.query({ text: 'select 1 as one' })).toEqual([{ one: 1 }])
})
