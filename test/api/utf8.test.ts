/** Bodies and addresses that are not UTF-8 are refused before anything is read: nothing is stored that nobody sent. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { person } from '../persons/persons.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let platform: string
let admin: string
const one = person({ last_name: 'Ковальчук' })
const PATH = `/api/persons/${one.id}`
beforeAll(async () => {
  api = await startTestApi()
  platform = await api.token({ role: 'PLATFORM', client: await api.client('PLATFORM') })
  admin = await api.token({ role: 'NHS ADMIN' })
  const { id, ...record } = one
  expect((await api.request('PUT', `/api/persons/${id}`, { token: platform, body: record })).status).toBe(201)
})
afterAll(() => api.close())

async function send(method: string, path: string, body: Buffer, type = 'application/json', token = platform) {
  const response = await fetch(`${api.url}${path}`, {
    method,
    body: new Uint8Array(body),
    headers: { 'content-type': type, authorization: `Bearer ${token}` },
  })
  const text = await response.text()
  return { status: response.status, text }
}

const { id: _, ...record } = one
const json = JSON.stringify({ ...record, last_name: 'ПРІЗВИЩЕ' })
const MARK = Buffer.from('ПРІЗВИЩЕ')
/** The same record with these bytes for the name. */
function withName(bytes: readonly number[]): Buffer {
  const whole = Buffer.from(json)
  const at = whole.indexOf(MARK)
  return Buffer.concat([whole.subarray(0, at), Buffer.from(bytes), whole.subarray(at + MARK.length)])
}

const BODIES: readonly (readonly [what: string, body: Buffer])[] = [
  ['Windows-1251', withName([0xcf, 0xf0, 0xb3, 0xe7, 0xe2])],
  ['a single bad byte', withName([0x41, 0xff, 0x42])],
  ['a letter cut in two', withName([0xd0])],
  ['an overlong form', withName([0xc0, 0xaf])],
  ['half of a surrogate pair', withName([0xed, 0xa0, 0x80])],
  ['a sign beyond Unicode', withName([0xf4, 0x90, 0x80, 0x80])],
  ['UTF-16', Buffer.from(`\ufeff${json}`, 'utf16le')],
]

describe('a body that is not UTF-8', () => {
  test.each(BODIES)('is 400 and changes nothing: %s', async (_what, body) => {
    const { status, text } = await send('PUT', PATH, body)
    expect([status, JSON.parse(text).error]).toEqual([
      400,
      { type: 'request_malformed', message: 'Malformed request: the body is not in UTF-8' },
    ])
    const [row] = await api.db.database.query({
      text: 'select last_name from mpi.persons where id = $1',
      values: [one.id],
    })
    expect(row).toEqual({ last_name: 'Ковальчук' })
  })

  test.each([
    ['POST', '/oauth/tokens'],
    ['POST', '/oauth/clients'],
    ['POST', '/api/employee_requests'],
    ['POST', '/graphql'],
  ])('is 400 for %s %s, whatever it holds', async (method, path) => {
    const body = Buffer.concat([
      Buffer.from('{"query":"{ viewer { userId } } #'),
      Buffer.from([0xcf]),
      Buffer.from('"}'),
    ])
    expect((await send(method, path, body, 'application/json', admin)).status).toBe(400)
  })

  test('is an error of GraphQL there, with the reason', async () => {
    const { text } = await send('POST', '/graphql', BODIES[0]?.[1] ?? Buffer.alloc(0), 'application/json', admin)
    expect(JSON.parse(text).errors).toEqual([
      { message: 'Malformed request: the body is not in UTF-8', extensions: { code: 'BAD_REQUEST' } },
    ])
  })
})

describe('a charset', () => {
  test.each(['windows-1251', 'utf-16', 'iso-8859-1', '"koi8-u"', ''])(
    'other than UTF-8 is 415: %s',
    async (charset) => {
      const { status, text } = await send('PUT', PATH, Buffer.from(json), `application/json; charset=${charset}`)
      expect([status, JSON.parse(text).error.type]).toEqual([415, 'content_type_invalid'])
    },
  )

  test.each(['utf-8', 'UTF8', '"utf-8"'])('of UTF-8 is taken, however it is written: %s', async (charset) => {
    const body = Buffer.from('{"query":"{ viewer { masked } }"}')
    const { status } = await send('POST', '/graphql', body, `application/json; charset=${charset}`, admin)
    expect(status).toBe(200)
  })
})

test.each(['%ff', '%d0', '%c0%af', '%', '%zz'])('an address with %s is 400', async (escaped) => {
  const path = `/api/persons/verifications?last_name=${escaped}`
  const { status, body } = await api.request('GET', path, { token: admin })
  expect([status, body.error.message]).toEqual([400, 'Malformed request: the address is not in UTF-8'])
})

test('letters and escapes of UTF-8 are taken as they are', async () => {
  expect((await send('PUT', PATH, Buffer.from(json.replace('ПРІЗВИЩЕ', 'Їжак\\u2019')))).status).toBe(200)
  const [row] = await api.db.database.query({
    text: 'select last_name from mpi.persons where id = $1',
    values: [one.id],
  })
  expect(row).toEqual({ last_name: 'Їжак’' })
})
