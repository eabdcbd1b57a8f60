// Rules: spec 8.10.3
/** The stream's status by its candidates: each row of the table, and what no combination of facts may do. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type DeathFacts, type DeathStream, streamByCandidates } from '../../src/death-acts/stream.ts'
import { STREAM_REASONS, type StreamStatus } from '../../src/verification/status.ts'

type Candidate = DeathFacts['candidates'][number]

let minute = 0
const candidate = (given: Partial<Candidate> = {}): Candidate => {
  minute += 1
  return { act_id: `act ${minute}`, zone: 'grey', way: 'online', updated_at: new Date(minute * 60_000), ...given }
}
const held = (given: Partial<DeathStream> = {}): DeathStream => ({
  ...{ status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED', actId: null },
  ...given,
})
const facts = (candidates: readonly Candidate[], given: Partial<DeathFacts> = {}): DeathFacts => ({
  ...{ isAnswered: true, candidates, hasCome: candidates.length > 0 },
  ...given,
})

describe('with candidates', () => {
  test('the best is white: not verified, with its act', () => {
    const [white, grey] = [candidate({ zone: 'white' }), candidate()]
    expect(streamByCandidates(held(), facts([white, grey]))).toEqual({
      ...{ status: 'NOT_VERIFIED', reason: 'AUTO_ONLINE', actId: white.act_id },
    })
  })

  test('all are grey: needs review, without an act', () => {
    expect(streamByCandidates(held({ actId: 'act' }), facts([candidate(), candidate()]))).toEqual({
      ...{ status: 'VERIFICATION_NEEDED', reason: 'AUTO_ONLINE', actId: null },
    })
  })

  test.each([
    ['online', 'offline', 'AUTO_OFFLINE'],
    ['offline', 'online', 'AUTO_ONLINE'],
  ] as const)('the newest determines the reason: %s, then %s', (first, second, reason) => {
    const [older, newer] = [candidate({ way: first }), candidate({ way: second })]
    for (const order of [
      [older, newer],
      [newer, older],
    ])
      expect(streamByCandidates(held(), facts(order))).toMatchObject({ reason })
  })
})

describe('without candidates', () => {
  test('and with an answer: verified', () => {
    for (const before of [held(), held({ status: 'NOT_VERIFIED', reason: 'AUTO_ONLINE', actId: 'act' })])
      expect(streamByCandidates(before, facts([]))).toEqual({ status: 'VERIFIED', reason: 'AUTO_ONLINE', actId: null })
  })

  test.each(['AUTO_ONLINE', 'AUTO_OFFLINE'] as const)(
    'and without an answer: a status from a candidate (%s) is queued again',
    (reason) => {
      const before = held({ status: 'NOT_VERIFIED', reason, actId: 'act' })
      expect(streamByCandidates(before, facts([], { isAnswered: false }))).toEqual({
        ...{ status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED', actId: null },
      })
    },
  )

  test('and without an answer: any other status stays', () => {
    for (const reason of ['INITIAL', 'ONLINE_TRIGGERED'] as const)
      expect(streamByCandidates(held({ reason }), facts([], { isAnswered: false }))).toEqual(held({ reason }))
  })
})

describe('for any facts', () => {
  const status = fc.constantFrom<Exclude<StreamStatus, 'IN_REVIEW'>>(
    ...(['VERIFICATION_NEEDED', 'VERIFIED', 'NOT_VERIFIED'] as const),
  )
  const drawnStream = fc.record({ status, reason: fc.constantFrom(...STREAM_REASONS), actId: fc.option(fc.uuid()) })
  const drawnFacts = fc
    .record({
      isAnswered: fc.boolean(),
      zones: fc.array(fc.constantFrom('white' as const, 'grey' as const), { maxLength: 3 }),
      hasCome: fc.boolean(),
    })
    .map(({ zones, ...rest }): DeathFacts => {
      const candidates = zones
        .toSorted()
        .toReversed()
        .map((zone) => candidate({ zone }))
      return { ...rest, candidates }
    })

  test('a manual decision stays until a new candidate', () => {
    fc.assert(
      fc.property(drawnStream, drawnFacts, (before, given) => {
        fc.pre(before.reason.startsWith('MANUAL') && !given.hasCome)
        expect(streamByCandidates(before, given)).toEqual(before)
      }),
    )
  })

  test('nobody with open candidates is verified, and no manual reason is written', () => {
    fc.assert(
      fc.property(drawnStream, drawnFacts, (before, given) => {
        fc.pre(!before.reason.startsWith('MANUAL'))
        const after = streamByCandidates(before, given)
        expect(after.reason.startsWith('MANUAL')).toBe(false)
        if (given.candidates.length > 0) expect(after.status).not.toBe('VERIFIED')
      }),
    )
  })

  test('is idempotent', () => {
    fc.assert(
      fc.property(drawnStream, drawnFacts, (before, given) => {
        const after = streamByCandidates(before, given)
        expect(streamByCandidates(after, { ...given, hasCome: false })).toEqual(after)
      }),
    )
  })
})
