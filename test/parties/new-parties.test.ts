import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { USER } from '../synchronization/people.ts'
import {
  document,
  employee,
  eventsOf,
  historyOf,
  INITIAL,
  importLines,
  importText,
  OTHER,
  party,
  stored,
  TRIGGERED,
} from './parties.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

async function place(table: 'legal_entities' | 'divisions', id: string) {
  const [row] = await db.database.query({ text: `select * from prm.${table} where id = $1`, values: [id] })
  return row
}

describe('a new party', () => {
  test('is stored with everything in the record, and every stream needs verification', async () => {
    const one = party()
    const { counts, bad } = await importLines(db.database, [one])
    expect({ counts, bad }).toMatchObject({ counts: { new: 1, changed: 0, unchanged: 0, bad: 0 }, bad: [] })
    const { documents, employees, ...columns } = one as typeof one & { documents: unknown }
    const found = await stored(db.database, one.id)
    expect(found?.party).toEqual({
      ...columns,
      verification_status: 'VERIFICATION_NEEDED',
      inserted_by: USER,
      updated_by: USER,
    })
    expect(found?.documents).toEqual(documents)
    expect(found?.employees).toEqual(employees)
    expect(found?.verification).toEqual({
      is_subject_active: true,
      dracs_death_online_status: 'READY',
      updated_by: USER,
      drfo: { ...OTHER, is_synced: false },
      dracs_death: OTHER,
      mvs_passport: INITIAL,
      dms_passport: INITIAL,
    })
    expect(await eventsOf(db.database, one.id)).toEqual([])
    expect(await historyOf(db.database, one.id)).toEqual([])
  })

  test('can have only an id, names and birth date', async () => {
    const { id, last_name, first_name, birth_date } = party()
    await importLines(db.database, [{ id, last_name, first_name, birth_date }])
    const found = await stored(db.database, id)
    expect(found?.party).toMatchObject({ tax_id: null, no_tax_id: false, phones: null, working_experience: null })
    expect(found).toMatchObject({ documents: [], employees: [], verification: { is_subject_active: false } })
  })

  test.each([
    ['an approved one', [employee()], true],
    ['a dismissed one', [employee({ status: 'DISMISSED', end_date: '2024-01-01' })], false],
    ['one that is STOPPED', [employee({ status: 'STOPPED' })], false],
    ['one that is ENTERED IN ERROR', [employee({ status: 'ENTERED IN ERROR' })], false],
    ['one that is AUTODEACTIVATED', [employee({ status: 'AUTODEACTIVATED' })], false],
    ['one that is REORGANIZED', [employee({ status: 'REORGANIZED' })], false],
    ['an approved one that is not active', [employee({ is_active: false })], false],
    ['one of each', [employee({ status: 'DISMISSED' }), employee()], true],
    ['none', [], false],
  ])('with %s among its employees is checked: %#', async (_, employees, isActive) => {
    const one = party({ employees })
    await importLines(db.database, [one])
    expect((await stored(db.database, one.id))?.verification['is_subject_active']).toBe(isActive)
  })

  test('gets an unknown legal entity and division created from their ids', async () => {
    const [legal_entity_id, division_id] = [randomUUID(), randomUUID()]
    const one = party({ employees: [employee({ legal_entity_id, division_id }), employee({ legal_entity_id })] })
    await importLines(db.database, [one, party({ employees: [employee({ legal_entity_id, division_id })] })])
    const made = { type: 'UNKNOWN', status: 'ACTIVE', is_active: true }
    expect(await place('legal_entities', legal_entity_id)).toMatchObject({
      name: legal_entity_id,
      edrpou: null,
      ...made,
    })
    expect(await place('divisions', division_id)).toMatchObject({ name: division_id, legal_entity_id, ...made })
  })

  test('does not change a known legal entity', async () => {
    const id = randomUUID()
    const known = { name: 'Клініка', edrpou: '12345678', type: 'PRIMARY_CARE', status: 'CLOSED' }
    await db.database.query({
      text: 'insert into prm.legal_entities (id, name, edrpou, type, status) values ($1, $2, $3, $4, $5)',
      values: [id, ...Object.values(known)],
    })
    await importLines(db.database, [party({ employees: [employee({ legal_entity_id: id })] })])
    expect(await place('legal_entities', id)).toMatchObject(known)
  })

  test('can bring streams: the others are initial, and the cumulative status is computed without an event', async () => {
    const synced_at = '2025-01-02T03:04:05+02:00'
    const verified = { status: 'VERIFIED', reason: 'AUTO' }
    const one = party({
      verification: {
        drfo: { ...verified, synced_at },
        dracs_death: verified,
        mvs_passport: { status: 'NOT_VERIFIED', reason: 'AUTO_LOST', synced_at },
        dms_passport: { status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED' },
      },
    })
    await importLines(db.database, [one])
    const found = await stored(db.database, one.id)
    expect(found?.party.verification_status).toBe('NOT_VERIFIED')
    expect(found?.verification).toMatchObject({
      drfo: { status: 'VERIFIED', is_synced: true },
      mvs_passport: { ...INITIAL, status: 'NOT_VERIFIED', reason: 'AUTO_LOST', is_unverified: true, is_synced: true },
      dms_passport: TRIGGERED,
    })
    expect(await eventsOf(db.database, one.id)).toEqual([])
    expect(await historyOf(db.database, one.id)).toEqual([
      'dms_passport trigger VERIFICATION_NEEDED ONLINE_TRIGGERED',
      'dracs_death import VERIFIED AUTO',
      'drfo import VERIFIED AUTO',
      'mvs_passport import NOT_VERIFIED AUTO_LOST',
    ])
  })
})

describe('CSV', () => {
  test('equals NDJSON: lists, objects and numbers are JSON', async () => {
    const one = party({ documents: [document('000000001', { issued_by: null })], science_degree: null })
    const { documents, ...columns } = one as typeof one & { documents: Record<string, unknown>[] }
    const fields = {
      ...columns,
      ...Object.fromEntries(Object.entries(documents[0] ?? {}).map(([k, v]) => [`document_${k}`, v])),
    }
    const asField = (value: unknown) => {
      if (value === null) return ''
      const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
      return `"${text.replaceAll('"', '""')}"`
    }
    const text = `${Object.keys(fields).join(',')}\n${Object.values(fields).map(asField).join(',')}\n`
    expect(await importText(db.database, text)).toMatchObject({ counts: { new: 1 }, bad: [] })
    expect((await importLines(db.database, [one])).counts).toMatchObject({ unchanged: 1, bad: 0 })
  })
})
