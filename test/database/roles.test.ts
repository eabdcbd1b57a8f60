import type pg from 'pg'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/database/connection.ts'
import { openDatabase } from '../../src/database/database.ts'
import { migrate } from '../../src/database/migrate.ts'
import { ensureRoles, findRights, MissingRightsError, roles } from '../../src/database/roles.ts'
import { type EmptyCluster, startEmptyCluster } from '../support/empty-cluster.ts'

// Roles belong to the whole server: these tests need one without them.
let cluster: EmptyCluster
let administrator: pg.Client

beforeAll(async () => {
  cluster = await startEmptyCluster()
  administrator = await connect({ url: cluster.url('zvirka', 'postgres'), applicationName: 'tests' })
})

afterAll(async () => {
  await administrator.end()
  await cluster.stop()
})

async function run(...statements: string[]): Promise<void> {
  for (const statement of statements) await administrator.query(statement)
}

async function currentUsers(url: string): Promise<unknown[]> {
  const users: unknown[] = []
  for (const role of roles) {
    const database = openDatabase({ url, role, applicationName: 'tests', max: 1 })
    users.push(...(await database.query({ text: 'select current_user::text as user' })))
    await database.close()
  }
  return users
}

const allRoles = roles.map((user) => ({ user }))

describe('without the roles', () => {
  test('a login without rights is refused, with SQL that an administrator can run unchanged', async () => {
    await run('create role plain login', 'create database of_plain')
    const url = cluster.url('plain', 'of_plain')
    const refused = await migrate(url, { directory: cluster.migrations }).catch((error: unknown) => error)
    expect(refused).toBeInstanceOf(MissingRightsError)
    const { sql, message } = refused as MissingRightsError
    expect(message).toContain(sql)
    await run(sql)
    await migrate(url, { directory: cluster.migrations })
    expect(await currentUsers(url)).toEqual(allRoles)
    await run('drop database of_plain', `drop role plain, ${roles.join(', ')}`)
  })

  test('a login that may create roles and owns its database creates them, and can use them but no more than before', async () => {
    await run('create role maker login createrole', 'create database of_maker owner maker')
    const url = cluster.url('maker', 'of_maker')
    await migrate(url, { directory: cluster.migrations })
    expect(await currentUsers(url)).toEqual(allRoles)
    const inherits = `select pg_has_role('maker', 'zvirka_owner', 'USAGE') as inherits`
    expect((await administrator.query(inherits)).rows).toEqual([{ inherits: false }])
    await run('drop database of_maker', `drop role ${roles.join(', ')}`, 'drop role maker')
  })

  test('concurrent migrations of many databases create them together', async () => {
    const names = Array.from({ length: 8 }, (_, index) => `at_once_${index}`)
    await run(...names.map((name) => `create database ${name}`))
    const urls = names.map((name) => cluster.url('zvirka', name))
    await Promise.all(urls.map((url) => migrate(url, { directory: cluster.migrations })))
    for (const url of urls) expect(await currentUsers(url)).toEqual(allRoles)
    await run(...names.map((name) => `drop database ${name}`))
  })
})

describe('with existing roles', () => {
  test('a login that may create roles but was not granted these gets a message that says so', async () => {
    await run('create role stranger login createrole', 'create database of_stranger owner stranger')
    const client = await connect({ url: cluster.url('stranger', 'of_stranger'), applicationName: 'tests' })
    await expect(ensureRoles(client)).rejects.toThrow(/"stranger" lacks rights.*grant zvirka_owner/s)
    expect((await findRights(client)).withheld).toEqual([...roles])
    await client.end()
  })

  test('the owner role needs the right to create schemas in the database, which the database’s owner grants', async () => {
    await run(`grant ${roles.join(', ')} to stranger`)
    const client = await connect({ url: cluster.url('stranger', 'of_stranger'), applicationName: 'tests' })
    expect((await findRights(client)).ownerMayCreate).toBe(false)
    await ensureRoles(client)
    expect((await findRights(client)).ownerMayCreate).toBe(true)
    await client.end()
  })

  test('the owner need not be, where a database was restored and nothing is to be applied', async () => {
    await run('create role restorer login', `grant ${roles.join(', ')} to restorer`, 'create database of_restorer')
    await migrate(cluster.url('zvirka', 'of_restorer'), { directory: cluster.migrations })
    // As pg_restore leaves it: it does not restore grants on the database itself.
    await run('revoke create on database of_restorer from zvirka_owner')
    const url = cluster.url('restorer', 'of_restorer')
    expect(await migrate(url, { directory: cluster.migrations })).toEqual({ applied: [] })
    await expect(migrate(url)).rejects.toThrow(MissingRightsError)
  })

  test('the SQL for an administrator can be run repeatedly', async () => {
    await run('create role second login', 'create database of_second')
    const client = await connect({ url: cluster.url('second', 'of_second'), applicationName: 'tests' })
    const refused = await ensureRoles(client).catch((error: unknown) => error)
    await run((refused as MissingRightsError).sql, (refused as MissingRightsError).sql)
    await expect(ensureRoles(client)).resolves.toBeUndefined()
    await client.end()
  })
})
