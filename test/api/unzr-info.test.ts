// Rules: spec 4.1.1, 4.1.5
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let token: string
beforeAll(async () => {
  api = await startTestApi()
  token = await api.token({ role: 'NHS VERIFIER' })
})
afterAll(() => api.close())

const INFO = {
  ...{ firstName: 'Лариса', lastName: 'Косач', middleName: '', rnokpp: '0012345678', gender: 'F', phone: ['1', '2'] },
  dateBirth: '1980-02-29',
  documents: [
    { type: 'PASSPORT', serial: 'АА', number: '123456', issuedAt: '1998-03-01', extra: { a: '1' } },
    { type: 'NATIONAL_ID', number: '001234567', status: ['VALID', 'OLD'] },
    'alone',
  ],
}
const DETAILS = `
  id databaseId unzr jobStatus syncedAt insertedAt insertedBy updatedAt updatedBy
  info { firstName lastName middleName rnokpp gender dateBirth
         documents { type serial number issuedAt issuedBy expirationDate status } }`
const SYNC = `mutation ($unzr: String!) { syncUnzrInfoRegister(input: { unzr: $unzr }) { unzrInfo { ${DETAILS} } } }`
const QUERY = `query ($unzr: String!) { unzrInfoRegister(unzr: $unzr) { ${DETAILS} } }`

async function add(unzr: string, more: { info?: object; status?: string; at?: string } = {}): Promise<string> {
  const [row] = await api.db.database.query<{ id: string }>({
    text: `insert into mimir.unzr_info (unzr, job_status, info, synced_at, inserted_at, inserted_by, updated_by)
           values ($1, $2, $3, now(), coalesce($4::timestamptz, now()), $5, $5) returning id`,
    values: [unzr, more.status ?? 'processed', more.info ?? null, more.at ?? null, randomUUID()],
  })
  return row?.id ?? ''
}

async function audited(operation: string): Promise<{ action: string; subject_kind: string; subject_ids: string[] }[]> {
  return api.db.database.query({
    text: 'select action, subject_kind, subject_ids from zvirka.audit where operation = $1 order by id',
    values: [operation],
  })
}

describe('unzrInfoRegister', () => {
  test('shows the registry’s answer: each text unchanged, and unknown structures as JSON', async () => {
    const id = await add('read-1', { info: INFO })
    const { body } = await api.graphql(token, QUERY, { unzr: 'read-1' })
    const { info, ...row } = body.data.unzrInfoRegister
    expect(row).toMatchObject({ databaseId: id, unzr: 'read-1', jobStatus: 'processed' })
    const { phone: _, documents: __, ...plain } = INFO
    const absent = { serial: null, issuedAt: null, issuedBy: null, expirationDate: null, status: null, number: null }
    expect(info).toEqual({
      ...plain,
      documents: [
        { ...absent, type: 'PASSPORT', serial: 'АА', number: '123456', issuedAt: '1998-03-01' },
        { ...absent, type: 'NATIONAL_ID', number: '001234567', status: '["VALID","OLD"]' },
        { ...absent, type: null },
      ],
    })
    expect((await audited('Query.unzrInfoRegister')).at(-1)).toEqual({
      ...{ action: 'read', subject_kind: 'unzr_info', subject_ids: [id] },
    })
  })

  test('shows the registry’s other fields, and masks possible numbers in them', async () => {
    const more = {
      ...INFO,
      oldPassport: 'АА 123456',
      since: '2024-01-02',
      note: { taxId: '1', level: 3, phones: ['+380501112233'] },
    }
    await add('others-1', { info: more })
    const query = 'query { unzrInfoRegister(unzr: "others-1") { info { others documents { others } } } }'
    const { info } = (await api.graphql(token, query)).body.data.unzrInfoRegister
    expect(info).toEqual({
      others: { phone: ['1', '2'], oldPassport: 'АА 123456', since: '2024-01-02', note: more.note },
      documents: [{ others: { extra: { a: '1' } } }, { others: null }, { others: { value: 'alone' } }],
    })
    const masked = await api.graphql(await api.token({ isMasked: true }), query)
    expect(masked.body.data.unzrInfoRegister.info.others).toEqual({
      ...{ phone: ['*', '*'], oldPassport: '*******56', since: '2024-01-02' },
      note: { taxId: '*', level: 3, phones: ['***********33'] },
    })
  })

  test('shows why the last job failed, and no longer once another is active', async () => {
    const { body } = await api.graphql(token, SYNC, { unzr: 'failed-1' })
    const { databaseId } = body.data.syncUnzrInfoRegister.unzrInfo
    const query = 'query { unzrInfoRegister(unzr: "failed-1") { jobStatus errorCode } }'
    const seen = async () => (await api.graphql(token, query)).body.data.unzrInfoRegister
    expect(await seen()).toEqual({ jobStatus: 'pending', errorCode: null })
    await api.db.database.query({
      text: `update pgboss.job set state = 'failed', output = '{"code":"timeout"}', completed_on = now() where singleton_key = $1`,
      values: [databaseId],
    })
    await api.db.database.query({
      text: `update mimir.unzr_info set job_status = 'failed' where id = $1`,
      values: [databaseId],
    })
    expect(await seen()).toEqual({ jobStatus: 'failed', errorCode: 'timeout' })
    await api.graphql(token, SYNC, { unzr: 'failed-1' })
    expect(await seen()).toEqual({ jobStatus: 'pending', errorCode: null })
  })

  test('of a UNZR that nobody asked about is null, without an error', async () => {
    const { body } = await api.graphql(token, QUERY, { unzr: 'nobody' })
    expect(body.data).toEqual({ unzrInfoRegister: null })
    expect(body.errors).toBeUndefined()
  })

  test('shows a masking token the last two characters of UNZR, RNOKPP and document numbers', async () => {
    await add('19800229-55555', { info: INFO })
    const masked = await api.token({ isMasked: true })
    const { body } = await api.graphql(masked, QUERY, { unzr: '19800229-55555' })
    const { unzr, info } = body.data.unzrInfoRegister
    expect(unzr).toBe('************55')
    expect(info.rnokpp).toBe('********78')
    expect(info.documents.map(({ number }: { number: string }) => number)).toEqual(['****56', '*******67', null])
    expect(info.lastName).toBe('Косач')
  })

  test('is a node, for those who may read it', async () => {
    const id = await add('node-1', { info: INFO })
    const global = Buffer.from(`UnzrInfo:${id}`).toString('base64')
    const node = 'query ($id: ID!) { node(id: $id) { id ... on UnzrInfo { unzr } } }'
    const { body } = await api.graphql(token, node, { id: global })
    expect(body.data.node).toEqual({ id: global, unzr: 'node-1' })
    expect((await audited('Query.node')).at(-1)?.subject_ids).toEqual([id])
    const other = await api.token({ scope: 'unzr:write' })
    expect((await api.graphql(other, node, { id: global })).body.errors[0].extensions.code).toBe('FORBIDDEN')
    const missing = Buffer.from(`UnzrInfo:${randomUUID()}`).toString('base64')
    expect((await api.graphql(token, node, { id: missing })).body.data.node).toBeNull()
  })
})

describe('syncUnzrInfoRegister', () => {
  test('is audited as a write, also for those who join a pending job', async () => {
    await api.graphql(token, SYNC, { unzr: 'audited' })
    const { body } = await api.graphql(token, SYNC, { unzr: 'audited' })
    const id = body.data.syncUnzrInfoRegister.unzrInfo.databaseId
    const records = (await audited('Mutation.syncUnzrInfoRegister')).filter(({ subject_ids }) =>
      subject_ids.includes(id),
    )
    expect(records.map(({ action, subject_kind }) => [action, subject_kind])).toEqual([
      ['write', 'unzr_info'],
      ['write', 'unzr_info'],
    ])
  })

  test('is audited also as a read if its answer shows earlier data', async () => {
    const id = await add('known', { info: INFO })
    await api.graphql(token, SYNC, { unzr: 'known' })
    const records = (await audited('Mutation.syncUnzrInfoRegister')).filter(({ subject_ids }) =>
      subject_ids.includes(id),
    )
    expect(records.map(({ action }) => action)).toEqual(['write', 'read'])
  })

  test.each(['', '   ', '\t'])('without a UNZR (%j) is refused', async (unzr) => {
    const { status, body } = await api.graphql(token, SYNC, { unzr })
    expect(status).toBe(200)
    expect(body.errors[0]).toMatchObject({
      message: 'required property unzr was not present',
      extensions: { code: 'UNPROCESSABLE_ENTITY' },
    })
  })

  test.each([
    ['too long', 'x'.repeat(256)],
    ['with what PostgreSQL cannot keep', 'a\u0000b'],
    ['with half a character', 'a\ud83d'],
  ])('with a UNZR %s is refused, without an internal error', async (_, unzr) => {
    const { body } = await api.graphql(token, SYNC, { unzr })
    expect(body.errors[0].extensions.code).toBe('UNPROCESSABLE_ENTITY')
  })

  test('needs its scope, then a client of the NHS, then an active legal entity', async () => {
    const code = async (of: string) => {
      const { body } = await api.graphql(of, SYNC, { unzr: 'access' })
      return [body.errors[0].extensions.code, body.errors[0].message]
    }
    expect(await code(await api.token({ scope: 'unzr:read' }))).toEqual([
      'FORBIDDEN',
      'Your scope does not allow to access this resource. Missing allowances: unzr:write',
    ])
    const client = await api.client()
    const inactive = await api.token({ client })
    const owner = api.db.open({ role: 'zvirka_owner', max: 1 })
    await owner.query({ text: `update prm.legal_entities set status = 'CLOSED' where id = $1`, values: [client.id] })
    await owner.close()
    expect(await code(inactive)).toEqual(['CONFLICT', 'client_id refers to legal entity that is not active'])
    const [row] = await api.db.database.query({ text: `select id from mimir.unzr_info where unzr = 'access'` })
    expect(row).toBeUndefined()
  })
})

describe('unzrInfoRegisters', () => {
  const LIST = `
    query ($first: Int, $last: Int, $after: String, $before: String, $filter: UnzrInfoFilter, $orderBy: UnzrInfoOrderBy) {
      unzrInfoRegisters(first: $first, last: $last, after: $after, before: $before, filter: $filter, orderBy: $orderBy) {
        totalCount totalCountIsExact nodes { unzr }
        pageInfo { hasNextPage hasPreviousPage startCursor endCursor }
      }
    }`
  const filter = { jobStatus: 'failed' }
  const list = async (variables: object) => {
    const { body } = await api.graphql(token, LIST, { filter, ...variables })
    const { nodes, ...rest } = body.data.unzrInfoRegisters
    return { ...rest, unzr: nodes.map((node: { unzr: string }) => node.unzr) }
  }
  let third: string
  beforeAll(async () => {
    // Two with the same time: the id decides the order, and no page skips one.
    for (let n = 1; n <= 5; n += 1) {
      const id = await add(`list-${n}`, { status: 'failed', at: `2026-01-0${n === 4 ? 3 : n}T00:00:00.000001Z` })
      if (n === 3) third = id
    }
  })

  test('shows the newest first, fifty by default, with a total', async () => {
    const { unzr, totalCount, totalCountIsExact, pageInfo } = await list({})
    expect(unzr).toHaveLength(5)
    expect([unzr[0], unzr[3], unzr[4]]).toEqual(['list-5', 'list-2', 'list-1'])
    expect({ totalCount, totalCountIsExact }).toEqual({ totalCount: 5, totalCountIsExact: true })
    expect(pageInfo).toMatchObject({ hasNextPage: false, hasPreviousPage: false })
  })

  test.each(['INSERTED_AT_ASC', 'INSERTED_AT_DESC'])(
    'is consistent page by page, in both directions (%s)',
    async (orderBy) => {
      const whole = (await list({ orderBy })).unzr
      const forward: string[] = []
      for (let after: string | null = null; ; ) {
        const { unzr, pageInfo } = await list({ orderBy, first: 2, after })
        forward.push(...unzr)
        if (!pageInfo.hasNextPage) break
        after = pageInfo.endCursor
      }
      expect(forward).toEqual(whole)
      const backward: string[] = []
      for (let before: string | null = null; ; ) {
        const { unzr, pageInfo } = await list({ orderBy, last: 2, before })
        backward.unshift(...unzr)
        if (!pageInfo.hasPreviousPage) break
        before = pageInfo.startCursor
      }
      expect(backward).toEqual(whole)
    },
  )

  test('is filtered by UNZR and by id', async () => {
    expect((await list({ filter: { unzr: 'list-2' } })).unzr).toEqual(['list-2'])
    expect((await list({ filter: { databaseId: third } })).unzr).toEqual(['list-3'])
    expect((await list({ filter: { databaseId: third, unzr: 'list-2' } })).unzr).toEqual([])
  })

  test('refuses an unknown status, and more than 300', async () => {
    const refused = await api.graphql(token, LIST, { filter: { jobStatus: 'done' } })
    expect(refused.body.errors[0]).toMatchObject({
      message: 'value is not allowed in enum',
      extensions: { code: 'UNPROCESSABLE_ENTITY' },
    })
    const tooMany = await api.graphql(token, LIST, { first: 301 })
    expect(tooMany.body.errors).toHaveLength(1)
  })

  test('is audited with everything that it showed', async () => {
    await list({ first: 2 })
    expect((await audited('Query.unzrInfoRegisters')).at(-1)?.subject_ids).toHaveLength(2)
  })
})
