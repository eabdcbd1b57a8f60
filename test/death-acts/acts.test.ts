// Rules: spec 8.3.2, 8.9.2
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import { keepActs } from '../../src/death-acts/acts.ts'
import { findActs, findActsFor, type StoredAct } from '../../src/death-acts/plans/acts.ts'
import type { DeathAct } from '../../src/verification/death-act.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { act } from './acts.ts'
import { idOfAct } from './candidates.ts'

let db: TestDatabase
let owner: Database
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
  owner = db.open({ role: 'zvirka_owner', max: 2 })
})
afterAll(() => db.drop())

const keep = (...acts: DeathAct[]) => db.database.transaction((tx) => keepActs(tx, acts))
const replaced = async (key: string) =>
  (
    await owner.query<{ name: string }>({
      text: `select h.dracs_death_act_data ->> 'name' as name from mimir.dracs_death_acts_hstr h
               join mimir.dracs_death_acts a on a.id = h.dracs_death_act_id where a.key = $1 order by h.inserted_at`,
      values: [key],
    })
  ).map(({ name }) => name)
const stored = async (key: string) => {
  const [row] = await db.database.query<StoredAct>(findActs([await idOfAct(owner, key)]))
  return row
}

test('an act is stored unchanged and read back unchanged (spec 8.3)', async () => {
  const whole = act({
    ...{
      ar_reg_number: '17',
      surname: "Д'яченко",
      date_birth: '1961',
      op_date: '2026-03-02T08:00:00.000Z',
      is_restore: 1,
    },
    doc_seizes: [{ Doc_Type: 'Паспорт', Series_Numb: 'АВ 123456' }, { Doc_Number: '"{}\\' }],
  })
  await keep(whole)
  expect(await stored(whole.key)).toEqual({ ...whole, id: await idOfAct(owner, whole.key) })
})

test('the same act twice is one row, which is not written again', async () => {
  const one = act({ name: 'Ірина', op_date: '2026-03-02T08:00:00.000Z' })
  await keep(one, one)
  const xmin = () =>
    owner.query({ text: 'select xmin::text from mimir.dracs_death_acts where key = $1', values: [one.key] })
  const before = await xmin()
  await keep(one)
  expect(await xmin()).toEqual(before)
  expect(await replaced(one.key)).toEqual([])
})

test('a newer operation replaces an act, which is compared again, and keeps the old content in the history', async () => {
  const one = act({ name: 'Ірина', op_date: '2026-03-02T08:00:00.000Z' })
  await keep(one)
  const compared = `update mimir.dracs_death_acts set persons_compare_status = 'COMPLETED', parties_compare_status = 'COMPLETED' where key = $1`
  await owner.query({ text: compared, values: [one.key] })
  await keep({ ...one, name: 'Марія', ar_op_name: '2', op_date: '2026-04-02T08:00:00.000Z' })
  expect(await stored(one.key)).toMatchObject({ name: 'Марія', ar_op_name: '2' })
  expect(await replaced(one.key)).toEqual(['Ірина'])
  const [row] = await owner.query({
    text: 'select persons_compare_status, parties_compare_status from mimir.dracs_death_acts where key = $1',
    values: [one.key],
  })
  expect(row).toEqual({ persons_compare_status: 'READY', parties_compare_status: 'READY' })
})

test.each([
  ['an older operation', '2026-03-02T08:00:00.000Z', '2026-03-01T08:00:00.000Z', 'Ірина'],
  ['one of which nobody knows when', '2026-03-02T08:00:00.000Z', null, 'Ірина'],
  ['another content at the same time', '2026-03-02T08:00:00.000Z', '2026-03-02T08:00:00.000Z', 'Марія'],
  ['another content where no time is known', null, null, 'Марія'],
])('%s', async (_what, first, then, name) => {
  const one = act({ name: 'Ірина', op_date: first })
  await keep(one)
  await keep({ ...one, name: 'Марія', op_date: then })
  expect(await stored(one.key)).toMatchObject({ name: first !== null && then === null ? 'Ірина' : name })
})

test('of several acts with one number in one answer the newest operation wins', async () => {
  const one = act({ name: 'Ірина', op_date: '2026-03-02T08:00:00.000Z' })
  await keep({ ...one, name: 'Марія', op_date: '2026-04-02T08:00:00.000Z' }, one)
  expect(await stored(one.key)).toMatchObject({ name: 'Марія' })
})

test('two workers that store the same acts concurrently do not deadlock', async () => {
  const acts = Array.from({ length: 30 }, () => act({ name: 'Ірина' }))
  await Promise.all([
    keep(...acts),
    keep(...acts.toReversed()),
    keep(...acts.map((each) => ({ ...each, name: 'Марія' }))),
  ])
  for (const { key } of acts) expect((await stored(key))?.name).toMatch(/^(Ірина|Марія)$/)
})

test('acts are found by their keys and by tax ids', async () => {
  const [one, other, third] = [act({ numident: '2237512345' }), act(), act()]
  await keep(one, other, third)
  const found = await db.database.query<StoredAct>(findActsFor([other.key], ['2237512345'], []))
  expect(found.map(({ key }) => key).toSorted()).toEqual([one.key, other.key].toSorted())
})

test('the read-only role cannot read acts', async () => {
  const reader = db.open({ role: 'zvirka_read', max: 1 })
  await expect(reader.query({ text: 'select 1 from mimir.dracs_death_acts' })).rejects.toThrow(/permission denied/)
})
