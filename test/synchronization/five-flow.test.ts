// Rules: spec 1.5.3, 2.3.2, 2.3.3, 2.5.2, 2.5.4
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { KINDS_IN_LOCK_ORDER } from '../../src/synchronization/plans/give-back.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answer, countsOf, technicalError } from './cluster.ts'
import { askable, empty, FIVE, illFormed, runThrough } from './five.ts'
import { addPersons, addSubjects, streamState, USER } from './people.ts'
import { emptyTables, ownerOf } from './reset.ts'
import { TABLES } from './table-names.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const CUMULATIVE = { person: 'CHANGES_NEEDED', party: 'NOT_VERIFIED' } as const
const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600_000).toISOString()
const rowsOf = (table: string) => db.database.query<Record<string, unknown>>({ text: `select * from ${table}` })

describe.each(FIVE)('$key', (of) => {
  const { process, goodStatus, badStatus, good, bad } = of
  const { kind, stream } = process
  const { verifications, key: subjectKey } = TABLES[kind]
  const add = (...subjects: Parameters<typeof addSubjects>[2]) => addSubjects(db.database, kind, subjects)
  const stateOf = (id: string) => streamState(db.database, process, id)
  const set = (id: string, columns: string) =>
    ownerOf(db).query({ text: `update ${verifications} set ${columns} where ${subjectKey} = $1`, values: [id] })

  test('settles by the answer: status, reason, time, and the cumulative status with an event', async () => {
    const [one = '', other = ''] = await add(askable(of, 1), askable(of, 2))
    const over = await runThrough(db, of, (number) => answer(number === 1 ? goodStatus : badStatus))
    expect(await stateOf(one)).toMatchObject({
      ...{ ...good, data_status: goodStatus, synced: true, unverified: false, cumulative: 'VERIFIED' },
    })
    expect(await stateOf(other)).toMatchObject({
      ...{ ...bad, data_status: badStatus, synced: true, unverified: true, cumulative: CUMULATIVE[kind] },
    })
    expect(await countsOf(db, over.id)).toMatchObject({ claimed: 2, verified: 1, not_verified: 1, propagated: 0 })
    expect(await rowsOf(`mimir.${stream}_data`)).toHaveLength(1)
    const events = await db.database.query({
      text: `select entity_id as id, entity_type as type, properties #>> '{verification_status,new_value}' as value
               from event_manager.events order by entity_id`,
    })
    const type = kind === 'person' ? 'Person' : 'Party'
    expect(events).toEqual(
      [
        { id: one, type, value: 'VERIFIED' },
        { id: other, type, value: CUMULATIVE[kind] },
      ].sort((a, b) => (a.id < b.id ? -1 : 1)),
    )
  })

  test('links to the row of what was found, and to none if nothing was', async () => {
    const [one = '', other = ''] = await add(askable(of, 1), askable(of, 2))
    await runThrough(db, of, (number) => answer(number === 1 ? 1 : 0))
    const [row] = await rowsOf(`mimir.${stream}_data`)
    expect((await stateOf(one)).data_id).toBe(row?.['id'])
    expect((await stateOf(other)).data_id).toBeNull()
  })

  test('does not change the other streams of its subjects', async () => {
    const others = { others: 'VERIFICATION_NEEDED' }
    const [id = ''] = await add({ ...askable(of, 1), ...others })
    const columns = () => rowsOf(verifications)
    const [before] = await columns()
    await runThrough(db, of, () => answer(badStatus))
    const [after] = await columns()
    const changed = Object.keys(after ?? {}).filter((name) => String(after?.[name]) !== String(before?.[name]))
    const mayChange = [
      'verification_status',
      'verification_reason',
      'data_id',
      'data_status',
      'synced_at',
      'unverified_at',
    ]
    const allowed = [...mayChange.map((name) => `${stream}_${name}`), 'updated_at', 'updated_by']
    expect(changed.filter((name) => !allowed.includes(name))).toEqual([])
    expect(changed).toContain(`${stream}_synced_at`)
    expect((await stateOf(id)).cumulative).toBe(CUMULATIVE[kind])
  })

  test('settles subjects without checkable data without a call', async () => {
    const [id = ''] = await add({ ...empty(of), status: 'VERIFIED', reason: good.reason, synced_at: daysAgo(300) })
    await set(id, `${stream}_data_id = gen_random_uuid(), ${stream}_data_status = 1, ${stream}_unverified_at = now()`)
    const over = await runThrough(db, of)
    expect(await stateOf(id)).toMatchObject({
      ...{ status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT', data_id: null, data_status: null },
      ...{ synced: false, unverified: false, cumulative: 'VERIFIED' },
    })
    expect(await countsOf(db, over.id)).toMatchObject({ claimed: 1, not_needed: 1, dropped: 0 })
  })

  test('settles malformed numbers without a call; only unzr clears them', async () => {
    const [id = ''] = await add({ ...illFormed(of), status: 'VERIFIED', reason: good.reason, synced_at: daysAgo(300) })
    await set(id, `${stream}_data_id = gen_random_uuid(), ${stream}_data_status = 1`)
    const over = await runThrough(db, of)
    expect(await stateOf(id)).toMatchObject({
      ...{ status: 'NOT_VERIFIED', reason: 'AUTO_INCORRECT_DATA', data_id: null, data_status: null },
      ...{ synced: false, unverified: true, cumulative: CUMULATIVE[kind] },
    })
    expect(await countsOf(db, over.id)).toMatchObject({ claimed: 1, incorrect: 1, not_verified: 0 })
    if (kind === 'person') {
      expect(await rowsOf('mpi.persons')).toMatchObject([
        { unzr: stream === 'unzr' ? null : illFormed(of).unzr, updated_by: USER },
      ])
    }
  })

  test('releases after a technical error with the previous state, to wait a minute', async () => {
    const [id = ''] = await add({ ...askable(of, 1), status: 'VERIFIED', reason: good.reason, synced_at: daysAgo(300) })
    const over = await runThrough(db, of, () => technicalError('subject', 'status_-1'))
    expect(await stateOf(id)).toMatchObject({
      ...{ status: 'VERIFIED', reason: good.reason, synced: true, failures: 1, waits: true, cumulative: 'VERIFIED' },
    })
    expect(await countsOf(db, over.id)).toMatchObject({ claimed: 1, technical_errors: 1 })
    const [row] = await db.database.query<{ seconds: number }>({
      text: `select extract(epoch from ${stream}_waits_until - clock_timestamp())::int as seconds from ${verifications}`,
    })
    expect(row?.seconds).toBeGreaterThan(50)
    expect(row?.seconds).toBeLessThanOrEqual(60)
    for (const table of ['event_manager.events', 'zvirka.verification_history', `mimir.${stream}_data`]) {
      expect(await rowsOf(table)).toEqual([])
    }
  })

  test.runIf(stream !== 'unzr')(
    'applies to all who hold the document that was found, of both kinds, and to no other stream',
    async () => {
      const [asked = ''] = await add(askable(of, 1))
      const holders: [(typeof KINDS_IN_LOCK_ORDER)[number], string][] = []
      for (const each of KINDS_IN_LOCK_ORDER) {
        const ids = await addSubjects(db.database, each, [
          { ...askable(of, 1), status: 'VERIFIED', reason: good.reason, synced_at: daysAgo(1) },
          {
            ...askable(of, 1),
            status: 'NOT_VERIFIED',
            reason: 'MANUAL',
            synced_at: daysAgo(400),
            is_active: each === 'person',
          },
        ])
        holders.push(...ids.map((id): [typeof each, string] => [each, id]))
      }
      const [inactive = ''] = await addPersons(db.database, [{ ...askable(of, 1), is_active: false }])
      const over = await runThrough(db, of, () => answer(1))
      const [row] = await rowsOf(`mimir.${stream}_data`)
      const reached = { ...bad, data_status: 1, data_id: row?.['id'], synced: true, unverified: true }
      expect(await stateOf(asked)).toMatchObject(reached)
      for (const [each, id] of holders) {
        expect(await streamState(db.database, { kind: each, stream }, id)).toMatchObject({
          ...reached,
          cumulative: CUMULATIVE[each],
        })
        const untouched = stream === 'mvs_passport' ? 'dms_passport' : 'mvs_passport'
        expect(await streamState(db.database, { kind: each, stream: untouched }, id)).toMatchObject({
          ...{ status: 'VERIFIED', reason: 'AUTO', synced: false },
        })
      }
      expect(await streamState(db.database, { kind: 'person', stream }, inactive)).toMatchObject({ synced: false })
      expect(await countsOf(db, over.id)).toMatchObject({ claimed: 1, propagated: 4 })
      const steps = await db.database.query<{ kind: string; step: string }>({
        text: 'select subject_kind as kind, step from zvirka.verification_history where subject_id <> $1',
        values: [asked],
      })
      expect(new Set(steps.map((each) => `${each.kind} ${each.step}`))).toEqual(
        new Set([`${kind} 4.1`, `${kind === 'person' ? 'party' : 'person'} 4.2`]),
      )
    },
  )

  test.runIf(stream !== 'unzr')(
    'applies to a subject of the other kind with the same id as the one asked about',
    async () => {
      const id = '00000000-0000-4000-8000-00000000000a'
      const other = kind === 'person' ? 'party' : 'person'
      await add({ ...askable(of, 1), id })
      await addSubjects(db.database, other, [{ ...askable(of, 1), id, status: 'VERIFIED', reason: good.reason }])
      await runThrough(db, of, () => answer(1))
      expect(await streamState(db.database, { kind: other, stream }, id)).toMatchObject({ ...bad, data_status: 1 })
    },
  )
})
