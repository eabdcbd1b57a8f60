/** Random lives of a small population: what may happen, drawn by fast-check so that a failing one shrinks. */
import fc from 'fast-check'
import type { StreamStatus } from '../../src/verification/status.ts'
import type { TestDocument } from './people.ts'

/** A subject at the beginning. */
export interface Drawn {
  readonly documents: readonly TestDocument[]
  readonly dms: 'initial' | 'valid' | 'valid_long_ago' | 'not_valid' | 'not_needed'
  readonly others: StreamStatus
  readonly isActive: boolean
}

export interface Population {
  readonly persons: readonly Drawn[]
  readonly parties: readonly Drawn[]
}

/** What happens to a subject without the engine; `who` is taken modulo the number of subjects. */
export type Happening =
  | { readonly op: 'change'; readonly who: number; readonly documents: readonly TestDocument[] }
  | { readonly op: 'send_again' | 'block'; readonly who: number }
  | { readonly op: 'move'; readonly from: number; readonly to: number }
  | { readonly op: 'active'; readonly who: number; readonly isActive: boolean }
  | {
      readonly op: 'stream'
      readonly who: number
      readonly stream: 'drfo' | 'mvs_passport'
      readonly status: StreamStatus
    }

export type HowItEnds = 'found' | 'not_found' | 'subject_error' | 'service_error' | 'unasked'

/** What the engine is made to do. `settle` ends some of the claims that it holds, stale ones among them, in one flush. */
export type Doing =
  | { readonly op: 'claim'; readonly count: number }
  | { readonly op: 'settle'; readonly endings: readonly { readonly which: number; readonly how: HowItEnds }[] }
  | {
      readonly op: 'new_run'
      readonly minutes: number
      readonly takesWaiting: boolean
      readonly onlyTriggered: boolean
    }
  | { readonly op: 'take_over' }

const number = fc.constantFrom('АБ000001', 'АБ000002', 'ЇҐ000003')
const nationalId = fc.constantFrom('000000001', '000000002')

/** Few documents, so that they are shared; ill-formed ones among them, equal to a well-formed one but for the case. */
const document: fc.Arbitrary<TestDocument> = fc
  .tuple(
    fc.oneof(
      { weight: 5, arbitrary: number.map((n) => ({ type: 'PASSPORT', number: n })) },
      { weight: 4, arbitrary: nationalId.map((n) => ({ type: 'NATIONAL_ID', number: n })) },
      { weight: 2, arbitrary: number.map((n) => ({ type: 'PASSPORT', number: n.toLowerCase() })) },
      { weight: 1, arbitrary: fc.constant({ type: 'NATIONAL_ID', number: '1' }) },
      { weight: 1, arbitrary: number.map((n) => ({ type: 'REFUGEE_CERTIFICATE', number: n })) },
    ),
    fc.option(fc.constantFrom('2001-01-01', '2999-01-01')),
  )
  .map(([kind, expires]) => (expires === null ? kind : { ...kind, expiration_date: expires }))

// Dates of issue differ, so that which document is chosen does not hang on ids that the database makes up.
const documents = fc
  .array(document, { maxLength: 3 })
  .map((all) => all.map((each, n) => ({ ...each, issued_at: `20${10 + n}-01-01` })))

const drawn: fc.Arbitrary<Drawn> = fc.record({
  documents: fc.oneof({ weight: 3, arbitrary: document.map((one) => [one]) }, { weight: 2, arbitrary: documents }),
  dms: fc.constantFrom('initial', 'initial', 'valid', 'valid_long_ago', 'valid_long_ago', 'not_valid', 'not_needed'),
  others: fc.constantFrom<StreamStatus>(
    'VERIFIED',
    'VERIFIED',
    'VERIFICATION_NOT_NEEDED',
    'VERIFICATION_NEEDED',
    'NOT_VERIFIED',
  ),
  isActive: fc.constantFrom(true, true, true, false),
})

export const population: fc.Arbitrary<Population> = fc.record({
  persons: fc.array(drawn, { minLength: 1, maxLength: 7, size: 'max' }),
  parties: fc.array(drawn, { maxLength: 3, size: 'max' }),
})

const who = fc.nat(20)

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ op: fc.constant('change' as const), who, documents }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('send_again' as const), who }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('move' as const), from: who, to: who }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('active' as const), who, isActive: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('block' as const), who }) },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('stream' as const),
      who,
      stream: fc.constantFrom('drfo' as const, 'mvs_passport' as const),
      status: fc.constantFrom<StreamStatus>('VERIFIED', 'VERIFIED', 'NOT_VERIFIED', 'VERIFICATION_NEEDED'),
    }),
  },
)

export const howItEnds: fc.Arbitrary<HowItEnds> = fc.constantFrom(
  'found',
  'found',
  'not_found',
  'not_found',
  'subject_error',
  'service_error',
  'unasked',
)

export const doing: fc.Arbitrary<Doing> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ op: fc.constant('claim' as const), count: fc.integer({ min: 1, max: 5 }) }) },
  {
    weight: 7,
    arbitrary: fc.record({
      op: fc.constant('settle' as const),
      endings: fc.array(fc.record({ which: fc.nat(6), how: howItEnds }), { minLength: 1, maxLength: 5 }),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      op: fc.constant('new_run' as const),
      // No sum of a few of these is a waiting time of 1, 2, 4 … minutes.
      minutes: fc.constantFrom(0, 1.37, 7.77, 131.3, 1500.7, 301 * 24 * 60),
      takesWaiting: fc.boolean(),
      onlyTriggered: fc.constantFrom(true, false, false, false),
    }),
  },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('take_over' as const) }) },
)
