/** `zvirka status` while somebody holds a table: it does not wait for ever, and says who it is. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { zvirka } from '../cli/zvirka.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

test('status names the locked table and who holds the lock', async () => {
  const holder = db.open({ role: 'zvirka_owner', max: 1, applicationName: 'a long migration' })
  await holder.transaction(async (tx) => {
    await tx.query({ text: 'lock table zvirka.runs in access exclusive mode' })
    const [{ pid } = {}] = await tx.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
    const { code, out, err } = await zvirka(['status'], { DATABASE_URL: db.url })
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toMatch(
      new RegExp(`locked for more than 5 s: zvirka.runs by process ${pid} \\(\\w+, a long migration\\)`),
    )
    expect(err).toContain(`pg_terminate_backend(${pid})`)
  })
  await holder.close()
  expect(await zvirka(['status'], { DATABASE_URL: db.url })).toMatchObject({ code: 0 })
})
