// Rules: spec 8.3.1, 8.3.4, 8.5.1, 8.6.1, 8.6.2, 8.12.1
/**
 * DRFO in the engine: compared with a model; changes during the check; others with the same link; and an installation with DRFO disabled.
 */
import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Ask, RegistryAnswer } from '../../src/synchronization/ask.ts'
import { explainPerson } from '../../src/synchronization/explain.ts'
import type { NewRun } from '../../src/synchronization/plans/runs.ts'
import { kyivDay } from '../../src/verification/calendar.ts'
import type { OwnStream, SubjectKind } from '../../src/verification/status.ts'
import type { DrfoQuestion, DrfoTerms } from '../../src/verification/streams/drfo.ts'
import { triggerStreams } from '../../src/verification-store/trigger.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { effort } from '../support/effort.ts'
import { DrfoModel, type Somebody } from './drfo-model.ts'
import { addSubjects, type TestDocument, USER } from './people.ts'
import { emptyTables, ownerOf } from './reset.ts'
import { solo, startSolo } from './solo.ts'
import { TABLES } from './table-names.ts'

const TERMS: DrfoTerms = { notVerified: new Set([1, 3, 4, 42]), closed: new Set([2]), noSelfAuthAge: 14 }
const TODAY = kyivDay(new Date())
const HOME = { person: 'mpi.person_drfo_checks', party: 'prm.party_drfo_checks' } as const
type DrfoAsk = Ask<DrfoQuestion>

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())
beforeEach(() => emptyTables(db, 'delete'))

function somebody(given: Partial<Somebody> = {}): Somebody {
  return {
    ...{ kind: 'person', id: randomUUID(), last_name: 'Шевченко', first_name: 'Олена', second_name: null },
    ...{ birth_date: '1980-01-01', tax_id: '2922001234', no_tax_id: false, documents: [], isActive: true },
    ...given,
  }
}

/** Inserts people not yet checked by DRFO; everything else is VERIFIED. */
async function putIn(people: readonly Somebody[]): Promise<void> {
  for (const kind of ['person', 'party'] as const) {
    const of = people.filter((each) => each.kind === kind)
    if (of.length === 0) continue
    const subjects = of.map(({ isActive, ...each }) => ({ ...each, is_active: isActive, stream: 'drfo' as const }))
    await addSubjects(db.database, kind, subjects)
    await ownerOf(db).query({
      text: `update ${TABLES[kind].subjects} s set tax_id = r.tax_id, no_tax_id = r.no_tax_id
               from jsonb_to_recordset($1) as r (id uuid, tax_id text, no_tax_id boolean) where s.id = r.id`,
      values: [JSON.stringify(of)],
    })
  }
}

const code = (result: number): RegistryAnswer => ({
  kind: 'answer',
  value: { result, message: `код ${result}` },
  messageId: randomUUID(),
})

function runOf(kind: SubjectKind, run: Partial<NewRun> = {}): Partial<NewRun> {
  return { process: `drfo/${kind}`, validationPeriodDays: 180, ...run }
}

function check(kind: SubjectKind, ask: DrfoAsk, run: Partial<NewRun> = {}) {
  return solo(db, { run: runOf(kind, run), ask, terms: async () => TERMS })
}

interface Row {
  readonly status: string
  readonly reason: string
  readonly data: string | null
  readonly code: number | null
  readonly is_synced: boolean
  readonly is_unverified: boolean
  readonly failures: number
}

async function stateOf({ kind, id }: Pick<Somebody, 'kind' | 'id'>): Promise<Row | undefined> {
  const [row] = await db.database.query<Row>({
    text: `select c.status, c.reason, d.rnokpp as data, c.data_status as code, c.synced_at is not null as is_synced,
                  c.unverified_at is not null as is_unverified, c.failures
             from ${HOME[kind]} c left join mimir.drfo_data d on d.id = c.data_id where c.subject_id = $1`,
    values: [id],
  })
  return row
}

const tax = fc.constantFrom('2922001234', '2922001234', '3000000001', 'АБ000001', '123456789', '12', '', null)
const documents: fc.Arbitrary<TestDocument[]> = fc
  .array(
    fc.constantFrom<Omit<TestDocument, 'issued_at'>>(
      { type: 'PASSPORT', number: 'АБ000001' },
      { type: 'NATIONAL_ID', number: '123456789', expiration_date: '2999-01-01' },
      { type: 'NATIONAL_ID', number: '123456780', expiration_date: '2001-01-01' },
      { type: 'NATIONAL_ID', number: '1' },
      { type: 'REFUGEE_CERTIFICATE', number: 'АБ000001' },
    ),
    { maxLength: 3 },
  )
  .map((all) => all.map((each, n) => ({ ...each, issued_at: `20${10 + n}-01-01` })))

const drawn = fc.record({
  kind: fc.constantFrom<SubjectKind>('person', 'person', 'party'),
  id: fc.uuid({ version: 4 }),
  last_name: fc.constantFrom('Шевченко', 'ШЕВЧЕНКО', 'Бойко'),
  first_name: fc.constant('Олена'),
  second_name: fc.constantFrom(null, 'Іванівна'),
  birth_date: fc.constantFrom(
    '1980-01-01',
    '1980-01-01',
    '1980-01-01',
    `${Number(TODAY.slice(0, 4)) - 5}-01-01`,
    '2999-01-01',
    '1899-12-31',
  ),
  tax_id: tax,
  no_tax_id: fc.constantFrom(false, false, true),
  documents,
  isActive: fc.constantFrom(true, true, true, false),
})

test('sets statuses as in the specification’s tables', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.uniqueArray(drawn, { minLength: 1, maxLength: 6, selector: ({ id }) => id, size: 'max' }),
      fc.array(fc.constantFrom(0, 0, 0, 1, 2, 2, 3, 42), { minLength: 24, maxLength: 24 }),
      fc.array(fc.constantFrom<SubjectKind>('person', 'party'), { minLength: 2, maxLength: 4 }),
      async (drawnPeople, codes, kinds) => {
        const taken = new Set<string>()
        // A party's tax id and birth date are unique; without a tax id it has an empty text.
        const people = drawnPeople
          .filter(({ kind, tax_id, birth_date }) => {
            if (kind === 'person') return true
            const key = `${tax_id ?? ''} ${birth_date}`
            return !taken.has(key) && taken.add(key)
          })
          .map((each) => (each.kind === 'party' && each.tax_id === null ? { ...each, tax_id: '' } : each))
        await emptyTables(db, 'delete')
        await putIn(people)
        // The register's answer changes from question to question, the same way for the model.
        const word = (n: number) => codes[n % codes.length] ?? 0
        let byModel = 0
        const model = new DrfoModel(people, TODAY, () => word(byModel++))
        const asked: string[] = []
        const ask: DrfoAsk = async ({ rnokpp }) => {
          asked.push(rnokpp)
          return code(word(asked.length - 1))
        }
        for (const kind of kinds) {
          model.run(kind)
          // One subject for each run, so that each sees the results of those before it.
          while ((await dueOf(kind)) > 0) await check(kind, ask, { maxSubjects: 1 })
        }
        expect(asked).toEqual(model.asked)
        for (const each of people) {
          const { is_synced: isSynced, is_unverified: isUnverified, failures: _, ...row } = (await stateOf(each)) ?? {}
          expect({ ...row, isSynced, isUnverified }, each.id).toEqual(model.held.get(each.id))
        }
        const rows = await db.database.query<{ key: string; value: string }>({
          text: `select rnokpp as key, lower(concat_ws(' ', last_name, first_name, coalesce(middle_name, ''), date_birth) collate "und-x-icu")
                        || ' ' || info_result as value from mimir.drfo_data`,
        })
        expect(new Map(rows.map(({ key, value }) => [key, value]))).toEqual(model.rows)
        const history = await db.database.query<{ line: string }>({
          text: `select concat_ws(' ', subject_id, step, status, reason) as line from zvirka.verification_history order by id`,
        })
        expect(history.map(({ line }) => line).toSorted()).toEqual(model.history.toSorted())
      },
    ),
    { numRuns: effort(25, 400) },
  )
})

async function dueOf(kind: SubjectKind): Promise<number> {
  const [row] = await db.database.query<{ due: number }>({
    text: `select count(*)::int as due from ${HOME[kind]} where synced_at is null and is_subject_active`,
  })
  return row?.due ?? 0
}

describe('a check', () => {
  test('is repeated for subjects who were not verified or needed none, after the period', async () => {
    const [refused, child] = [
      somebody(),
      somebody({ tax_id: null, birth_date: `${Number(TODAY.slice(0, 4)) - 5}-01-01` }),
    ]
    await putIn([refused, child])
    await check('person', async () => code(1))
    expect([(await stateOf(refused))?.status, (await stateOf(child))?.status]).toEqual([
      'NOT_VERIFIED',
      'VERIFICATION_NOT_NEEDED',
    ])
    await check('person', async () => code(0))
    expect((await stateOf(refused))?.status).toBe('NOT_VERIFIED')
    await ownerOf(db).query({ text: `update mpi.person_drfo_checks set synced_at = now() - interval '200 days'` })
    await check('person', async () => code(0))
    expect((await stateOf(refused))?.status).toBe('VERIFIED')
    expect((await stateOf(child))?.status).toBe('VERIFICATION_NOT_NEEDED')
  })

  test('that is a no is explained with its code, and one that is a yes with 0', async () => {
    const [refused, confirmed] = [somebody({ tax_id: '2922001235' }), somebody()]
    await putIn([refused, confirmed])
    await check('person', async ({ rnokpp }) => code(rnokpp === refused.tax_id ? 3 : 0))
    const explained = async (id: string) =>
      (await explainPerson(db.database, id, []))?.streams.find(({ stream }) => stream === 'drfo')?.cause.why
    expect(await explained(refused.id)).toEqual([
      { code: 'registry_answered', params: { answer: 3 } },
      { code: 'drfo_not_found', params: {} },
    ])
    expect(await explained(confirmed.id)).toMatchObject([{ params: { answer: 0 } }, { code: 'drfo_found' }])
  })

  test('with an unlisted code is a technical error: the subject keeps its status, and waits', async () => {
    const somebodyElse = somebody()
    await putIn([somebodyElse])
    await check('person', async () => code(12))
    expect(await stateOf(somebodyElse)).toMatchObject({
      status: 'VERIFICATION_NEEDED',
      reason: 'INITIAL',
      code: null,
      failures: 1,
    })
    expect(await db.database.query({ text: 'select code, whose from zvirka.run_errors' })).toEqual([
      { code: 'result_12', whose: 'subject' },
    ])
    expect(await db.database.query({ text: 'select from mimir.drfo_data' })).toEqual([])
  })

  test('is dropped for a subject that changed meanwhile; the register’s answer is stored anyway', async () => {
    const changed = somebody()
    await putIn([changed])
    const started = Promise.withResolvers<void>()
    const goOn = Promise.withResolvers<void>()
    const { ended } = await startSolo(db, {
      run: runOf('person', { maxSubjects: 1 }),
      terms: async () => TERMS,
      ask: async () => {
        started.resolve()
        await goOn.promise
        return code(0)
      },
    })
    await started.promise
    await send(changed, new Set(['drfo']))
    goOn.resolve()
    await ended
    expect(await stateOf(changed)).toMatchObject({
      status: 'VERIFICATION_NEEDED',
      reason: 'ONLINE_TRIGGERED',
      data: null,
    })
    expect(await db.database.query({ text: 'select rnokpp from mimir.drfo_data' })).toEqual([
      { rnokpp: changed.tax_id },
    ])
  })
})

test('an answer applies to the same person of either kind by the link to its row, and to nobody with another name', async () => {
  const party = somebody({ kind: 'party' })
  const [same, other] = [somebody({ last_name: 'шевченко' }), somebody({ last_name: 'Бойко' })]
  await putIn([party, same, other])
  await check('person', async () => code(0))
  expect((await stateOf(party))?.status).toBe('VERIFICATION_NEEDED')
  await check('party', async () => code(2))
  expect(await stateOf(party)).toMatchObject({ status: 'NOT_VERIFIED', data: party.tax_id, code: 2 })
  expect(await stateOf(same)).toMatchObject({ status: 'NOT_VERIFIED', data: null, code: 2 })
  expect(await stateOf(other)).toMatchObject({ status: 'VERIFIED', data: party.tax_id, code: 0 })
  const steps = await db.database.query<{ step: string }>({
    text: `select step from zvirka.verification_history where subject_id = $1 order by id`,
    values: [same.id],
  })
  expect(steps.map(({ step }) => step)).toEqual(['4', '4.2'])
})

function send({ kind, id }: Somebody, served: ReadonlySet<OwnStream>): Promise<unknown> {
  return db.database.transaction(async (tx) => {
    await tx.query({
      text: `select from ${TABLES[kind].summaries} where ${TABLES[kind].key} = $1 for update`,
      values: [id],
    })
    await tx.query(triggerStreams(kind, [{ subjectId: id, data: { documents: [] } }], USER, served))
  })
}

test('a change while it is disabled keeps the stream and the cumulative status', async () => {
  for (const somebodyChecked of [somebody(), somebody({ kind: 'party' })]) {
    await putIn([somebodyChecked])
    await check(somebodyChecked.kind, async () => code(0))
    await send(somebodyChecked, new Set(['mvs_passport']))
    expect(await stateOf(somebodyChecked)).toMatchObject({ status: 'VERIFIED', code: 0, is_synced: true })
    await send(somebodyChecked, new Set(['drfo']))
    expect(await stateOf(somebodyChecked)).toMatchObject({ reason: 'ONLINE_TRIGGERED', code: null, is_synced: false })
  }
})
