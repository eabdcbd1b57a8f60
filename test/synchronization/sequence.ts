/** Random histories of a small population: possible events, drawn by fast-check so that a failure shrinks. */

import fc from 'fast-check'
import { PROCESSES, type SyncProcess } from '../../src/synchronization/process.ts'
import type { Identity } from '../../src/verification/rules.ts'
import type { StreamStatus } from '../../src/verification/status.ts'
import { isYesOrNo, YES_OR_NO_STREAMS, type YesOrNoStream } from './changes.ts'
import type { TestDocument, TestEmployee } from './people.ts'

/** The initial state of a stream of ours. */
export type Beginning = 'initial' | 'good' | 'good_long_ago' | 'bad' | 'not_needed'

/** A subject at the beginning. */
export interface Drawn extends Readonly<Record<YesOrNoStream, Beginning>> {
  readonly documents: readonly TestDocument[]
  readonly identity: Identity
  readonly others: StreamStatus
  readonly isActive: boolean
  readonly employees: readonly TestEmployee[]
}

export interface Population {
  readonly persons: readonly Drawn[]
  readonly parties: readonly Drawn[]
}

interface To {
  readonly who: number
}

/** What happens to a subject without the engine; `who` is taken modulo the number of subjects. */
export type Happening =
  | (To & { readonly op: 'change'; readonly documents: readonly TestDocument[] })
  | (To & { readonly op: 'import'; readonly documents: readonly TestDocument[]; readonly identity: Identity })
  | (To & { readonly op: 'send_again'; readonly stream: YesOrNoStream })
  | (To & { readonly op: 'move'; readonly to: number })
  | (To & { readonly op: 'block' })
  | (To & { readonly op: 'active'; readonly isActive: boolean })
  | (To & { readonly op: 'edit_unzr'; readonly unzr: string | null })
  | (To & { readonly op: 'hire'; readonly employee: TestEmployee })
  | (To & { readonly op: 'employee'; readonly which: number; readonly employee: TestEmployee })
  | (To & { readonly op: 'transfer'; readonly which: number; readonly to: number })
  | (To & { readonly op: 'stream'; readonly stream: 'nhs' | YesOrNoStream; readonly status: StreamStatus })

export type HowItEnds = 'found' | 'not_found' | 'subject_error' | 'service_error' | 'unasked'

/** An action of the engine in one of its processes. `settle` ends some of its claims, stale ones included, in one flush. */
export type Doing = { readonly engine: number } & DoneBy
type DoneBy =
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

/** Few documents, so that they are shared; some ill-formed, equal to a well-formed one except for the case. */
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

// Dates of issue differ, so that the choice of document does not depend on generated ids.
const documents = fc
  .array(document, { maxLength: 3 })
  .map((all) => all.map((each, n) => ({ ...each, issued_at: `20${10 + n}-01-01` })))

// Few UNZR, so that they are shared; ill-formed ones look like the others at first sight.
const unzr = fc.oneof(
  { weight: 5, arbitrary: fc.constantFrom('19800101-00001', '19800101-00001', '19800101-00002') },
  {
    weight: 3,
    arbitrary: fc.constantFrom(
      '19800101-0001',
      '1980010-100001',
      '19800101-00001\n',
      '19800101-0000１',
      ' 19800101-00001',
    ),
  },
  { weight: 2, arbitrary: fc.constantFrom(null, null, '') },
)

const identity: fc.Arbitrary<Identity> = fc.record({
  unzr,
  last_name: fc.constantFrom('Шевченко', "Ґалаґан-Мар'яненко", ' Іваненко'),
  first_name: fc.constantFrom('Олена', 'олена'),
  second_name: fc.constantFrom('Іванівна', '', null),
  birth_date: fc.constantFrom('1980-01-01', '1899-12-31'),
})

const beginning = fc.constantFrom<Beginning>(
  'initial',
  'initial',
  'good',
  'good_long_ago',
  'good_long_ago',
  'bad',
  'not_needed',
)

const employee: fc.Arbitrary<TestEmployee> = fc.constantFrom(
  { status: 'APPROVED', is_active: true },
  { status: 'APPROVED', is_active: true },
  { status: 'APPROVED', is_active: false },
  { status: 'DISMISSED', is_active: true },
  { status: 'NEW', is_active: false },
)

const drawn: fc.Arbitrary<Drawn> = fc.record({
  documents: fc.oneof({ weight: 3, arbitrary: document.map((one) => [one]) }, { weight: 2, arbitrary: documents }),
  identity,
  unzr: beginning,
  mvs_passport: beginning,
  dms_passport: beginning,
  others: fc.constantFrom<StreamStatus>(
    'VERIFIED',
    'VERIFIED',
    'VERIFICATION_NOT_NEEDED',
    'VERIFICATION_NEEDED',
    'NOT_VERIFIED',
  ),
  isActive: fc.constantFrom(true, true, true, false),
  employees: fc.array(employee, { maxLength: 2 }),
})

/** Persons and parties; at least one of each kind, so that every process can have something to do. */
export const population: fc.Arbitrary<Population> = fc.record({
  persons: fc.array(drawn, { minLength: 1, maxLength: 6, size: 'max' }),
  parties: fc.array(drawn, { minLength: 1, maxLength: 4, size: 'max' }),
})

/** One process, or two in one sequence. */
export const processes: fc.Arbitrary<SyncProcess[]> = fc.shuffledSubarray(
  [...PROCESSES.values()].filter(({ stream }) => isYesOrNo(stream)),
  {
    minLength: 1,
    maxLength: 2,
  },
)

const who = fc.nat(20)
const ownStream = fc.constantFrom(...YES_OR_NO_STREAMS)

export const happening: fc.Arbitrary<Happening> = fc.oneof(
  { weight: 2, arbitrary: fc.record({ op: fc.constant('change' as const), who, documents }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('import' as const), who, documents, identity }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('send_again' as const), who, stream: ownStream }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('move' as const), who, to: who }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('active' as const), who, isActive: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ op: fc.constant('block' as const), who }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('edit_unzr' as const), who, unzr }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('hire' as const), who, employee }) },
  { weight: 3, arbitrary: fc.record({ op: fc.constant('employee' as const), who, which: fc.nat(3), employee }) },
  { weight: 2, arbitrary: fc.record({ op: fc.constant('transfer' as const), who, which: fc.nat(3), to: who }) },
  {
    weight: 4,
    arbitrary: fc.record({
      op: fc.constant('stream' as const),
      who,
      stream: fc.constantFrom('nhs' as const, ...YES_OR_NO_STREAMS),
      status: fc.constantFrom<StreamStatus>('VERIFIED', 'VERIFIED', 'NOT_VERIFIED', 'VERIFICATION_NEEDED', 'IN_REVIEW'),
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

const doneBy: fc.Arbitrary<DoneBy> = fc.oneof(
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

export const doing: fc.Arbitrary<Doing> = fc.tuple(fc.nat(1), doneBy).map(([engine, done]) => ({ engine, ...done }))
