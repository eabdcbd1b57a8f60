// Rules: spec 1.2.1, 1.3.2 to 1.3.6, 6.4.1
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connect } from '../../src/database/connection.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { readSchemaText } from '../support/schema-text.ts'

let db: TestDatabase
let text: string

beforeAll(async () => {
  db = await createTestDatabase()
  const client = await connect({ url: db.url, applicationName: 'tests' })
  text = await readSchemaText(client)
  await client.end()
})

afterAll(() => db.drop())

const ask = <Row>(query: string) => db.open({ role: 'zvirka_owner' }).query<Row>({ text: query })

describe('the schema after the migrations', () => {
  // After a change: npm run schema:dump
  test('equals schema.txt, so that a review shows its changes', async () => {
    await expect(text).toMatchFileSnapshot('schema.txt')
  })

  test('is complete: the text has each table, index, constraint, function and enum', async () => {
    const names = await ask<{ name: string }>(`
      select relname::text as name from pg_class join pg_namespace n on n.oid = relnamespace
        where nspname in ('mimir', 'mpi', 'prm', 'event_manager', 'zvirka') and relkind in ('r', 'i', 'v', 'S')
      union all select conname::text from pg_constraint c join pg_namespace n on n.oid = connamespace
        where nspname in ('mimir', 'mpi', 'prm', 'event_manager', 'zvirka') and contype <> 'n'
      union all select proname::text from pg_proc join pg_namespace n on n.oid = pronamespace where nspname = 'zvirka'
      union all select enumlabel::text from pg_enum join pg_type t on t.oid = enumtypid join pg_namespace n on n.oid = typnamespace
        where nspname = 'zvirka'`)
    expect(names.length).toBeGreaterThan(50)
    expect(names.filter(({ name }) => !text.includes(name))).toEqual([])
  })

  test('belongs only to zvirka_owner', async () => {
    const others = await ask(`
      select relname from pg_class join pg_namespace n on n.oid = relnamespace
      where nspname in ('mimir', 'mpi', 'prm', 'event_manager', 'zvirka') and relowner <> 'zvirka_owner'::regrole`)
    expect(others).toEqual([])
  })
})
