/** Lists of people read few disk pages, however many people there are, on every page (spec 4.3). */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Slice, TimePlace } from '../../src/listing/slice.ts'
import { type PeopleFilter, wayOf } from '../../src/people-reading/filter.ts'
import { listOf } from '../../src/people-reading/list.ts'
import { listSubjects } from '../../src/people-reading/plans/list.ts'
import { STREAMS_OF, type StreamStatus, type SubjectKind } from '../../src/verification/status.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { effort } from '../support/effort.ts'
import { costOf as costOfStatement } from '../support/plans.ts'
import { fillWithPeople } from './lists.ts'

const PERSONS = effort(20_000, 200_000)
const PAGE = 50
/** For each node of a page: an index entry and its row, and the subject's index and row; plus a constant to get there. */
const MOST_BUFFERS = PAGE * 4 + 30

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase()
  await fillWithPeople(db, PERSONS)
})
afterAll(() => db.drop())

/** The cost of reading a part of a list, and the tables that it scanned. */
async function costOf(kind: SubjectKind, filter: PeopleFilter, slice: Slice<TimePlace>) {
  const way = wayOf(kind, filter)
  if (way.kind === 'refused') throw new Error(way.reason)
  const { buffers, wholly: readWhole } = await costOfStatement(db.database, listSubjects(kind, filter, way, slice))
  return { buffers, readWhole }
}

// Every stream has its own index; all its statuses are read alike.
const streamFilters = (kind: SubjectKind): [string, PeopleFilter][] =>
  STREAMS_OF[kind].flatMap((stream) =>
    (stream === 'dms_passport'
      ? (['VERIFICATION_NEEDED', 'IN_REVIEW', 'NOT_VERIFIED', 'VERIFICATION_NOT_NEEDED'] as const)
      : (['NOT_VERIFIED'] as const)
    ).map((status: StreamStatus): [string, PeopleFilter] => [`${stream} ${status}`, { streams: { [stream]: status } }]),
  )

const FILTERS = (kind: SubjectKind): [string, PeopleFilter][] => [
  ['nothing', {}],
  ['databaseId', { databaseId: '5f093f55-0e3c-8e75-cb1f-8d33b0ed08bd' }],
  ['taxId', { taxId: kind === 'person' ? '0000000042' : '00000000424242' }],
  ['taxId that nobody has', { taxId: '9' }],
  ...(kind === 'person' ? ([['unzr', { unzr: '00000042-00001' }]] as [string, PeopleFilter][]) : []),
  ['documentNumber', { documentNumber: 'аб000042' }],
  ['lastName with birthDate', { lastName: 'ПРІЗВИЩЕ7', birthDate: '1950-01-08' }],
  [
    'documentNumber and two statuses',
    { documentNumber: 'АБ000042', verificationStatus: 'VERIFIED', streams: { drfo: 'VERIFIED' } },
  ],
  ...(['VERIFIED', 'VERIFICATION_NEEDED', 'NOT_VERIFIED', 'CHANGES_NEEDED'] as const).map(
    (verificationStatus): [string, PeopleFilter] => [
      `verificationStatus ${verificationStatus}`,
      { verificationStatus },
    ],
  ),
  ...streamFilters(kind),
]

describe.each(['person', 'party'] as const)('a list of %s by', (kind) => {
  test.each(FILTERS(kind))(
    '%s reads few pages, forwards and backwards, at its start, in the middle and at its end',
    async (_, filter) => {
      const list = listOf(kind, filter)
      if (list.kind === 'refused') throw new Error(list.reason)
      const middle = await middleOf(kind, filter)
      for (const direction of ['asc', 'desc'] as const) {
        for (const between of middle === undefined ? [{}] : [{}, { above: middle }, { below: middle }]) {
          const cost = await costOf(kind, filter, { ...between, direction, limit: PAGE + 1 })
          expect(cost.readWhole).toEqual([])
          expect(cost.buffers).toBeLessThan(MOST_BUFFERS + gathered(filter))
        }
      }
    },
  )
})

// Rows that are collected and sorted are all read: here a hundred hold each number, and workers hold a hundred and one.
function gathered({ documentNumber, streams = {} }: PeopleFilter): number {
  return documentNumber === undefined && streams.dms_passport !== 'IN_REVIEW' ? 0 : 101 * 10
}

/** A place in the middle of everybody, and so of most lists. */
async function middleOf(kind: SubjectKind, filter: PeopleFilter) {
  const list = listOf(kind, filter)
  if (list.kind === 'refused' || filter.databaseId !== undefined) return undefined
  const at = `2026-01-01T00:00:00.${String(PERSONS / 4).padStart(6, '0')}Z`
  const from = { at, id: '00000000-0000-0000-0000-000000000000' }
  const [row] = await list.read(db.database, { direction: 'asc', limit: 1, above: from })
  return row && { at: row.place, id: row.id }
}

test('the indexes are small compared with their use: none has an entry for every verified stream', async () => {
  const rows = await db.database.query<{ name: string; share: number }>({
    text: `select i.relname as name, i.reltuples / t.reltuples as share
             from pg_index x join pg_class i on i.oid = x.indexrelid join pg_class t on t.oid = x.indrelid
            where i.relname ~ '^(person|party)_(verification_summaries_.*|.*_checks)_status_index$'`,
  })
  expect(rows).toHaveLength(10)
  for (const { share } of rows) expect(share).toBeLessThan(0.6)
})
