// Rules: spec 7.3.3
/** Which parts of a party's record may belong to another party (spec 7.3). */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { retryOnConflict } from '../../src/database/conflicts.ts'
import { PARTY_RECORDS } from '../../src/imports/parties/parties.ts'
import { readParty } from '../../src/imports/parties/record.ts'
import { upsertRecord } from '../../src/imports/upsert.ts'
import { Sensitive } from '../../src/privacy/sensitive.ts'
import { OWN_STREAMS } from '../../src/verification/status.ts'
import { lockVerifications } from '../../src/verification-store/lock.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { untilSomebodyWaits } from '../support/until.ts'
import { USER } from '../synchronization/people.ts'
import { employee, importLines, type Line, party, stored } from './parties.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

const TAX = 'another party has this tax_id with this birth_date'
const EMPLOYEE = 'an employee of employees belongs to another party'
const DIVISION = 'a division of employees belongs to another legal entity'

// The result of a file must not depend on batch boundaries.
const BATCHES = [[1], [2], [1000]]

async function taxIdOf(id: string) {
  return (await stored(db.database, id))?.party['tax_id']
}

describe.each(BATCHES)('in batches of %i', (batchSize) => {
  const take = (lines: readonly Line[]) => importLines(db.database, lines, { batchSize })
  const told = ({ bad }: Awaited<ReturnType<typeof take>>) => bad.map(({ line, reason }) => [line, reason])

  test('a tax id of another party with the same birth date makes a bad line, and nothing of it is stored', async () => {
    const holder = party()
    await take([holder])
    const legal_entity_id = randomUUID()
    const lines = [
      party(),
      party({ tax_id: holder['tax_id'], employees: [employee({ legal_entity_id })] }),
      party({ tax_id: holder['tax_id'], birth_date: '1981-01-31' }),
      party({ tax_id: null }),
      party({ tax_id: null }),
    ]
    const result = await take(lines)
    expect(result.counts).toMatchObject({ new: 4, bad: 1 })
    expect(told(result)).toEqual([[2, TAX]])
    expect(await stored(db.database, lines[1]?.id ?? '')).toBeUndefined()
    const made = { text: 'select 1 from prm.legal_entities where id = $1', values: [legal_entity_id] }
    expect(await db.database.query(made)).toEqual([])
  })

  test('an existing party keeps all its data if its new tax id is refused', async () => {
    const [holder, other] = [party(), party()]
    await take([holder, other])
    const result = await take([{ ...other, tax_id: holder['tax_id'], last_name: 'Коваль' }])
    expect(told(result)).toEqual([[1, TAX]])
    expect((await stored(db.database, other.id))?.party).toMatchObject({
      tax_id: other['tax_id'],
      last_name: other['last_name'],
    })
  })

  test('of two in one file with the same tax id the earlier gets it', async () => {
    const [first, second] = [party(), party()]
    const result = await take([first, { ...second, tax_id: first['tax_id'] }, party()])
    expect(result.counts).toMatchObject({ new: 2, bad: 1 })
    expect(told(result)).toEqual([[2, TAX]])
  })

  test('a tax id released by an earlier line is free; one released by a later line is not', async () => {
    const [giver, taker, late] = [party(), party(), party()]
    await take([giver, taker, late])
    const free = await take([
      { ...giver, tax_id: null },
      { ...taker, tax_id: giver['tax_id'] },
    ])
    expect(free.counts).toMatchObject({ changed: 2, bad: 0 })
    const result = await take([
      { ...giver, tax_id: late['tax_id'] },
      { ...late, tax_id: null },
    ])
    expect(told(result)).toEqual([[1, TAX]])
    expect(await taxIdOf(late.id)).toBeNull()
    expect(await taxIdOf(taker.id)).toBe(giver['tax_id'])
  })

  test('two parties cannot swap their tax ids', async () => {
    const [left, right] = [party(), party()]
    await take([left, right])
    const swapped = await take([
      { ...left, tax_id: right['tax_id'] },
      { ...right, tax_id: left['tax_id'] },
    ])
    expect(told(swapped)).toEqual([
      [1, TAX],
      [2, TAX],
    ])
  })

  test('an employee of another party makes a bad line, whether stored or in an earlier line', async () => {
    const [known, fresh] = [employee(), employee()]
    const holder = party({ employees: [known] })
    await take([holder])
    const result = await take([
      party({ employees: [employee(), known] }),
      party({ employees: [fresh] }),
      party({ employees: [fresh] }),
      { ...holder, employees: [{ ...known, position: 'P9' }] },
    ])
    expect(result.counts).toMatchObject({ new: 1, switched: 1, bad: 2 })
    expect(told(result)).toEqual([
      [1, EMPLOYEE],
      [3, EMPLOYEE],
    ])
  })

  test('a division of another legal entity makes a bad line', async () => {
    const division_id = randomUUID()
    const result = await take([
      party({ employees: [employee({ division_id })] }),
      party({ employees: [employee({ division_id, legal_entity_id: randomUUID() })] }),
      party({ employees: [employee({ division_id })] }),
    ])
    expect(told(result)).toEqual([[2, DIVISION]])
    const again = await take([party({ employees: [employee({ division_id, legal_entity_id: randomUUID() })] })])
    expect(told(again)).toEqual([[1, DIVISION]])
  })
})

test('two concurrent imports with one tax id, or one employee, store one of them and refuse the other', async () => {
  const count = 200
  const lines = Array.from({ length: count }, () => party())
  const rivals = lines.map(({ tax_id, employees }, n) => party(n % 2 === 0 ? { tax_id } : { employees }))
  const results = await Promise.all([
    importLines(db.database, lines, { batchSize: 20 }),
    importLines(db.database, rivals.toReversed(), { batchSize: 30 }),
  ])
  expect(results.reduce((sum, { counts }) => sum + counts.new, 0)).toBe(count)
  const reasons = results.flatMap(({ bad }) => bad.map(({ reason }) => reason))
  expect(reasons).toHaveLength(count)
  expect(new Set(reasons)).toEqual(new Set([TAX, EMPLOYEE]))
})

test('an employee that another party gets between the check and the write does not get two parties', async () => {
  const [holder, other, contested] = [party(), party(), employee()]
  await importLines(db.database, [holder, other])
  const first = db.open({ max: 1 })
  let importing: ReturnType<typeof importLines> | undefined
  await first.transaction(async (tx) => {
    await tx.query(lockVerifications('party', [other.id]))
    importing = importLines(db.database, [{ ...other, employees: [contested] }])
    await untilSomebodyWaits(db.database)
    await importLines(db.database, [{ ...holder, employees: [contested] }])
  })
  expect(await importing).toMatchObject({ counts: { switched: 0, bad: 1 }, bad: [{ reason: EMPLOYEE }] })
})

describe('one party per request', () => {
  const put = (line: Line) => {
    const read = readParty(line)
    if (!('record' in read)) throw new Error(read.reason)
    const by = { userId: USER, importId: randomUUID(), served: new Set(OWN_STREAMS) }
    return retryOnConflict(() =>
      db.database.transaction((tx) => upsertRecord(tx, PARTY_RECORDS, new Sensitive(read.record), by)),
    )
  }

  test('is written as by an import, and an error says what belongs to somebody else', async () => {
    const one = party()
    expect(await put(one)).toBe('new')
    expect(await put(one)).toBe('unchanged')
    expect(await put({ ...one, phones: null })).toBe('switched')
    expect(await put({ ...one, gender: 'MALE' })).toBe('changed')
    expect(await put(party({ tax_id: one['tax_id'] }))).toEqual({
      kind: 'refused',
      code: 'tax_id_of_another',
      reason: TAX,
    })
    const thief = party({ employees: one.employees })
    expect(await put(thief)).toMatchObject({ kind: 'refused', code: 'employee_of_another' })
    expect(await stored(db.database, thief.id)).toBeUndefined()
  })

  test('that conflicts with a concurrent one is refused like any other', async () => {
    const one = party()
    const rivals = Array.from({ length: 8 }, () => party({ tax_id: one['tax_id'] }))
    const fates = await Promise.all(rivals.map(put))
    expect(fates.filter((fate) => fate === 'new')).toHaveLength(1)
    expect(fates.filter((fate) => typeof fate !== 'string' && fate.code === 'tax_id_of_another')).toHaveLength(7)
  })
})
