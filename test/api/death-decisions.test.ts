// Rules: spec 8.3.3, 8.11.2, 8.14.1 to 8.14.4, 8.17.2
/** Manual decisions on acts of death (spec 8.11, 8.14, 8.17): each takes effect once, in one transaction, by one person. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/database.ts'
import type { Executor } from '../../src/database/query.ts'
import { type DracsDeathRequest, updateDracsDeath } from '../../src/decisions/dracs-death.ts'
import { createMetrics } from '../../src/observability/metrics.ts'
import { fates, propose } from '../death-acts/candidates.ts'
import * as parties from '../parties/parties.ts'
import * as persons from '../persons/persons.ts'
import { type Statement, watched } from '../synchronization/watched.ts'
import type { TestApi } from './api.ts'
import { startRest } from './rest/rest.ts'

const metrics = createMetrics()
let api: TestApi
let owner: Database
let nhs: string
let clinic: Awaited<ReturnType<TestApi['client']>>
let doctor: string
let employeeId: string
beforeAll(async () => {
  api = await startRest({ meter: metrics.api() })
  owner = api.db.open({ role: 'zvirka_owner', max: 2 })
  nhs = await api.token({ role: 'NHS VERIFIER' })
  clinic = await api.client('MSP')
  doctor = await api.token({ role: 'DOCTOR', client: clinic })
  const employee = parties.employee({ legal_entity_id: clinic.id })
  await parties.importLines(api.db.database, [parties.party({ employees: [employee] })])
  employeeId = employee.id
})
afterAll(async () => {
  await api.close()
  metrics.close()
})

const VERIFIED = { status: 'VERIFIED', reason: 'AUTO' }
const USER = randomUUID()

/** A person whose other streams are verified, with two open declarations and a closed one. */
async function addPerson(status = 'VERIFICATION_NEEDED'): Promise<string> {
  const streams = ['drfo', 'nhs', 'unzr', 'mvs_passport', 'dms_passport']
  const verification = {
    ...Object.fromEntries(streams.map((stream) => [stream, VERIFIED])),
    dracs_death: { status, reason: 'AUTO_ONLINE' },
  }
  const { id } = persons.person({ verification })
  await persons.importLines(api.db.database, [persons.person({ id, verification })])
  await owner.query({
    text: `insert into ops.declarations (employee_id, person_id, legal_entity_id, start_date, end_date, status, updated_by)
           values ($4, $1, $2, '2026-01-01', '2066-01-01', 'active', $1), ($3, $1, $3, '2020-01-01', '2060-01-01', 'pending_verification', $1),
                  ($3, $1, $3, '2019-01-01', '2059-01-01', 'closed', $1)`,
    values: [id, clinic.id, randomUUID(), employeeId],
  })
  return id
}

const gid = (type: string, id: string) => Buffer.from(`${type}:${id}`).toString('base64')

function decide(id: string, given: object = {}) {
  return api.graphql(
    nhs,
    `mutation ($input: UpdatePersonDracsDeathVerificationStatusInput!) { updatePersonDracsDeathVerificationStatus(input: $input) {
       person { status deathDate verificationStatus verificationDetails { dracsDeath { verificationStatus verificationReason comment } } } } }`,
    {
      input: {
        ...{ personId: gid('Person', id), dracsDeathVerificationStatus: 'VERIFIED', verificationComment: 'Акт її' },
        ...{ dracsDeathVerificationReason: 'MANUAL_CONFIRMED', ...given },
      },
    },
  )
}

async function refusal(id: string, given: object = {}) {
  const { extensions, message } = (await decide(id, given)).body.errors[0]
  return [extensions.code, extensions.violations?.[0]?.entry ?? message]
}

/** The number of persons deactivated, by reason. */
async function deactivated() {
  const found = (await metrics.text()).matchAll(/zvirka_deactivated_persons_total\{cause="(\w+)"\} (\d+)/g)
  return Object.fromEntries([...found].map(([, cause, count]) => [cause, Number(count)]))
}

/** Everything a decision may write about a person. */
async function everything(id: string) {
  const read = async (text: string) =>
    (await owner.query<{ row: unknown }>({ text, values: [id] })).map(({ row }) => row)
  return {
    person: await read(`select to_jsonb(p) - array['updated_at'] as row from mpi.persons p where id = $1`),
    summary: await read('select to_jsonb(v) as row from mpi.person_verification_summaries v where person_id = $1'),
    check: await read('select to_jsonb(c) as row from mpi.person_dracs_death_checks c where subject_id = $1'),
    declarations: await read('select to_jsonb(d) as row from ops.declarations d where person_id = $1 order by id'),
    candidates: await read(
      'select to_jsonb(c) as row from mpi.person_verification_candidates c where person_id = $1 order by id',
    ),
    history: await read(
      'select to_jsonb(h) as row from zvirka.verification_history h where subject_id = $1 order by id',
    ),
    events: await read(`select to_jsonb(e) as row from event_manager.events e
      where entity_id = $1 or entity_id in (select id from ops.declarations where person_id = $1) order by place`),
    audit: await read('select to_jsonb(a) as row from zvirka.audit a where $1 = any (subject_ids) order by id'),
  }
}

async function eventsOf(id: string): Promise<string[]> {
  const rows = await owner.query<{ told: string }>({
    text: `select entity_type || ' ' || properties::text as told from event_manager.events
            where entity_id = $1 or entity_id in (select id from ops.declarations where person_id = $1) order by place`,
    values: [id],
  })
  return rows.map(({ told }) => told)
}

describe('a person with candidates', () => {
  test('is confirmed dead by one of them: declarations end, and the other candidates are closed', async () => {
    const id = await addPerson()
    const best = await propose(owner, 'person', id, { score: 0.85, date_death: '01.03.2026' })
    const other = await propose(owner, 'person', id, { score: 0.75 })
    const { body } = await decide(id)
    expect(body.data.updatePersonDracsDeathVerificationStatus.person).toEqual({
      ...{ status: 'INACTIVE', deathDate: '2026-03-01', verificationStatus: 'VERIFIED' },
      verificationDetails: {
        dracsDeath: { verificationStatus: 'VERIFIED', verificationReason: 'MANUAL_CONFIRMED', comment: 'Акт її' },
      },
    })
    expect(await fates(owner, 'person', id)).toEqual({ [best]: 'CONFIRMED', [other]: 'DEACTIVATED OTHER_CONFIRMED' })
    expect(await eventsOf(id)).toEqual([
      'Person {"verification_status": {"new_value": "VERIFIED"}}',
      'Person {"status": {"new_value": "inactive"}}',
      'Declaration {"status": {"new_value": "terminated"}}',
      'Declaration {"status": {"new_value": "terminated"}}',
    ])
    const [entry] = await owner.query({
      text: `select reason from zvirka.audit where $1 = any (subject_ids) and action = 'write' order by id desc limit 1`,
      values: [id],
    })
    expect(entry).toEqual({ reason: `VERIFIED / MANUAL_CONFIRMED; act ${best}; declarations ended: 2; Акт її` })
    expect(await deactivated()).toEqual({ MANUAL_CONFIRMED: 1, MANUAL_DECEASED: 0 })
  })

  test('can be confirmed dead by an act that is not the best one, with a given date', async () => {
    const id = await addPerson()
    const best = await propose(owner, 'person', id, { score: 0.95, date_death: '01.03.2026' })
    const other = await propose(owner, 'person', id, { score: 0.75 })
    const { body } = await decide(id, { dracsDeathActId: other, deathDate: '2026-02-03' })
    expect(body.data.updatePersonDracsDeathVerificationStatus.person.deathDate).toBe('2026-02-03')
    expect(await fates(owner, 'person', id)).toEqual({ [best]: 'DEACTIVATED OTHER_CONFIRMED', [other]: 'CONFIRMED' })
  })

  test.each(['MANUAL_NOT_CONFIRMED', 'MANUAL_NO_DEATH_RECORD'])(
    'is confirmed not dead by %s: all candidates are rejected',
    async (reason) => {
      const id = await addPerson('NOT_VERIFIED')
      const acts = [await propose(owner, 'person', id, { score: 0.95 }), await propose(owner, 'person', id)]
      const { body } = await decide(id, { dracsDeathVerificationReason: reason })
      expect(body.data.updatePersonDracsDeathVerificationStatus.person).toMatchObject({
        status: 'ACTIVE',
        deathDate: null,
      })
      expect(await fates(owner, 'person', id)).toEqual(Object.fromEntries(acts.map((each) => [each, 'REJECTED'])))
      expect(await eventsOf(id)).toEqual(['Person {"verification_status": {"new_value": "VERIFIED"}}'])
    },
  )

  test('can be referred to the doctor, who confirms the death', async () => {
    const id = await addPerson()
    const actId = await propose(owner, 'person', id, { date_death: '2026-03-01T00:00:00' })
    const toDoctor = { dracsDeathVerificationStatus: 'NOT_VERIFIED', dracsDeathActId: actId }
    expect(await refusal(id, { ...toDoctor, verificationComment: ' ' })).toEqual([
      'UNPROCESSABLE_ENTITY',
      '$.verificationComment',
    ])
    expect(await refusal(id, { ...toDoctor, dracsDeathActId: null })).toEqual([
      'UNPROCESSABLE_ENTITY',
      '$.dracsDeathActId',
    ])
    const before = await deactivated()
    const { body } = await decide(id, toDoctor)
    expect(body.data.updatePersonDracsDeathVerificationStatus.person).toMatchObject({
      ...{ status: 'ACTIVE', verificationStatus: 'CHANGES_NEEDED' },
      verificationDetails: { dracsDeath: { verificationStatus: 'NOT_VERIFIED' } },
    })
    expect(await fates(owner, 'person', id)).toEqual({ [actId]: 'NEW' })
    expect(await refusal(id, toDoctor)).toEqual([
      'CONFLICT',
      "Can't update verification status from NOT_VERIFIED to NOT_VERIFIED",
    ])
    expect(await deactivated()).toEqual(before)
    const said = {
      verification_status: 'VERIFIED',
      verification_reason: 'MANUAL_DECEASED',
      verification_comment: 'Так',
    }
    const { status } = await api.request('PATCH', `/api/persons/${id}/verification`, {
      token: doctor,
      body: { dracs_death: said },
    })
    expect(status).toBe(200)
    expect(await deactivated()).toEqual({ ...before, MANUAL_DECEASED: (before['MANUAL_DECEASED'] ?? 0) + 1 })
    expect(await fates(owner, 'person', id)).toEqual({ [actId]: 'CONFIRMED' })
    const { check, person } = await everything(id)
    expect(check).toMatchObject([{ data_id: actId }])
    expect(person).toMatchObject([{ status: 'inactive', death_date: '2026-03-01' }])
  })

  test('cannot be decided by another person’s act or an annulled one, and then nothing is written', async () => {
    const [id, another] = [await addPerson(), await addPerson()]
    await propose(owner, 'person', id)
    const foreign = await propose(owner, 'person', another)
    expect(await refusal(id, { dracsDeathActId: foreign })).toEqual(['UNPROCESSABLE_ENTITY', '$.dracsDeathActId'])
    for (const ar_op_name of ['2', '77', null]) {
      const annulled = await propose(owner, 'person', id, { ar_op_name })
      expect(await refusal(id, { dracsDeathActId: annulled })).toEqual(['UNPROCESSABLE_ENTITY', '$.dracsDeathActId'])
    }
    expect(await refusal(id, { deathDate: '2999-01-01' })).toEqual(['UNPROCESSABLE_ENTITY', '$.deathDate'])
    const notDead = { deathDate: '2026-01-01', dracsDeathVerificationReason: 'MANUAL_NOT_CONFIRMED' }
    expect(await refusal(id, notDead)).toEqual(['UNPROCESSABLE_ENTITY', '$.deathDate'])
    expect(await eventsOf(id)).toEqual([])
  })

  test('without an open candidate can be decided only if the DRACS stream says that they are dead', async () => {
    const id = await addPerson()
    expect(await refusal(id)).toEqual([
      'CONFLICT',
      "Can't update verification status from VERIFICATION_NEEDED to VERIFIED",
    ])
    const dead = await addPerson('NOT_VERIFIED')
    expect((await decide(dead)).body.errors).toBeUndefined()
    const said = {
      verification_status: 'VERIFIED',
      verification_reason: 'MANUAL_DECEASED',
      verification_comment: 'Так',
    }
    await propose(owner, 'person', id)
    // A doctor decides only on NOT_VERIFIED.
    const body = { dracs_death: said }
    expect((await api.request('PATCH', `/api/persons/${id}/verification`, { token: doctor, body })).status).toBe(422)
  })

  test('counts as deactivated only if they were active', async () => {
    const id = await addPerson('NOT_VERIFIED')
    await owner.query({ text: `update mpi.persons set status = 'inactive' where id = $1`, values: [id] })
    const before = await deactivated()
    const [verification_status, verification_reason] = ['VERIFIED', 'MANUAL_DECEASED']
    const body = { dracs_death: { verification_status, verification_reason, verification_comment: 'Так' } }
    expect((await api.request('PATCH', `/api/persons/${id}/verification`, { token: doctor, body })).status).toBe(200)
    expect(await deactivated()).toEqual(before)
  })

  test('is decided by one of two concurrent users, and the other gets an error', async () => {
    for (const reason of ['MANUAL_NOT_CONFIRMED', 'MANUAL_CONFIRMED']) {
      const id = await addPerson()
      await propose(owner, 'person', id)
      const answers = await Promise.all([decide(id), decide(id, { dracsDeathVerificationReason: reason })])
      const codes = answers.map(({ body }) => body.errors?.[0].extensions.code ?? 'done')
      expect(codes.toSorted()).toEqual(['CONFLICT', 'done'])
      const events = await eventsOf(id)
      expect(new Set(events.filter((told) => told.startsWith('Person'))).size).toBe(
        events.filter((told) => told.startsWith('Person')).length,
      )
      expect(Object.values(await fates(owner, 'person', id))).not.toContain('NEW')
    }
  })
})

describe('a death', () => {
  const breaks: readonly (readonly [string, (on: Executor) => Promise<unknown>])[] = [
    ['an error of the program', () => Promise.reject(new Error('broken'))],
    ['an error of the database', (on) => on.query({ text: 'select 1 / 0' })],
    ['the loss of the connection', (on) => on.query({ text: 'select pg_terminate_backend(pg_backend_pid())' })],
  ]
  const isCommit = ({ name }: Statement) => name.startsWith('commit after')

  function dying(id: string, hooks: Parameters<typeof watched>[1]) {
    const request: DracsDeathRequest = {
      ...{ kind: 'person', subjectId: id, status: 'VERIFIED', reason: 'MANUAL_DECEASED', comment: 'Так' },
      ...{ userId: USER, mayDecideCandidates: true },
    }
    return watched(owner, hooks).transaction((tx) => updateDracsDeath(tx, request))
  }

  test('that fails after any of its statements, in any way, changes nothing', async () => {
    const id = await addPerson()
    const actId = await propose(owner, 'person', id)
    const before = await everything(id)
    const names: string[] = []
    await expect(
      dying(id, {
        before: (statement) => {
          if (isCommit(statement)) throw new Error('given up')
          names.push(statement.name)
        },
      }),
    ).rejects.toThrow('given up')
    expect(names.length).toBeGreaterThan(4)
    expect(await everything(id)).toEqual(before)
    for (const [n, name] of names.entries()) {
      for (const [how, act] of breaks) {
        let count = 0
        const after = async (statement: Statement) => {
          count += 1
          if (!isCommit(statement) && count === n + 1) await act(statement.on)
        }
        await expect(dying(id, { after }), `${name}: ${how}`).rejects.toThrow()
        expect([name, await everything(id)]).toEqual([name, before])
      }
    }
    expect(await dying(id, {})).toEqual({ kind: 'updated', deactivated: true, actId, declarations: 2 })
  })

  test('that hits a deadlock after any of its statements is applied once', async () => {
    for (let n = 1; n <= 6; n += 1) {
      const id = await addPerson()
      await propose(owner, 'person', id)
      let count = 0
      const after = async (statement: Statement) => {
        count += 1
        const raise = `do $$ begin raise exception 'as another would cause it' using errcode = '40P01'; end $$`
        if (count === n && !isCommit(statement)) await statement.on.query({ text: raise })
      }
      expect(await dying(id, { after })).toMatchObject({ kind: 'updated', declarations: 2 })
      expect(await eventsOf(id)).toHaveLength(4)
    }
  })
})

describe('a party of the NHS with candidates', () => {
  async function addParty(status: string): Promise<string> {
    const client = await api.client('NHS')
    const streams = ['drfo', 'mvs_passport', 'dms_passport']
    const party = parties.party({
      employees: [parties.employee({ legal_entity_id: client.id })],
      verification: {
        ...Object.fromEntries(streams.map((stream) => [stream, VERIFIED])),
        dracs_death: { status, reason: 'AUTO_ONLINE' },
      },
    })
    await parties.importLines(api.db.database, [party])
    return party.id
  }

  test.each([
    ['MANUAL_CONFIRMED', ['CONFIRMED', 'DEACTIVATED OTHER_CONFIRMED']],
    ['MANUAL_NO_DEATH_RECORD', ['REJECTED', 'REJECTED']],
  ])('is decided by %s, and employees are not changed', async (reason, expected) => {
    const id = await addParty('VERIFICATION_NEEDED')
    const acts = [await propose(owner, 'party', id, { score: 0.85 }), await propose(owner, 'party', id)]
    const { body } = await api.graphql(
      nhs,
      `mutation ($input: UpdatePartyDracsDeathVerificationStatusInput!) { updatePartyDracsDeathVerificationStatus(input: $input) {
         party { verificationStatus isAtWork } } }`,
      {
        input: {
          ...{
            partyId: gid('Party', id),
            dracsDeathVerificationStatus: 'VERIFIED',
            dracsDeathVerificationReason: reason,
          },
          dracsDeathActId: acts[0],
        },
      },
    )
    expect(body.data.updatePartyDracsDeathVerificationStatus.party).toEqual({
      verificationStatus: 'VERIFIED',
      isAtWork: true,
    })
    const found = await fates(owner, 'party', id)
    expect(acts.map((each) => found[each])).toEqual(expected)
  })
})

describe('the lists of candidates', () => {
  const LIST = `query ($filter: PersonDracsDeathCandidateFilter, $orderBy: PersonDracsDeathCandidateOrderBy, $first: Int, $after: String) {
    personDracsDeathCandidates(filter: $filter, orderBy: $orderBy, first: $first, after: $after) {
      nodes { databaseId score zone status config person { databaseId lastName }
        endingDeclarations { status startDate } dracsDeathAct { numident docSeizes surname operation deathDay } }
      pageInfo { hasNextPage endCursor } totalCount } }`
  let person: string
  beforeAll(async () => {
    await owner.query({ text: 'delete from mpi.person_verification_candidates' })
    person = await addPerson()
    for (const score of [0.7, 0.95, 0.85]) {
      const doc_seizes = [{ Series_Numb: 'АВ123456', Doc_Type: 'Паспорт' }]
      await propose(owner, 'person', person, {
        score,
        numident: '2237512345',
        surname: 'Шевченко',
        date_death: '01.03.2026',
        doc_seizes,
      })
    }
  })
  const list = async (variables: object = {}, token = nhs) =>
    (await api.graphql(token, LIST, { ...variables })).body.data.personDracsDeathCandidates
  const scores = (page: { nodes: { score: number }[] }) => page.nodes.map(({ score }) => score)

  test('are sorted best first, page by page', async () => {
    const whole = await list()
    expect(scores(whole)).toEqual([0.95, 0.85, 0.7])
    expect(whole.totalCount).toBe(3)
    const first = await list({ first: 2 })
    expect(scores(first)).toEqual([0.95, 0.85])
    expect(scores(await list({ first: 2, after: first.pageInfo.endCursor }))).toEqual([0.7])
    expect(scores(await list({ orderBy: 'SCORE_ASC' }))).toEqual([0.7, 0.85, 0.95])
    expect(scores(await list({ orderBy: 'INSERTED_AT_ASC' }))).toEqual([0.7, 0.95, 0.85])
  })

  test('are counted by kind and zone, with the time of the oldest; each person shows the best', async () => {
    const { body } = await api.graphql(
      nhs,
      `query ($id: ID!) {
         waitingDracsDeathCandidates { subject zone count oldestInsertedAt }
         person(id: $id) { verificationDetails {
           dracsDeath { onlineStatus waitingCandidateId actId comment verificationStatus }
           drfo { result syncedAt verificationStatus } } } }`,
      { id: gid('Person', person) },
    )
    const rows = await owner.query<{ id: string; score: number; inserted_at: Date }>({
      text: 'select id, score, inserted_at from mpi.person_verification_candidates order by score desc',
    })
    const [best, , worst] = rows
    const oldestWhite = best?.inserted_at.toISOString()
    const oldestGrey = worst?.inserted_at.toISOString()
    const waiting = body.data.waitingDracsDeathCandidates.filter(
      (each: { subject: string }) => each.subject === 'person',
    )
    expect(waiting).toEqual([
      { subject: 'person', zone: 'GREY', count: 2, oldestInsertedAt: oldestGrey },
      { subject: 'person', zone: 'WHITE', count: 1, oldestInsertedAt: oldestWhite },
    ])
    expect(body.data.person.verificationDetails).toEqual({
      dracsDeath: {
        ...{ onlineStatus: 'READY', waitingCandidateId: best?.id, actId: null, comment: null },
        verificationStatus: 'VERIFICATION_NEEDED',
      },
      drfo: { result: null, syncedAt: null, verificationStatus: 'VERIFIED' },
    })
  })

  test('are filtered by zone, score, person and status', async () => {
    expect(scores(await list({ filter: { zone: 'WHITE' } }))).toEqual([0.95])
    expect(scores(await list({ filter: { minScore: 0.85 } }))).toEqual([0.95, 0.85])
    expect(scores(await list({ filter: { databaseId: randomUUID() } }))).toEqual([])
    expect(scores(await list({ filter: { status: 'REJECTED' } }))).toEqual([])
  })

  test('show what a death would end, and mask numbers for masking tokens', async () => {
    const [best] = (await list()).nodes
    expect(best.endingDeclarations).toEqual([
      { status: 'pending_verification', startDate: '2020-01-01' },
      { status: 'active', startDate: '2026-01-01' },
    ])
    const masked = await api.token({ role: 'NHS VERIFIER', isMasked: true })
    const [hidden] = (await list({}, masked)).nodes
    expect(hidden.dracsDeathAct).toEqual({
      ...{ numident: '********45', surname: 'Шевченко', operation: 'LIVE', deathDay: '2026-03-01' },
      docSeizes: [{ Series_Numb: '******56', Doc_Type: 'Паспорт' }],
    })
  })

  test('are audited as reading the person and the act', async () => {
    const { body } = await api.graphql(nhs, LIST)
    const rows = await owner.query<{ operation: string; subject_kind: string }>({
      text: `select operation, subject_kind from zvirka.audit where request_id = $1 and action = 'read' order by operation`,
      values: [body.extensions?.requestId ?? (await newestRequest())],
    })
    expect(rows).toEqual([
      { operation: 'Query.dracsDeathAct', subject_kind: 'dracs_death_act' },
      { operation: 'Query.personDracsDeathCandidates', subject_kind: 'person' },
    ])
  })

  async function newestRequest() {
    const [row] = await owner.query<{ request_id: string }>({
      text: 'select request_id from zvirka.audit order by id desc limit 1',
    })
    return row?.request_id
  }

  test('lead to one candidate and one act', async () => {
    const [best] = (await list()).nodes
    const { body } = await api.graphql(
      nhs,
      'query ($id: ID!) { personDracsDeathCandidate(id: $id) { score dracsDeathAct { id } } }',
      { id: gid('PersonDracsDeathCandidate', best.databaseId) },
    )
    const { score, dracsDeathAct } = body.data.personDracsDeathCandidate
    expect(score).toBe(0.95)
    const act = await api.graphql(
      nhs,
      'query ($id: ID!) { dracsDeathAct(id: $id) { surname dateDeath } }',
      dracsDeathAct,
    )
    expect(act.body.data.dracsDeathAct).toEqual({ surname: 'Шевченко', dateDeath: '01.03.2026' })
  })
})
