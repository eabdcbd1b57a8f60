import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { readCounts } from '../../src/synchronization/counts.ts'
import { recheck } from '../../src/synchronization/recheck.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { answer } from '../synchronization/cluster.ts'
import { askable, empty, FIVE, illFormed, runThrough } from '../synchronization/five.ts'
import { addSubjects, streamState, USER } from '../synchronization/people.ts'
import { emptyTables } from './tables.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

const DAYS = 270
const daysAgo = (days: number) => new Date(Date.now() - days * 24 * 3600_000).toISOString()

describe.each(FIVE)('$key', (of) => {
  const { process, good, bad, goodStatus } = of
  const { kind, stream } = process
  const add = (...subjects: Parameters<typeof addSubjects>[2]) => addSubjects(db.database, kind, subjects)

  test('is counted by its own stream: due subjects and the number of each status, without inactive ones', async () => {
    const good300 = { ...good, synced_at: daysAgo(300) }
    await add(
      askable(of, 1),
      { ...askable(of, 2), reason: 'ONLINE_TRIGGERED' },
      { ...askable(of, 3), ...good300 },
      { ...askable(of, 4), ...good, synced_at: daysAgo(1) },
      { ...askable(of, 5), ...bad, synced_at: daysAgo(1) },
      { ...askable(of, 6), status: 'IN_REVIEW', reason: 'AUTO' },
      { ...empty(of), status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT' },
      { ...askable(of, 8), is_active: false },
    )
    expect(await readCounts(db.database, process, DAYS)).toMatchObject({
      due: 3,
      waiting: 0,
      byStatus: { VERIFICATION_NEEDED: 2, IN_REVIEW: 1, VERIFIED: 2, NOT_VERIFIED: 1, VERIFICATION_NOT_NEEDED: 1 },
    })
    // The other processes check these subjects by other streams, which are VERIFIED here and never synced.
    for (const other of FIVE.filter((each) => each.key !== of.key)) {
      const isSameKind = other.process.kind === kind
      expect(await readCounts(db.database, other.process, DAYS)).toMatchObject({
        byStatus: { VERIFIED: isSameKind ? 7 : 0, NOT_VERIFIED: 0 },
      })
    }
  })

  test('is reverted by a recheck of its run: what answers wrote, for both kinds, and nothing from the pre-check', async () => {
    const [one = '', other = '', none = '', wrong = ''] = await add(
      askable(of, 1),
      askable(of, 2),
      empty(of),
      illFormed(of),
    )
    const otherKind = kind === 'person' ? 'party' : 'person'
    const [across = ''] = await addSubjects(db.database, otherKind, [
      { ...askable(of, 1), status: 'VERIFIED', reason: 'AUTO_ONLINE', synced_at: daysAgo(1) },
    ])
    const run = await runThrough(db, of, (number) => answer(number === 1 ? 1 : 0))
    const isReached = stream !== 'unzr'
    const done = await recheck(db.database, { process, scope: { runId: run.id }, userId: USER, reason: null })
    const own = kind === 'person' ? { persons: 2, parties: isReached ? 1 : 0 } : { persons: 1, parties: 2 }
    expect(done).toEqual({ kind: 'done', ...own, inReview: 0, confirmedDead: [] })
    const takenBack = { status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED', data_id: null, data_status: null }
    for (const id of [one, other]) expect(await streamState(db.database, process, id)).toMatchObject(takenBack)
    if (isReached) expect(await streamState(db.database, { kind: otherKind, stream }, across)).toMatchObject(takenBack)
    expect(await streamState(db.database, process, none)).toMatchObject({ reason: 'AUTO_DATA_ABSENT' })
    expect(await streamState(db.database, process, wrong)).toMatchObject({ reason: 'AUTO_INCORRECT_DATA' })

    const asked: number[] = []
    await runThrough(db, of, (number) => {
      asked.push(number)
      return answer(goodStatus)
    })
    expect(asked.sort()).toEqual([1, 2])
    for (const id of [one, other]) expect(await streamState(db.database, process, id)).toMatchObject(good)
  })
})
