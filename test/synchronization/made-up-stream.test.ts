/**
 * A stream that is registered in this test alone, for persons and parties: from the import to what the API tells. Modules are loaded anew
 * for it, and again after it, so that nobody else meets the stream.
 */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import type { RegistryAnswer } from '../../src/synchronization/ask.ts'
import type { SyncProcess } from '../../src/synchronization/process.ts'
import type { OwnStream, SubjectKind } from '../../src/verification/status.ts'
import type { TestApi } from '../api/api.ts'
import type { Line } from '../persons/persons.ts'
import { keepTaxIds, TABLES_OF_TAX_ID, type TaxIdAnswer, type TaxIdQuestion, taxId } from './made-up-stream.ts'

const NAMES = { last_name: 'Шевченко', first_name: 'Олена', second_name: 'Іванівна', birth_date: '1980-01-01' }
const OTHER_NAMES = { ...NAMES, last_name: 'Коваль' }

async function load() {
  vi.resetModules()
  const status = await import('../../src/verification/status.ts')
  const { STREAMS } = await import('../../src/verification/streams/streams.ts')
  const { PROCESSES } = await import('../../src/synchronization/process.ts')
  const streams: string[] = status.OWN_STREAMS as unknown as string[]
  streams.push('tax_id')
  for (const kind of status.SUBJECT_KINDS) (status.STREAMS_OF[kind] as unknown as string[]).push('tax_id')
  Object.assign(STREAMS, { tax_id: taxId })
  for (const kind of status.SUBJECT_KINDS) {
    const process = processOf(kind)
    ;(PROCESSES as Map<string, SyncProcess>).set(process.key, process)
  }
  return {
    ...(await import('../api/api.ts')),
    ...(await import('./solo.ts')),
    ...(await import('../../src/verification-store/trigger.ts')),
    persons: await import('../persons/persons.ts'),
    parties: await import('../parties/parties.ts'),
    own: status.OWN_STREAMS,
  }
}

function processOf(kind: SubjectKind): SyncProcess {
  const process: SyncProcess<TaxIdQuestion, TaxIdAnswer, string, void> = {
    key: `tax_id/${kind}` as SyncProcess['key'],
    stream: taxId.stream,
    kind,
    rules: taxId,
    keep: (tx, taxIds) => tx.query(keepTaxIds(taxIds)),
    async conclude(tx, answered, { runId }) {
      const looked = answered.filter(({ decision }) => decision.verdict.status === 'VERIFICATION_NEEDED')
      await tx.query({
        text: 'insert into mimir.tax_id_reviews (subject_id, run_id) select s, $2 from unnest($1::uuid[]) s',
        values: [looked.map(({ subjectId }) => subjectId), runId],
      })
      return answered.map(({ decision: { verdict, step } }) => ({ verdict, step }))
    },
  }
  return process as SyncProcess
}

let all: Awaited<ReturnType<typeof load>>
let api: TestApi
let token: string
beforeAll(async () => {
  all = await load()
  api = await all.startTestApi()
  const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
  for (const text of TABLES_OF_TAX_ID) await owner.query({ text })
  token = await api.token()
})
afterAll(async () => {
  await api.close()
  vi.resetModules()
})
beforeEach(async () => {
  await api.db.database.query({ text: 'update mpi.persons set is_active = false where is_active' })
})

/** Persons who are to be asked about, by an import. */
async function take(lines: readonly Line[]): Promise<string[]> {
  const persons = lines.map((line) => all.persons.person({ id: randomUUID(), ...NAMES, ...line }))
  const { bad } = await all.persons.importLines(api.db.database, persons)
  expect(bad).toEqual([])
  return persons.map(({ id }) => id)
}

function run(kind: SubjectKind, codeOf: (taxId: string) => number | RegistryAnswer = () => 0) {
  const ask = async (question: unknown): Promise<RegistryAnswer> => {
    const code = codeOf((question as TaxIdQuestion).taxId)
    return typeof code === 'number' ? { kind: 'answer', value: { code }, messageId: randomUUID() } : code
  }
  return all.solo(api.db, { ask, run: { process: `tax_id/${kind}`, validationPeriodDays: 180 } })
}

async function stored(kind: SubjectKind, ids: readonly string[]): Promise<Record<string, unknown>[]> {
  const checks = kind === 'person' ? 'mpi.person_tax_id_checks' : 'prm.party_tax_id_checks'
  const rows = await api.db.database.query<Record<string, unknown> & { subject_id: string }>({
    text: `select subject_id, status, reason, data_status as code, data_id is not null as linked, synced_at is not null as synced,
                  failures from ${checks}`,
  })
  return ids.map((id) => {
    const { subject_id: _, ...row } = rows.find((each) => each.subject_id === id) ?? { subject_id: id }
    return row
  })
}

async function counted(runId: string) {
  const [row] = await api.db.database.query({
    text: `select sum(verified)::int as verified, sum(not_verified)::int as not_verified, sum(not_needed)::int as not_needed,
                  sum(incorrect)::int as incorrect, sum(to_review)::int as to_review, sum(propagated)::int as propagated,
                  sum(technical_errors)::int as technical_errors, sum(claimed - given_back)::int as claimed
             from zvirka.run_workers where run_id = $1`,
    values: [runId],
  })
  return row
}

const NOTHING = { verified: 0, not_verified: 0, not_needed: 0, incorrect: 0, to_review: 0, propagated: 0 }

/** The parts of a value that may be left out of it. */
type LeftOut<T> = { [K in keyof T]-?: Omit<T, K> extends T ? K : never }[keyof T]

describe('a stream of one value and one table', () => {
  test('does not compile without any of its parts, except what the database takes part in', () => {
    const optional: Readonly<Record<LeftOut<SyncProcess> | LeftOut<typeof taxId>, true>> = { conclude: true }
    expect(Object.keys(optional)).toEqual(['conclude'])
  })

  test('settles persons by its decisions, and asks nobody twice', async () => {
    const codes = ['1000000000', '1000000001', '1000000002', '1000000007']
    const ids = await take([...codes.map((tax_id) => ({ tax_id })), { tax_id: null, no_tax_id: true }])
    const ended = await run('person', (tax) => Number(tax.slice(-1)))
    expect(ended.end).toBe('finished')
    const answered = { linked: false, synced: true, failures: 0 }
    expect(await stored('person', ids)).toEqual([
      { ...answered, status: 'VERIFIED', reason: 'AUTO', code: 0, linked: true },
      { ...answered, status: 'NOT_VERIFIED', reason: 'AUTO', code: 1 },
      { ...answered, status: 'VERIFICATION_NEEDED', reason: 'AUTO_ONLINE', code: 2 },
      { ...answered, status: 'VERIFICATION_NEEDED', reason: 'INITIAL', code: null, synced: false, failures: 1 },
      { ...answered, status: 'VERIFICATION_NOT_NEEDED', reason: 'AUTO_DATA_ABSENT', code: null },
    ])
    const counts = { ...NOTHING, verified: 1, not_verified: 1, not_needed: 1, to_review: 1 }
    expect(await counted(ended.run.id)).toEqual({ ...counts, technical_errors: 1, claimed: 5 })
    const reviews = await api.db.database.query({ text: 'select subject_id, run_id from mimir.tax_id_reviews' })
    expect(reviews).toEqual([{ subject_id: ids[2], run_id: ended.run.id }])
    const again = await run('person')
    expect(await counted(again.run.id)).toMatchObject({ claimed: 0 })
  })

  test('asks again after its period, in each status in which it asks', async () => {
    const ids = await take([{ tax_id: '2000000001' }, { tax_id: null, no_tax_id: true }])
    await run('person', () => 1)
    await api.db.database.query({
      text: `update mpi.person_tax_id_checks set synced_at = synced_at - interval '200 days' where subject_id = any ($1)`,
      values: [ids],
    })
    const again = await run('person')
    expect(await counted(again.run.id)).toMatchObject({ verified: 1, not_needed: 1, claimed: 2 })
  })

  test('applies to subjects of either kind with a link to the stored row and the same identity, and no others', async () => {
    const tax_id = '3000000000'
    const [asked = '', same = '', renamed = ''] = await take([{ tax_id }, { tax_id }, { tax_id, ...OTHER_NAMES }])
    const party = all.parties.party({ ...NAMES, tax_id, last_name: NAMES.last_name.toUpperCase() })
    await all.parties.importLines(api.db.database, [party])
    await run('person')
    await run('party')
    const everybody = [asked, same, renamed]
    await api.db.database.query({
      text: `update mpi.person_tax_id_checks set status = 'NOT_VERIFIED', data_status = 9 where subject_id = any ($1)`,
      values: [everybody],
    })
    await api.db.database.query({ text: `update prm.party_tax_id_checks set status = 'NOT_VERIFIED', data_status = 9` })
    const { body } = await api.graphql(
      token,
      `mutation ($id: ID!) { updatePersonTaxIdVerificationStatus(input: { personId: $id,
         taxIdVerificationStatus: VERIFICATION_NEEDED, taxIdVerificationReason: ONLINE_TRIGGERED }) { person { databaseId } } }`,
      { id: Buffer.from(`Person:${asked}`).toString('base64') },
    )
    expect(body).toMatchObject({ data: { updatePersonTaxIdVerificationStatus: { person: { databaseId: asked } } } })
    const ended = await run('person')
    expect(await counted(ended.run.id)).toMatchObject({ verified: 1, propagated: 2, claimed: 1 })
    const found = await stored('person', everybody)
    expect(found.map((row) => [row['status'], row['code']])).toEqual([
      ['VERIFIED', 0],
      ['VERIFIED', 0],
      ['NOT_VERIFIED', 9],
    ])
    // Each kind gets the result that is its own.
    expect(await stored('party', [party.id])).toMatchObject([{ status: 'VERIFIED', code: 0, linked: false }])
    const steps = await api.db.database.query<{ subject_id: string; step: string }>({
      text: `select subject_id, step from zvirka.verification_history where run_id = $1 order by step`,
      values: [ended.run.id],
    })
    expect(steps).toEqual([
      { subject_id: asked, step: '4' },
      { subject_id: same, step: '4.1' },
      { subject_id: party.id, step: '4.2' },
    ])
  })

  test('appears in GraphQL and REST, in imported records, and in explanations', async () => {
    const given = { status: 'VERIFIED', reason: 'AUTO', synced_at: new Date().toISOString() }
    const [id = ''] = await take([{ tax_id: '4000000000', verification: { tax_id: given } }])
    const { body } = await api.graphql(
      token,
      `query ($id: ID!) { person(id: $id) { verificationDetails { taxId { verificationStatus verificationReason status
         explanation { cause { why { code } } next { code } } } } verificationHistory(stream: TAX_ID, first: 5) { edges { node { step } } } } }`,
      { id: Buffer.from(`Person:${id}`).toString('base64') },
    )
    expect(body).toMatchObject({
      data: {
        person: {
          verificationDetails: {
            taxId: { verificationStatus: 'VERIFIED', explanation: { next: [{ code: 'due_from' }] } },
          },
        },
      },
    })
    const rest = await api.request('GET', `/api/persons/${id}/verification`, { token })
    expect(rest.body).toMatchObject({
      data: { details: { tax_id: { verification_status: 'VERIFIED', verification_reason: 'AUTO', status: null } } },
    })
    const processes = await api.graphql(token, '{ verificationProcesses { key isServed } }')
    expect(processes.body.data.verificationProcesses).toContainEqual({ key: 'tax_id/person', isServed: true })
  })

  test('is triggered by a change if enabled, and otherwise stays unchanged', async () => {
    const [id = ''] = await take([{ tax_id: '5000000000' }])
    await run('person')
    const trigger = (served: readonly OwnStream[]) =>
      api.db.database.transaction((tx) =>
        tx.query(
          all.triggerStreams('person', [{ subjectId: id, data: { documents: [], tax_id: '5' } }], id, new Set(served)),
        ),
      )
    await trigger(all.own.filter((stream) => stream !== taxId.stream))
    expect(await stored('person', [id])).toMatchObject([{ status: 'VERIFIED', synced: true }])
    await trigger(all.own)
    expect(await stored('person', [id])).toMatchObject([{ reason: 'ONLINE_TRIGGERED', synced: false }])
  })
})
