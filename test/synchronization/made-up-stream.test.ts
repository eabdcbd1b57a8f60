/**
 * A stream registered only in this test, for persons and parties: from the import to the page. Modules are loaded again for it and after
 * it, so that no other test sees the stream.
 */
import { randomUUID } from 'node:crypto'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import { processSettings } from '../../src/config/declaration.ts'
import type { Registration, StreamMessages, StreamTraces } from '../../src/streams/registration.ts'
import { REGISTRATIONS } from '../../src/streams/registry.ts'
import type { RegistryAnswer } from '../../src/synchronization/ask.ts'
import { WORKER_SESSION } from '../../src/synchronization/session.ts'
import type { StreamRules } from '../../src/verification/rules.ts'
import type { OwnStream, SubjectKind } from '../../src/verification/status.ts'
import { type AnyRules, STREAMS } from '../../src/verification/streams/streams.ts'
import type { TestApi } from '../api/api.ts'
import type { Line } from '../persons/persons.ts'
import { register, stream, TABLES_OF_TAX_ID, type TaxIdQuestion, taxId } from './made-up-stream.ts'

const NAMES = { last_name: 'Шевченко', first_name: 'Олена', second_name: 'Іванівна', birth_date: '1980-01-01' }
const OTHER_NAMES = { ...NAMES, last_name: 'Коваль' }

const PAGE = '../../web/src/pages/people/subject.ts'

async function load() {
  vi.resetModules()
  const status = await import('../../src/verification/status.ts')
  const streams: string[] = status.OWN_STREAMS as unknown as string[]
  streams.push(stream)
  for (const kind of status.SUBJECT_KINDS) (status.STREAMS_OF[kind] as unknown as string[]).push(stream)
  const rules = await import('../../src/verification/streams/streams.ts')
  Object.assign(rules.STREAMS, { [stream]: taxId.rules('person') })
  const registry = await import('../../src/streams/registry.ts')
  Object.assign(registry.REGISTRATIONS, { [stream]: taxId })
  const { declaration } = await import('../../src/config/declaration.ts')
  const settings = {
    person: processSettings('TAX_ID', 'PERSON', '', 100),
    party: processSettings('TAX_ID', 'PARTY', '', 50),
  }
  Object.assign(declaration.processes, { [stream]: settings })
  return {
    ...(await import('../api/api.ts')),
    ...(await import('./solo.ts')),
    ...(await import('../../src/verification-store/trigger.ts')),
    ...(await import('../../src/cli/program.ts')),
    ...(await import('../../src/config/trembita.ts')),
    ...(await import('../../src/synchronization/gauges.ts')),
    ...(await import('../../src/synchronization/process.ts')),
    // Its types belong to another program.
    page: await import(/* @vite-ignore */ PAGE),
    persons: await import('../persons/persons.ts'),
    parties: await import('../parties/parties.ts'),
    own: status.OWN_STREAMS,
  }
}

let all: Awaited<ReturnType<typeof load>>
let api: TestApi
let token: string
let folder: string
beforeAll(async () => {
  all = await load()
  api = await all.startTestApi()
  const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
  for (const text of TABLES_OF_TAX_ID) await owner.query({ text })
  token = await api.token()
  folder = await mkdtemp(join(tmpdir(), 'zvirka-tax-id-'))
  const environment = { ...all.demoTrembita, TREMBITA_URLS: 'http://127.0.0.1:9', DATABASE_URL: api.db.url }
  for (const [name, value] of Object.entries(environment)) vi.stubEnv(name, value)
})
afterAll(async () => {
  // First, so that no other test sees the stream, whatever went wrong.
  vi.resetModules()
  vi.unstubAllEnvs()
  await api.close()
  await rm(folder, { recursive: true })
})
beforeEach(async () => {
  await api.db.database.query({ text: 'update mpi.persons set is_active = false where is_active' })
})

/** Runs a command of the program in this process. */
async function command(...words: string[]): Promise<{ code: number; out: string }> {
  const out: string[] = []
  const written = vi.spyOn(process.stdout, 'write').mockImplementation((text) => Boolean(out.push(String(text))))
  const code = await all.run(words).finally(() => written.mockRestore())
  process.exitCode = undefined
  return { code, out: out.join('') }
}

/** Imports persons to be asked about. */
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

/** The optional parts of a type. */
type LeftOut<T> = { [K in keyof T]-?: Omit<T, K> extends T ? K : never }[keyof T]
type Parts = Registration | StreamRules<unknown, unknown, unknown> | StreamMessages | StreamTraces

describe('a stream of one value and its tables', () => {
  test('does not compile without any of its parts, except what the database takes part in', () => {
    const optional: Readonly<Record<Parts extends infer Part ? LeftOut<Part> : never, true>> = { conclude: true }
    expect(Object.keys(optional)).toEqual(['conclude'])
    const { unzr: _rules, ...rules } = STREAMS
    const { unzr: _registration, ...registrations } = REGISTRATIONS
    // @ts-expect-error One stream has no rules.
    const allRules: Readonly<Record<OwnStream, AnyRules>> = rules
    // @ts-expect-error One stream has no registration.
    const all: Readonly<Record<OwnStream, Registration>> = registrations
    expect([allRules, all].map((each) => 'unzr' in each)).toEqual([false, false])
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
    // Each kind gets its own result.
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
    await trigger(all.own.filter((each) => each !== stream))
    expect(await stored('person', [id])).toMatchObject([{ status: 'VERIFIED', synced: true }])
    await trigger(all.own)
    expect(await stored('person', [id])).toMatchObject([{ reason: 'ONLINE_TRIGGERED', synced: false }])
  })

  test('works by commands, from a file to the page and an erasure', async () => {
    const [id, party] = [
      all.persons.person({ ...NAMES, tax_id: '6000000000' }),
      all.parties.party({ ...NAMES, tax_id: '6000000001' }),
    ]
    const files = { persons: join(folder, 'persons.ndjson'), parties: join(folder, 'parties.ndjson') }
    await writeFile(files.persons, JSON.stringify(id))
    await writeFile(files.parties, JSON.stringify(party))
    expect(await command('import', 'persons', '--quiet', files.persons)).toMatchObject({ code: 0 })
    expect(await command('import', 'parties', '--quiet', files.parties)).toMatchObject({ code: 0 })
    register.codeOf = (asked) => Number(asked.slice(-1))
    const persons = JSON.parse((await command('sync', 'tax-id', 'person', '--json', '--quiet')).out)
    expect(persons).toMatchObject({ state: 'finished', verified: 1 })
    const parties = JSON.parse((await command('sync', 'tax-id', 'party', '--json', '--quiet')).out)
    expect(parties).toMatchObject({ state: 'finished', not_verified: 1 })
    const explained = await command('explain', 'person', id.id)
    expect(explained).toMatchObject({ code: 0, out: expect.stringContaining('tax_id') })
    const { processes } = JSON.parse((await command('status', '--json')).out)
    expect(processes).toContainEqual(expect.objectContaining({ stream: 'tax_id', subject: 'party', served: true }))
    const recheck = ['recheck', 'tax-id', 'person', '--run', persons.run, '--dry-run', '--json']
    expect(JSON.parse((await command(...recheck)).out)).toMatchObject({ persons: 1, parties: 0 })

    const session = api.db.open({ role: 'zvirka_worker', max: 1, session: WORKER_SESSION })
    const gauged = [{ process: all.getProcess('tax_id/person' as never), validationPeriodDays: 180 }]
    const gauges = await all.readGauges(session, gauged)
    expect(gauges.processes).toMatchObject([{ process: { key: 'tax_id/person' }, held: 0 }])

    const { body } = await api.graphql(
      token,
      `query ($id: ID!) { person(id: $id) { isActive verificationDetails { taxId { verificationStatus verificationReason
         unverifiedAt syncedAt status isServed } } } }`,
      { id: Buffer.from(`Person:${id.id}`).toString('base64') },
    )
    const shown = all.page.streamsOf({ kind: 'person', ...body.data.person })
    expect(shown).toMatchObject([
      { stream: 'tax_id', status: 'VERIFIED', answer: 0, isServed: true, hasCandidates: false },
    ])
    const erasable = JSON.parse((await command('erase', 'person', id.id, '--dry-run', '--json')).out)
    expect(erasable).toMatchObject({ goes: { tax_id_answers: 1 } })
  })
})
