/** A database and a login may have any settings: every session sets those that statements and the reading of results rely on. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { demoTrembita } from '../../src/config/trembita.ts'
import { connect } from '../../src/database/connection.ts'
import { zvirka } from '../cli/zvirka.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answer } from '../synchronization/cluster.ts'
import { caseOf, runThrough, unzrOf } from '../synchronization/five.ts'
import { addPersons, nationalId, streamState } from '../synchronization/people.ts'

const HOSTILE = {
  DateStyle: 'German, DMY',
  IntervalStyle: 'sql_standard',
  TimeZone: 'Asia/Tokyo',
  client_encoding: 'WIN1251',
  standard_conforming_strings: 'off',
  array_nulls: 'off',
  bytea_output: 'escape',
  extra_float_digits: '-15',
  search_path: 'nowhere',
  default_transaction_isolation: 'serializable',
  default_transaction_read_only: 'on',
  default_transaction_deferrable: 'on',
} as const

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
  const client = await connect({ url: db.url, applicationName: 'tests' })
  const { rows } = await client.query<{ name: string }>('select current_database() as name')
  for (const [setting, value] of Object.entries(HOSTILE))
    await client.query(`alter database ${rows[0]?.name} set ${setting} = '${value}'`)
  await client.end()
})
afterAll(() => db.drop())

test.each(['client_encoding', ...Object.keys(HOSTILE).filter((name) => !/^(search_path|client_)/.test(name))])(
  '%s is ours in every session',
  async (name) => {
    const [ours] = await db.database.query<{ value: string }>({
      text: `select current_setting($1) as value`,
      values: [name],
    })
    expect(ours?.value).not.toBe(HOSTILE[name as keyof typeof HOSTILE])
    const alone = await connect({ url: db.url, applicationName: 'tests' })
    const { rows } = await alone.query<{ value: string }>('select current_setting($1) as value', [name])
    await alone.end()
    expect(rows).toEqual([ours])
  },
)

test('a UNZR question has the date in the register’s format, and the answer is written', async () => {
  const of = caseOf('unzr/person')
  const [id = ''] = await addPersons(db.database, [
    { stream: 'unzr', unzr: unzrOf(1), documents: [nationalId(1)], first_name: 'Їжак' },
  ])
  const asked: unknown[] = []
  await runThrough(db, of, (_, question) => {
    asked.push(question)
    return answer(1)
  })
  expect(asked).toMatchObject([{ dateBirth: '1980-01-01', givenName: 'Їжак' }])
  expect(await streamState(db.database, of.process, id)).toMatchObject({ status: 'VERIFIED' })
})

test.each([['status'], ['doctor'], ['run', 'list'], ['explain', 'person', '00000000-0000-4000-8000-000000000009']])(
  'zvirka %s works there as usual',
  async (...args) => {
    const { code, err } = await zvirka(args, { ...demoTrembita, DATABASE_URL: db.url, TREMBITA_URLS: '' })
    // Nobody has this id.
    expect({ code, err }).toMatchObject(args[0] === 'explain' ? { code: 1 } : { code: 0, err: '' })
    expect(err).not.toContain('error 4')
  },
)
