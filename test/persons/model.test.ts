/** Random sequences of imports, and of changes between them, compared with a reference that handles one person at a time. */
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CumulativeStatus, cumulativeStatus } from '../../src/verification/cumulative.ts'
import { type OwnStream, STREAMS_OF, type Stream, type StreamStatus } from '../../src/verification/status.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { document, eventsOf, importLines, type Line, person, stored } from './persons.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

const STREAMS = STREAMS_OF.person
const OWN: readonly OwnStream[] = ['unzr', 'mvs_passport', 'dms_passport']

interface Model {
  line: Line
  streams: Record<Stream, string>
  cumulative: CumulativeStatus
  events: string[]
}

type Step =
  | { readonly kind: 'import'; readonly lines: readonly (readonly [number, Line])[] }
  | { readonly kind: 'settle'; readonly who: number; readonly stream: OwnStream; readonly status: StreamStatus }

const PEOPLE = 4
const content = fc.record({
  last_name: fc.constantFrom('Шевченко', 'Коваль', null),
  gender: fc.constantFrom('MALE', 'FEMALE', null),
  unzr: fc.constantFrom('19800131-00001', 'wrong', '', null),
  is_active: fc.boolean(),
  documents: fc.array(
    fc.constantFrom(
      document('000000001'),
      document('x', { type: 'PASSPORT' }),
      document('1', { type: 'BIRTH_CERTIFICATE' }),
    ),
    {
      maxLength: 2,
    },
  ),
  verification: fc.option(
    fc.record({
      nhs: fc.constantFrom({ status: 'VERIFIED', reason: 'MANUAL' }, { status: 'NOT_VERIFIED', reason: 'MANUAL' }),
      unzr: fc.constantFrom(
        { status: 'VERIFIED', reason: 'AUTO' },
        { status: 'VERIFICATION_NEEDED', reason: 'ONLINE_TRIGGERED' },
      ),
    }),
    { nil: undefined },
  ),
})
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({
    kind: fc.constant('import' as const),
    lines: fc.array(fc.tuple(fc.nat(PEOPLE - 1), content), { maxLength: 8 }),
  }),
  fc.record({
    kind: fc.constant('settle' as const),
    who: fc.nat(PEOPLE - 1),
    stream: fc.constantFrom(...OWN),
    status: fc.constantFrom<StreamStatus[]>('VERIFIED', 'NOT_VERIFIED'),
  }),
)

function importInto(models: (Model | undefined)[], lines: readonly (readonly [number, Line])[]): void {
  // An empty text means absent.
  const present = lines.map(([who, line]): [number, Line] => [who, { ...line, unzr: line['unzr'] || null }])
  const last = new Map(present.filter(([, line]) => line['last_name'] !== null))
  for (const [who, line] of last) models[who] = models[who] === undefined ? added(line) : compared(models[who], line)
}

function added(line: Line): Model {
  const given = (line['verification'] ?? {}) as Partial<Record<Stream, { status: string; reason: string }>>
  const streams = Object.fromEntries(
    STREAMS.map((s) => [s, `${given[s]?.status ?? 'VERIFICATION_NEEDED'} ${given[s]?.reason ?? 'INITIAL'}`]),
  ) as Record<Stream, string>
  return { line, streams, cumulative: statusOf(streams), events: [] }
}

function compared(model: Model, line: Line): Model {
  const contentOf = ({ last_name, gender, unzr, documents }: Line) =>
    JSON.stringify([last_name, gender, unzr, documents])
  if (contentOf(model.line) === contentOf(line)) return { ...model, line }
  const hasPassport = (line['documents'] as Line[]).some(({ type }) => type !== 'BIRTH_CERTIFICATE')
  const hasUnzr = line['unzr'] !== null
  const streams = { ...model.streams }
  for (const s of OWN) {
    const isNeeded = s === 'unzr' ? hasUnzr : hasPassport
    streams[s] = isNeeded ? 'VERIFICATION_NEEDED ONLINE_TRIGGERED' : 'VERIFICATION_NOT_NEEDED AUTO_DATA_ABSENT'
  }
  return moved({ ...model, line, streams })
}

function moved(model: Model): Model {
  const cumulative = statusOf(model.streams)
  const events = cumulative === model.cumulative ? model.events : [...model.events, cumulative]
  return { ...model, cumulative, events }
}

function statusOf(streams: Record<Stream, string>): CumulativeStatus {
  const statuses = STREAMS.map((s) => ({ status: streams[s].split(' ')[0] as StreamStatus }))
  return cumulativeStatus('person', statuses)
}

// What any process would write, without its events, which are not tested here.
async function settle(
  model: Model | undefined,
  id: string,
  stream: OwnStream,
  status: StreamStatus,
): Promise<Model | undefined> {
  if (model === undefined) return undefined
  const streams = { ...model.streams, [stream]: `${status} AUTO` }
  const cumulative = statusOf(streams)
  await db.database.query({
    text: `update wide.person_verifications set ${stream}_verification_status = $2, ${stream}_verification_reason = 'AUTO'
            where person_id = $1`,
    values: [id, status],
  })
  await db.database.query({
    text: 'update mpi.persons set verification_status = $2 where id = $1',
    values: [id, cumulative],
  })
  return { ...model, streams, cumulative }
}

async function seen(id: string): Promise<(Omit<Model, 'line'> & { line: Line }) | undefined> {
  const found = await stored(db.database, id)
  if (found === undefined) return undefined
  const { last_name, gender, unzr, is_active } = found.person
  return {
    line: { last_name, gender, unzr, is_active, documents: found.documents },
    streams: Object.fromEntries(
      STREAMS.map((s) => [s, `${found.verification[s]?.['status']} ${found.verification[s]?.['reason']}`]),
    ) as Record<Stream, string>,
    cumulative: found.person.verification_status as CumulativeStatus,
    events: await eventsOf(db.database, id),
  }
}

test('whatever is imported, in whatever batches, each person ends as the rules say', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(step, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 4 }),
      async (steps, batchSize) => {
        const people = Array.from({ length: PEOPLE }, () => person())
        const idOf = (who: number) => people[who]?.id ?? ''
        const models: (Model | undefined)[] = Array.from({ length: PEOPLE }, () => undefined)
        for (const each of steps) {
          if (each.kind === 'settle') {
            models[each.who] = await settle(models[each.who], idOf(each.who), each.stream, each.status)
            continue
          }
          const lines = each.lines.map(([who, line]) => ({ ...people[who], ...line }))
          await importLines(db.database, lines, { batchSize })
          importInto(models, each.lines)
        }
        for (const [who, model] of models.entries()) {
          const expected = model && { ...model, line: { ...model.line, verification: undefined } }
          if (expected) delete (expected.line as Record<string, unknown>)['verification']
          expect(await seen(idOf(who))).toEqual(expected)
        }
      },
    ),
    { numRuns: 60 },
  )
})
