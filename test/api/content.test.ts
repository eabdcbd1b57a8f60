/**
 * Request bodies must be uncompressed JSON in UTF-8. Everything else is refused before it is parsed, so nothing is stored that was not
 * sent.
 */
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { routes } from '../../src/api/rest/routes.ts'
import { person } from '../persons/persons.ts'
import { startTestApi, type TestApi } from './api.ts'

let api: TestApi
let platform: string
let admin: string
let verifier: string
const one = person({ last_name: 'Ковальчук' })
const PATH = `/api/persons/${one.id}`
beforeAll(async () => {
  api = await startTestApi()
  platform = await api.token({ role: 'PLATFORM', client: await api.client('PLATFORM') })
  admin = await api.token({ role: 'NHS ADMIN' })
  verifier = await api.token({ role: 'NHS VERIFIER' })
  const { id, ...record } = one
  expect((await api.request('PUT', `/api/persons/${id}`, { token: platform, body: record })).status).toBe(201)
})
afterAll(() => api.close())

async function send(
  method: string,
  path: string,
  body: Buffer,
  type = 'application/json',
  token = platform,
  more: Record<string, string> = {},
) {
  const response = await fetch(`${api.url}${path}`, {
    method,
    body: new Uint8Array(body),
    headers: { 'content-type': type, authorization: `Bearer ${token}`, ...more },
  })
  const text = await response.text()
  return { status: response.status, headers: response.headers, text }
}

const NOBODY = '00000000-0000-4000-8000-000000000000'
/** A token with which a request gets as far as its body. */
const tokenFor = (method: string, path: string) => {
  if (path.endsWith('/signed_content')) return verifier
  return method === 'PUT' && /persons|parties/.test(path) ? platform : admin
}
/** Every route that takes or ignores a body, except the one that revokes a token. */
const WRITING = [...routes, { method: 'POST', path: '/graphql', body: 'query' }].filter(
  ({ method, path }) => method !== 'GET' && `${method} ${path}` !== 'DELETE /oauth/tokens',
)

const { id: _, ...record } = one
const json = JSON.stringify({ ...record, last_name: 'ПРІЗВИЩЕ' })
const MARK = Buffer.from('ПРІЗВИЩЕ')
/** The same record with these bytes as the name. */
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
  ])('is 400 for %s %s, whatever it contains', async (method, path) => {
    const body = Buffer.concat([
      Buffer.from('{"query":"{ viewer { userId } } #'),
      Buffer.from([0xcf]),
      Buffer.from('"}'),
    ])
    expect((await send(method, path, body, 'application/json', admin)).status).toBe(400)
  })

  test('is a GraphQL error with the reason', async () => {
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

  test.each(['utf-8', 'UTF8', '"utf-8"'])('UTF-8 is accepted in any spelling: %s', async (charset) => {
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

test('letters and percent-encoded UTF-8 are accepted unchanged', async () => {
  expect((await send('PUT', PATH, Buffer.from(json.replace('ПРІЗВИЩЕ', 'Їжак\\u2019')))).status).toBe(200)
  const [row] = await api.db.database.query({
    text: 'select last_name from mpi.persons where id = $1',
    values: [one.id],
  })
  expect(row).toEqual({ last_name: 'Їжак’' })
})

describe('a compressed body', () => {
  const zipped = gzipSync(Buffer.from('{"query":"{ viewer { masked } }"}'))

  test.each(WRITING)('is 415 for $method $path, with Accept-Encoding in the answer', async ({ method, path }) => {
    const at = path.replace(':id', NOBODY)
    for (const coding of ['gzip', 'br', 'identity, gzip']) {
      const encoded = { 'content-encoding': coding }
      const { status, headers, text } = await send(method, at, zipped, undefined, tokenFor(method, path), encoded)
      expect([status, headers.get('accept-encoding'), JSON.parse(text).error]).toEqual([
        415,
        'identity',
        { type: 'content_type_invalid', message: 'Content-Encoding is not supported: send the body as it is' },
      ])
    }
  })

  test('is 401 without a valid token; Content-Encoding: identity is accepted', async () => {
    const gzip = { 'content-encoding': 'gzip' }
    expect((await send('PUT', PATH, zipped, undefined, 'bad', gzip)).status).toBe(401)
    const plain = Buffer.from('{"query":"{ viewer { masked } }"}')
    const identity = { 'content-encoding': 'Identity' }
    expect((await send('POST', '/graphql', plain, undefined, admin, identity)).status).toBe(200)
  })
})

test.each(WRITING.filter(({ body }) => body !== undefined))(
  'a type other than JSON is 415 for $method $path, which names the accepted types',
  async ({ method, path }) => {
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/merge-patch+json', 'x']) {
      const at = path.replace(':id', NOBODY)
      const { status, headers } = await send(method, at, Buffer.from('{}'), type, tokenFor(method, path))
      expect([type, status, headers.get('accept')]).toEqual([type, 415, 'application/json'])
    }
  },
)

describe('a body is ignored by requests that use none', () => {
  test.each(WRITING.filter(({ body }) => body === undefined))('$method $path', async ({ method, path }) => {
    const at = path.replace(':id', NOBODY)
    const told = async (body: string, type: string) => (await send(method, at, Buffer.from(body), type, admin)).status
    expect(await told('{', 'application/json')).toBe(await told('{}', 'text/plain'))
  })
})

test.each(routes.filter(({ path }) => path.includes(':id')))(
  'an id of 3000 letters is unknown, like any that is not a uuid: $method $path',
  async ({ method, path }) => {
    const token = tokenFor(method, path)
    for (const id of ['x', 'x'.repeat(201), 'x'.repeat(3000)]) {
      const body = method === 'GET' ? {} : { body: {} }
      const answer = await api.request(method, path.replace(':id', id), { token, ...body })
      expect([id.length, answer.status, answer.body.error]).toEqual([
        id.length,
        404,
        { type: 'not_found', message: 'Not found' },
      ])
    }
  },
)

describe('a request to GraphQL', () => {
  const ask = async (body: string, headers = {}) => {
    const answer = await api.request('POST', '/graphql', { token: admin, body, headers })
    return [answer.status, answer.body.errors?.[0].message, JSON.stringify(answer.body)] as const
  }
  const good = '{"query":"{ viewer { masked } }"}'

  test.each([
    ['{}', 'query is missing'],
    ['null', 'query is missing'],
    ['{"query":null}', 'query is missing'],
    ['{"query":" "}', 'query is missing'],
    ['{"variables":{}}', 'query is missing'],
    ['{"query":1}', 'query is no string'],
    ['{"query":"{ viewer { masked } }","operationName":1}', 'operationName is no string'],
    ['"query"', 'no JSON object with a query'],
    ['1', 'no JSON object with a query'],
    ['[]', 'the list of requests is empty'],
    [`[${good},{}]`, 'query is missing in [1]'],
    ['[[]]', 'no JSON object with a query in [0]'],
  ])('with %s is 400, and the message says what is wrong', async (body, wrong) => {
    const [status, message, all] = await ask(body)
    expect([status, message]).toEqual([400, `Malformed request: ${wrong}`])
    expect(all).not.toMatch(/SyntaxError|originalError/)
  })

  test('without a body is 400 as well', async () => {
    const { status, body } = await api.request('POST', '/graphql', { token: admin })
    expect([status, body.errors[0].message]).toEqual([400, 'Malformed request: query is missing'])
  })

  test.each(['text/html', 'image/png, text/plain', 'application/json;q=0'])(
    'that accepts none of the response types is 406 and does nothing: Accept: %s',
    async (accept) => {
      const [status, message] = await ask(good, { accept })
      expect([status, message]).toEqual([406, expect.stringContaining('application/json')])
    },
  )

  test.each(['*/*', 'application/*;q=0.1', 'text/html, application/json', 'APPLICATION/GRAPHQL-RESPONSE+JSON'])(
    'that accepts a response type is answered: Accept: %s',
    async (accept) => {
      expect((await ask(good, { accept }))[0]).toBe(200)
    },
  )

  test('for a stream is 406 if it does not accept streams', async () => {
    const query = '{"query":"subscription { verificationRunsUnderWay { id } }"}'
    expect((await ask(query, { accept: 'application/json' }))[0]).toBe(406)
  })
})
