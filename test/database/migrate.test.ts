// Rules: spec 7.1.4
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { connect } from '../../src/database/connection.ts'
import { migrate } from '../../src/database/migrate.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
let directory: string

beforeEach(async () => {
  db = await createEmptyDatabase()
  directory = await mkdtemp(join(tmpdir(), 'zvirka-migrations-'))
})

afterEach(async () => {
  await db.drop()
  await rm(directory, { recursive: true })
})

const file = (name: string, sql: string) => writeFile(join(directory, name), sql)
const apply = () => migrate(db.url, { directory })
const ask = (text: string) => db.open({ role: 'zvirka_owner' }).query({ text })

describe('migrate', () => {
  test('applies each file once, in numerical order, as the owner', async () => {
    await file('0002_second.sql', 'alter table zvirka.things add column second int;')
    await file('0001_first.sql', 'create table zvirka.things (first int);')
    expect(await apply()).toEqual({ applied: ['0001_first.sql', '0002_second.sql'] })
    expect(await apply()).toEqual({ applied: [] })
    await file('0003_third.sql', 'alter table zvirka.things add column third int;')
    expect(await apply()).toEqual({ applied: ['0003_third.sql'] })
    expect(await ask(`select tableowner::text as owner from pg_tables where tablename = 'things'`)).toEqual([
      { owner: 'zvirka_owner' },
    ])
  })

  test.each(['WIN1251', 'KOI8U', 'SQL_ASCII'])(
    'is refused without any change in a database of %s',
    async (encoding) => {
      const name = `test_${encoding.toLowerCase()}`
      const url = db.url.replace(/\/test_\w+/, `/${name}`)
      const administrator = await connect({ url: db.url, applicationName: 'tests' })
      try {
        await administrator.query(
          `create database ${name} template template0 encoding '${encoding}' locale_provider libc locale 'C'`,
        )
        const words = `The encoding of the database is ${encoding}, not UTF8. Create another one`
        await expect(migrate(url, { directory })).rejects.toThrow(words)
        const client = await connect({ url, applicationName: 'tests' })
        const { rows } = await client.query(`select from pg_namespace where nspname = 'zvirka'`)
        await client.end()
        expect(rows).toEqual([])
      } finally {
        await administrator.query(`drop database if exists ${name} with (force)`)
        await administrator.end()
      }
    },
  )

  test('started concurrently from several places applies each file once', async () => {
    await file('0001_first.sql', 'create table zvirka.things (first int);')
    await file('0002_second.sql', 'insert into zvirka.things values (1);')
    const results = await Promise.all([apply(), apply(), apply(), apply()])
    expect(results.flatMap(({ applied }) => applied).sort()).toEqual(['0001_first.sql', '0002_second.sql'])
    expect(await ask('select first from zvirka.things')).toEqual([{ first: 1 }])
  })

  test('rolls back a file that fails, names file and line, and continues there when it is fixed', async () => {
    await file('0001_first.sql', 'create table zvirka.things (first int);')
    await file('0002_second.sql', 'insert into zvirka.things values (1);\n\nselect nonsense;\n')
    await expect(apply()).rejects.toThrow('0002_second.sql, line 3: column "nonsense" does not exist')
    expect(await ask('select first from zvirka.things')).toEqual([])
    await file('0002_second.sql', 'insert into zvirka.things values (2);')
    expect(await apply()).toEqual({ applied: ['0002_second.sql'] })
  })

  test('refuses a file that was changed after it was applied; line endings do not count', async () => {
    await file('0001_first.sql', 'create table zvirka.things (first int);\n')
    await apply()
    await file('0001_first.sql', 'create table zvirka.things (first int);\r\n')
    expect(await apply()).toEqual({ applied: [] })
    await file('0001_first.sql', 'create table zvirka.things (first bigint);\n')
    await expect(apply()).rejects.toThrow('0001_first.sql of this database differs from the one of this version')
  })

  test('refuses a database that a newer version has migrated', async () => {
    await file('0001_first.sql', 'select 1;')
    await file('0002_second.sql', 'select 1;')
    await apply()
    await rm(join(directory, '0002_second.sql'))
    await expect(apply()).rejects.toThrow('0002_second.sql, which this version of the program does not have')
  })

  test('refuses a file with a lower number than one already applied', async () => {
    await file('0002_second.sql', 'select 1;')
    await apply()
    await file('0001_first.sql', 'select 1;')
    await expect(apply()).rejects.toThrow('0001_first.sql comes before one that this database has already applied (2)')
  })

  test('refuses two files with the same number, and invalid names', async () => {
    await file('0001_first.sql', 'select 1;')
    await file('0001_other.sql', 'select 1;')
    await expect(apply()).rejects.toThrow('0001_first.sql and 0001_other.sql have the same number')
    await rm(join(directory, '0001_other.sql'))
    await file('2-second.sql', 'select 1;')
    await expect(apply()).rejects.toThrow('"2-second.sql" is not named NNNN_name.sql')
  })
})
