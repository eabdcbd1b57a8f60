/** Random sequences of imports of parties, in batches of any size, compared with a reference that handles one line at a time. */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CumulativeStatus, cumulativeStatus } from '../../src/verification/cumulative.ts'
import { STREAMS_OF, type StreamStatus } from '../../src/verification/status.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { document, employee, eventsOf, importLines, type Line, party, stored } from './parties.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

const STREAMS = STREAMS_OF.party
type PartyStream = (typeof STREAMS)[number]
const OWN = ['mvs_passport', 'dms_passport'] as const
const PEOPLE = 4
const EMPLOYEES = 4

interface Model {
  readonly line: Line
  readonly employees: ReadonlyMap<string, Line>
  readonly streams: Readonly<Record<PartyStream, string>>
  readonly cumulative: CumulativeStatus
  readonly events: readonly string[]
}

/** The reference state: parties, and which employees each has. */
interface World {
  readonly parties: Map<string, Model>
  readonly owners: Map<string, string>
  bad: number
}

const content = fc.record({
  last_name: fc.constantFrom('Шевченко', 'Коваль', null),
  // Few values, so that parties compete for them.
  tax_id: fc.constantFrom('1', '2', '3', null),
  about_myself: fc.constantFrom('Лікарка', null),
  documents: fc.array(fc.constantFrom(document('000000001'), document('1', { type: 'BIRTH_CERTIFICATE' })), {
    maxLength: 2,
  }),
  verification: fc.constantFrom(undefined, { mvs_passport: { status: 'VERIFIED', reason: 'AUTO_NOT_LOST' } }),
  employees: fc.uniqueArray(
    fc.record({
      n: fc.nat(EMPLOYEES - 1),
      status: fc.constantFrom('APPROVED', 'DISMISSED', 'NEW'),
      is_active: fc.boolean(),
      position: fc.constantFrom('P1', 'P2'),
    }),
    { selector: ({ n }) => n, maxLength: 2 },
  ),
})
type Content = typeof content extends fc.Arbitrary<infer T> ? T : never

type Step =
  | { readonly kind: 'import'; readonly lines: readonly (readonly [number, Content])[] }
  | {
      readonly kind: 'settle'
      readonly who: number
      readonly stream: (typeof OWN)[number]
      readonly status: StreamStatus
    }

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({
      kind: fc.constant('import' as const),
      lines: fc.array(fc.tuple(fc.nat(PEOPLE - 1), content), { maxLength: 8 }),
    }),
  },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('settle' as const),
      who: fc.nat(PEOPLE - 1),
      stream: fc.constantFrom(...OWN),
      status: fc.constantFrom<StreamStatus[]>('VERIFIED', 'NOT_VERIFIED'),
    }),
  },
)

const employeesOf = (line: Line) => line['employees'] as (Line & { readonly id: string })[]

function take(world: World, lines: readonly Line[]): void {
  const good = lines.filter((line) => line['last_name'] !== null)
  world.bad += lines.length - good.length
  const last = new Map(good.map((line) => [String(line['id']), line]))
  for (const line of good) if (last.get(String(line['id'])) === line) takeOne(world, line)
}

function takeOne(world: World, line: Line): void {
  const id = String(line['id'])
  const before = world.parties.get(id)
  const isSame = before !== undefined && JSON.stringify(before.line) === JSON.stringify(line)
  if (isSame) return
  const holdsTaxId = [...world.parties].some(
    ([other, { line: held }]) => other !== id && line['tax_id'] !== null && held['tax_id'] === line['tax_id'],
  )
  if (holdsTaxId || employeesOf(line).some((each) => (world.owners.get(each.id) ?? id) !== id)) {
    world.bad += 1
    return
  }
  for (const each of employeesOf(line)) world.owners.set(each.id, id)
  world.parties.set(id, before === undefined ? added(line) : compared(before, line))
}

function merged(before: ReadonlyMap<string, Line>, line: Line): ReadonlyMap<string, Line> {
  return new Map([...before, ...employeesOf(line).map((each) => [each.id, each] as const)])
}

function added(line: Line): Model {
  const given = (line['verification'] ?? {}) as Partial<Record<PartyStream, { status: string; reason: string }>>
  const streams = Object.fromEntries(
    STREAMS.map((s) => [s, `${given[s]?.status ?? 'VERIFICATION_NEEDED'} ${given[s]?.reason ?? 'INITIAL'}`]),
  ) as Record<PartyStream, string>
  return { line, employees: merged(new Map(), line), streams, cumulative: statusOf(streams), events: [] }
}

function compared(model: Model, line: Line): Model {
  const next = { ...model, line, employees: merged(model.employees, line) }
  const checked = ({ last_name, tax_id, documents }: Line) => JSON.stringify([last_name, tax_id, documents])
  if (checked(model.line) === checked(line)) return next
  const hasPassport = (line['documents'] as Line[]).some(({ type }) => type !== 'BIRTH_CERTIFICATE')
  const state = hasPassport ? 'VERIFICATION_NEEDED ONLINE_TRIGGERED' : 'VERIFICATION_NOT_NEEDED AUTO_DATA_ABSENT'
  const streams = { ...model.streams, mvs_passport: state, dms_passport: state }
  const cumulative = statusOf(streams)
  const events = cumulative === model.cumulative ? model.events : [...model.events, cumulative]
  return { ...next, streams, cumulative, events }
}

function statusOf(streams: Readonly<Record<PartyStream, string>>): CumulativeStatus {
  return cumulativeStatus(
    'party',
    STREAMS.map((s) => ({ status: streams[s].split(' ')[0] as StreamStatus })),
  )
}

// What any process would write, without its events, which are not tested here.
async function settle(world: World, id: string, stream: (typeof OWN)[number], status: StreamStatus): Promise<void> {
  const model = world.parties.get(id)
  if (model === undefined) return
  const streams = { ...model.streams, [stream]: `${status} AUTO` }
  const cumulative = statusOf(streams)
  await db.database.query({
    text: `update wide.party_verifications set ${stream}_verification_status = $2, ${stream}_verification_reason = 'AUTO'
            where party_id = $1`,
    values: [id, status],
  })
  await db.database.query({
    text: 'update prm.parties set verification_status = $2 where id = $1',
    values: [id, cumulative],
  })
  world.parties.set(id, { ...model, streams, cumulative })
}

async function seen(id: string) {
  const found = await stored(db.database, id)
  if (found === undefined) return undefined
  const { last_name, tax_id, about_myself, verification_status } = found.party
  return {
    line: { last_name, tax_id, about_myself, documents: found.documents },
    employees: found.employees,
    isActive: found.verification['is_subject_active'],
    streams: Object.fromEntries(
      STREAMS.map((s) => [s, `${found.verification[s]?.['status']} ${found.verification[s]?.['reason']}`]),
    ),
    cumulative: verification_status,
    events: await eventsOf(db.database, id),
  }
}

function expected(model: Model | undefined) {
  if (model === undefined) return undefined
  const { last_name, tax_id, about_myself, documents } = model.line
  const employees = [...model.employees.values()].sort((a, b) => (String(a['id']) < String(b['id']) ? -1 : 1))
  return {
    line: { last_name, tax_id, about_myself, documents },
    employees,
    isActive: employees.some((each) => each['status'] === 'APPROVED' && each['is_active']),
    streams: model.streams,
    cumulative: model.cumulative,
    events: model.events,
  }
}

test('whatever is imported, in whatever batches, each party ends as if the lines had been applied one by one', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 8 }),
      async (steps, batchSize) => {
        // Separate tax ids for each case, so that cases do not affect each other.
        const own = randomUUID()
        const people = Array.from({ length: PEOPLE }, () => party())
        const jobs = Array.from({ length: EMPLOYEES }, () => employee({ id: randomUUID() }))
        const world: World = { parties: new Map(), owners: new Map(), bad: 0 }
        let bad = 0
        for (const each of steps) {
          if (each.kind === 'settle') {
            await settle(world, people[each.who]?.id ?? '', each.stream, each.status)
            continue
          }
          const lines = each.lines.map(([who, { employees, tax_id, ...given }]) => ({
            ...people[who],
            ...given,
            tax_id: tax_id && `${own} ${tax_id}`,
            employees: employees.map(({ n, ...job }) => ({ ...jobs[n], ...job })),
          }))
          bad += (await importLines(db.database, lines, { batchSize })).counts.bad
          take(world, lines)
        }
        expect(bad).toBe(world.bad)
        for (const { id } of people) expect(await seen(id)).toEqual(expected(world.parties.get(id)))
      },
    ),
    { numRuns: 60 },
  )
})
