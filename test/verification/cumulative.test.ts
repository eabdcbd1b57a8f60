// Rules: spec 1.5.1, 1.5.2
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type CountedStream, cumulativeStatus } from '../../src/verification/cumulative.ts'
import { STREAM_STATUSES, STREAMS_OF, type StreamStatus, type SubjectKind } from '../../src/verification/status.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

const OTHERS: readonly StreamStatus[] = ['VERIFIED', 'VERIFICATION_NOT_NEEDED', 'VERIFICATION_NEEDED', 'IN_REVIEW']
const of = (...statuses: StreamStatus[]): CountedStream[] => statuses.map((status) => ({ status }))

describe('the cumulative status', () => {
  test.each(OTHERS)('is unfavourable if one stream is NOT_VERIFIED, also beside %s', (other) => {
    expect(cumulativeStatus('person', of(other, 'NOT_VERIFIED', other))).toBe('CHANGES_NEEDED')
    expect(cumulativeStatus('party', of('NOT_VERIFIED', other))).toBe('NOT_VERIFIED')
  })

  test.each(['VERIFICATION_NEEDED', 'IN_REVIEW'] as const)('is VERIFICATION_NEEDED if one stream is %s', (status) => {
    for (const kind of ['person', 'party'] as const) {
      expect(cumulativeStatus(kind, of('VERIFIED', status, 'VERIFICATION_NOT_NEEDED'))).toBe('VERIFICATION_NEEDED')
    }
  })

  test('is VERIFIED if every counted stream is, and if none is counted', () => {
    for (const kind of ['person', 'party'] as const) {
      expect(cumulativeStatus(kind, of('VERIFIED', 'VERIFIED'))).toBe('VERIFIED')
      expect(cumulativeStatus(kind, of('VERIFIED', 'VERIFICATION_NOT_NEEDED'))).toBe('VERIFIED')
      expect(cumulativeStatus(kind, of('VERIFICATION_NOT_NEEDED'))).toBe('VERIFIED')
    }
  })

  test.each([
    ['VERIFIED', 'VERIFIED'],
    ['VERIFICATION_NEEDED', 'VERIFICATION_NEEDED'],
  ] as const)('counts a stream that our own job claimed as the %s that it was before', (heldBefore, expected) => {
    expect(cumulativeStatus('person', [{ status: 'VERIFIED' }, { status: 'IN_REVIEW', heldBefore }])).toBe(expected)
  })

  test("keeps a person's NOT_VERIFIED, which is set manually, and recalculates a party's", () => {
    for (const status of STREAM_STATUSES) {
      expect(cumulativeStatus('person', of(status), 'NOT_VERIFIED')).toBe('NOT_VERIFIED')
    }
    expect(cumulativeStatus('party', of('VERIFIED'), 'NOT_VERIFIED')).toBe('VERIFIED')
  })
})

describe('the SQL functions', () => {
  let db: TestDatabase
  beforeAll(async () => {
    db = await createTestDatabase()
  })
  afterAll(() => db.drop())

  // Ours are IN_REVIEW because of a claim, which a summary ignores: there a stream keeps its previous status.
  const rowOf = (kind: SubjectKind): fc.Arbitrary<Record<string, StreamStatus>> =>
    fc.record(Object.fromEntries(STREAMS_OF[kind].map((stream) => [stream, fc.constantFrom(...STREAM_STATUSES)])))

  async function computedBySql(kind: SubjectKind, rows: readonly Record<string, StreamStatus>[]): Promise<string[]> {
    const schema = kind === 'person' ? 'mpi' : 'prm'
    const records = rows.map((row) =>
      Object.fromEntries(Object.entries(row).map(([stream, status]) => [`${stream}_verification_status`, status])),
    )
    const computed = await db.database.query<{ value: string }>({
      text: `select ${schema}.${kind}_cumulative_status(jsonb_populate_record(null::${schema}.${kind}_verification_summaries, r.value)) as value
               from jsonb_array_elements($1) with ordinality r order by r.ordinality`,
      values: [JSON.stringify(records)],
    })
    return computed.map(({ value }) => value)
  }

  test.each(['person', 'party'] as const)('compute the rule’s result for any row of a %s', async (kind) => {
    await fc.assert(
      fc.asyncProperty(fc.array(rowOf(kind), { minLength: 1, maxLength: 100, size: 'max' }), async (rows) => {
        const expected = rows.map((row) =>
          cumulativeStatus(
            kind,
            Object.values(row).map((status) => ({ status })),
          ),
        )
        expect(await computedBySql(kind, rows)).toEqual(expected)
      }),
      { numRuns: 40 },
    )
  })
})
