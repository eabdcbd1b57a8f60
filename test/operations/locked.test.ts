/** While somebody holds a table lock: `zvirka status` does not wait for ever, and both it and a worker name the holder. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { zvirka } from '../cli/zvirka.ts'
import { addCrowd } from '../processes/crowd.ts'
import { prepareGround } from '../processes/ground.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startRun } from '../synchronization/cluster.ts'

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

const ID = '11111111-1111-4111-8111-111111111111'

test.each([
  ['zvirka.runs', ['run', 'list']],
  ['zvirka.runs', ['release', 'dms-passport', 'person']],
  ['mpi.persons', ['explain', 'person', ID]],
  ['zvirka.audit', ['audit', 'list']],
  ['mithril.users', ['user', 'list']],
])('while %s is locked, zvirka %s names it and who holds it', async (table, args) => {
  const holder = db.open({ role: 'zvirka_owner', max: 1, applicationName: 'a long migration' })
  await holder.transaction(async (tx) => {
    await tx.query({ text: `lock table ${table} in access exclusive mode` })
    const { code, err } = await zvirka(args, { DATABASE_URL: db.url })
    expect(code).toBe(1)
    expect(err).toMatch(new RegExp(`locked for more than 5 s: ${table} by process \\d+ \\(\\w+, a long migration\\)`))
  })
  await holder.close()
})

test('doctor says that a table is locked', async () => {
  const holder = db.open({ role: 'zvirka_owner', max: 1 })
  await holder.transaction(async (tx) => {
    await tx.query({ text: 'lock table zvirka.workers in access exclusive mode' })
    const { code, out } = await zvirka(['doctor', '--json'], { DATABASE_URL: db.url })
    expect(code).toBe(1)
    expect(JSON.parse(out).checks).toContainEqual(
      expect.objectContaining({ check: 'database', finding: expect.objectContaining({ code: 'database_locked' }) }),
    )
  })
  await holder.close()
})

test('a worker that waits for a lock names the table and its holder, even a read-only one', async () => {
  const ground = await prepareGround()
  try {
    await addCrowd(ground.db, ground.simulator, 20)
    const worker = ground.launch(['worker'])
    await worker.untilSays(/the worker is ready/)
    const indexing = ground.db.open({ role: 'zvirka_owner', max: 1, applicationName: 'an index' })
    await indexing.transaction(async (tx) => {
      await tx.query({ text: 'lock table mpi.person_dms_passport_checks in share mode' })
      const [{ pid } = {}] = await tx.query<{ pid: number }>({ text: 'select pg_backend_pid() as pid' })
      await startRun(ground.db)
      const [line = ''] = await worker.untilSays(/^.*"holders":.*$/m)
      const holder = { table: 'mpi.person_dms_passport_checks', pid, login: 'zvirka', application: 'an index' }
      expect(JSON.parse(line)).toMatchObject({ error: { code: '55P03' }, holders: [holder] })
    })
    await indexing.close()
  } finally {
    await ground.close()
  }
})
