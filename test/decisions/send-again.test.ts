// Rules: spec 2.8.2, 4.2.1, 4.2.2
import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type SendAgainRequest, type SendAgainResult, sendAgain } from '../../src/decisions/send-again.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { until, untilSomebodyWaits } from '../support/until.ts'
import { answer, countsOf, makeWorker, startRun, untilOver } from '../synchronization/cluster.ts'
import { addParties, addPersons, dmsState, nationalId } from '../synchronization/people.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
})
afterAll(() => db.drop())

const OFFICIAL = 'aaaaaaaa-0000-4000-8000-000000000001'

function send(request: Partial<SendAgainRequest> & { readonly subjectId: string }): Promise<SendAgainResult> {
  const whole = { kind: 'person', stream: 'dms_passport', status: 'VERIFICATION_NEEDED', userId: OFFICIAL } as const
  return db.database.transaction((tx) => sendAgain(tx, { ...whole, ...request }))
}

const NOT_VERIFIED = { documents: [nationalId(1)], status: 'NOT_VERIFIED', reason: 'AUTO_NOT_VALID' } as const

async function column<T>(id: string, text: string): Promise<T | undefined> {
  const [row] = await db.database.query<{ value: T }>({
    text: `select ${text} as value from wide.person_verifications v join mpi.persons s on s.id = v.person_id where s.id = $1`,
    values: [id],
  })
  return row?.value
}

function eventsOf(id: string) {
  return db.database.query<{ value: string; changed_by: string }>({
    text: `select properties->'verification_status'->>'new_value' as value, changed_by from event_manager.events
            where entity_id = $1 order by event_time`,
    values: [id],
  })
}

describe('queueing a person again', () => {
  test('makes the stream due first, and clears the last answer except unverified_at', async () => {
    const [id = ''] = await addPersons(db.database, [{ ...NOT_VERIFIED, synced_at: new Date().toISOString() }])
    await db.database.query({
      text: `update wide.person_verifications set dms_passport_data_id = $1, dms_passport_data_status = 1, dms_passport_unverified_at = now(),
               dms_passport_failures = 3, dms_passport_waits_until = now() + interval '1 hour' where person_id = $1`,
      values: [id],
    })
    expect(await send({ subjectId: id })).toEqual({ kind: 'sent' })
    expect(await dmsState(db.database, 'person', id)).toEqual({
      ...{ status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED', data_id: null, data_status: null },
      ...{ synced: false, unverified: true, failures: 0, waits: false, cumulative: 'VERIFICATION_NEEDED' },
    })
    expect(await column(id, 'v.updated_by')).toBe(OFFICIAL)
    expect(await column(id, `v.updated_at > now() - interval '1 minute'`)).toBe(true)
    expect(await column(id, 'v.dms_passport_triggered_at = v.updated_at')).toBe(true)
  })

  test('is in the history as a trigger by the user, and an event reports only a changed cumulative status', async () => {
    const [id = ''] = await addPersons(db.database, [NOT_VERIFIED])
    await send({ subjectId: id })
    await send({ subjectId: id })
    const history = await db.database.query({
      text: 'select stream, status, reason, step, changed_by, run_id from zvirka.verification_history where subject_id = $1',
      values: [id],
    })
    const entry = {
      ...{ stream: 'dms_passport', status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED', step: 'trigger' },
      ...{ changed_by: OFFICIAL, run_id: null },
    }
    expect(history).toEqual([entry, entry])
    expect(await eventsOf(id)).toEqual([{ value: 'VERIFICATION_NEEDED', changed_by: OFFICIAL }])
  })

  test('changes no other stream', async () => {
    const [id = ''] = await addPersons(db.database, [NOT_VERIFIED])
    await send({ subjectId: id, stream: 'unzr' })
    expect(await dmsState(db.database, 'person', id)).toMatchObject({
      status: 'NOT_VERIFIED',
      cumulative: 'CHANGES_NEEDED',
    })
    expect(await column(id, 'v.unzr_verification_reason')).toBe('ONLINE_TRIGGERED')
    expect(await column(id, 'v.mvs_passport_verification_status')).toBe('VERIFIED')
    expect(await eventsOf(id)).toEqual([])
  })

  test('keeps a person blocked that an official blocked', async () => {
    const [id = ''] = await addPersons(db.database, [NOT_VERIFIED])
    await db.database.query({
      text: `update mpi.persons set verification_status = 'NOT_VERIFIED' where id = $1`,
      values: [id],
    })
    expect(await send({ subjectId: id })).toEqual({ kind: 'sent' })
    expect(await dmsState(db.database, 'person', id)).toMatchObject({
      status: 'VERIFICATION_NEEDED',
      cumulative: 'NOT_VERIFIED',
    })
  })

  test('accepts a person without checkable data: the pre-check settles that', async () => {
    const [id = ''] = await addPersons(db.database, [{ ...NOT_VERIFIED, documents: [] }])
    expect(await send({ subjectId: id })).toEqual({ kind: 'sent' })
    expect((await dmsState(db.database, 'person', id)).status).toBe('VERIFICATION_NEEDED')
  })

  test('creates a verification for a person without one', async () => {
    const id = randomUUID()
    await db.database.query({
      text: `insert into mpi.persons (id, first_name, last_name, birth_date, inserted_by, updated_by)
             values ($1, 'Олена', 'Шевченко', '1980-01-01', $1, $1)`,
      values: [id],
    })
    expect(await send({ subjectId: id })).toEqual({ kind: 'sent' })
    expect(await column(id, 'v.unzr_verification_reason')).toBe('INITIAL')
  })

  test('is refused in this order: unknown, not active, another status', async () => {
    const [inactive = '', active = ''] = await addPersons(db.database, [
      { ...NOT_VERIFIED, is_active: false },
      NOT_VERIFIED,
    ])
    expect(await send({ subjectId: randomUUID(), status: 'VERIFIED' })).toEqual({ kind: 'missing' })
    expect(await send({ subjectId: inactive, status: 'VERIFIED' })).toEqual({ kind: 'not_active' })
    expect(await send({ subjectId: active, status: 'VERIFIED' })).toEqual({ kind: 'status_not_allowed' })
    for (const id of [inactive, active]) {
      expect(await dmsState(db.database, 'person', id)).toMatchObject({ status: 'NOT_VERIFIED' })
    }
  })

  test('during a check drops the pending answer, and the next run asks again', async () => {
    const [id = ''] = await addPersons(db.database, [{ documents: [nationalId(7)] }])
    let asked = 0
    let release: (() => void) | undefined
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const worker = makeWorker(db, {
      ask: async ({ pasNumber }) => {
        if (pasNumber !== '000000007') return answer(0)
        asked += 1
        if (asked === 1) await held
        return answer(asked === 1 ? 1 : 0)
      },
    })
    await worker.start()
    try {
      const run = await startRun(db)
      await until('the question', async () => asked === 1)
      expect((await dmsState(db.database, 'person', id)).status).toBe('IN_REVIEW')
      const claimed = () =>
        db.database.query<{ token: string }>({
          text: 'select token from zvirka.claims where subject_id = $1',
          values: [id],
        })
      const [first] = await claimed()
      expect(await send({ subjectId: id })).toEqual({ kind: 'sent' })
      // The worker may claim the person again at once.
      expect(first).toBeDefined()
      expect(await claimed()).not.toContainEqual(first)
      release?.()
      await untilOver(db, run.id)
      expect(await countsOf(db, run.id)).toMatchObject({ dropped: 1, not_verified: 0 })
      if (asked === 1) await untilOver(db, (await startRun(db)).id)
    } finally {
      // A worker that stops waits for its answers.
      release?.()
      await worker.stop()
    }
    expect(asked).toBe(2)
    expect(await dmsState(db.database, 'person', id)).toMatchObject({ status: 'VERIFIED', reason: 'AUTO_VALID' })
    expect(
      await column(
        id,
        `(select count(*) from zvirka.verification_history h where h.subject_id = s.id and step in ('4', '5'))`,
      ),
    ).toBe(1)
  })

  test('waits for a concurrent writer of the same row, and decides by its result', async () => {
    const [id = ''] = await addPersons(db.database, [NOT_VERIFIED])
    let sent: Promise<SendAgainResult> | undefined
    await db.database.transaction(async (tx) => {
      await tx.query({
        text: 'select from mpi.person_verification_summaries where person_id = $1 for update',
        values: [id],
      })
      sent = send({ subjectId: id })
      await untilSomebodyWaits(db.database)
      await tx.query({ text: 'update mpi.persons set is_active = false where id = $1', values: [id] })
      await delay(0)
    })
    expect(await sent).toEqual({ kind: 'not_active' })
  })
})

describe('queueing a party again', () => {
  test('does the same for its stream', async () => {
    const [id = ''] = await addParties(db.database, [NOT_VERIFIED])
    expect(await send({ kind: 'party', subjectId: id })).toEqual({ kind: 'sent' })
    expect(await dmsState(db.database, 'party', id)).toMatchObject({
      ...{ status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED', cumulative: 'VERIFICATION_NEEDED' },
    })
    expect(await eventsOf(id)).toEqual([{ value: 'VERIFICATION_NEEDED', changed_by: OFFICIAL }])
  })

  test('is refused without an approved and active employee', async () => {
    const ids = await addParties(db.database, [
      { ...NOT_VERIFIED, employees: [] },
      { ...NOT_VERIFIED, employees: [{ status: 'DISMISSED', is_active: true }] },
      { ...NOT_VERIFIED, employees: [{ status: 'APPROVED', is_active: false }] },
    ])
    for (const subjectId of ids) expect(await send({ kind: 'party', subjectId })).toEqual({ kind: 'not_active' })
  })
})
