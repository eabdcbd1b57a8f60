/** A database that answers but accepts no writes. */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { DatabaseWatch } from '../../src/database/watch.ts'
import { behind, socketOf, startProxy, type TcpProxy } from '../chaos/proxy.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
let proxy: TcpProxy
let told: string[]
let watch: DatabaseWatch
beforeAll(async () => {
  db = await createTestDatabase()
  proxy = await startProxy(() => socketOf(db.url))
})
beforeEach(() => {
  told = []
  const events = { away: (reason: string) => told.push(`away: ${reason}`), back: () => told.push('back') }
  watch = new DatabaseWatch(db.open({ url: behind(proxy, db.url), answerMs: 4000 }), events)
})
afterAll(async () => {
  await proxy.close()
  await db.drop()
})

describe('a database', () => {
  test('that stores a commit is healthy', async () => {
    expect(await watch.look()).toBeUndefined()
    expect(told).toEqual([])
  })

  test('that is down is reported once, and once when it is back', async () => {
    await proxy.set('refusing')
    expect(await watch.look()).toBe('unreachable')
    expect(await watch.look()).toBe('unreachable')
    await proxy.set('passing')
    expect(await watch.look()).toBeUndefined()
    expect(told).toEqual(['away: unreachable', 'back'])
  })

  test('that does not answer is not waited for', async () => {
    await watch.look()
    await proxy.set('silent')
    expect(await watch.look()).toBe('commits_wait')
    await proxy.set('passing')
  })
})
