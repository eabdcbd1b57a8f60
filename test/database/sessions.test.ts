import { afterAll, beforeAll, expect, test } from 'vitest'
import { connect } from '../../src/database/connection.ts'
import { sharesSessions } from '../../src/database/sessions.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

test('connections with a session of their own are told from those that a pooler gives the same one', async () => {
  const [first, second] = await Promise.all([1, 2].map(() => connect({ url: db.url, applicationName: 'tests' })))
  if (first === undefined || second === undefined) throw new Error('there are two')
  expect(await sharesSessions(first, second)).toBe(false)
  expect(await sharesSessions(first, first)).toBe(true)
  await Promise.all([first.end(), second.end()])
})
