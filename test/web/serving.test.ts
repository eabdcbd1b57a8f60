/** How the page is served: its files, what may be cached and loaded, and its size. */
import { gunzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { PageBundle } from '../../src/api/web/bundle.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { openPage } from './browser.ts'
import { builtPage } from './world.ts'

let api: TestApi
let bundle: PageBundle
beforeAll(async () => {
  const page = await builtPage({ isDemo: true }, '/below/')
  bundle = await page.bundle
  api = await startTestApi({ page })
})
afterAll(() => api.close())

const get = (path: string, headers: Record<string, string> = {}) => fetch(`${api.url}${path}`, { headers })
const entry = () => [...bundle.files.keys()].find((path) => /^assets\/index-.*\.js$/.test(path)) ?? ''

describe('the page', () => {
  test.each(['/', '/runs', '/runs/00000000-0000-4000-8000-000000000000', '/signed-in?code=x'])(
    'is served at %s, and never cached',
    async (path) => {
      const response = await get(path)
      expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.text()).toContain('<div id="root">')
    },
  )

  test.each([
    '/api',
    '/api/nothing',
    '/graphqlx',
    '/oauth',
    '/health',
    '/nothing',
    '/assets/nothing.js',
    '/index.html',
  ])('is not served at %s: unknown paths stay a 404 of the API', async (path) => {
    const response = await get(path)
    expect(response.status).toBe(404)
    expect((await response.json()) as unknown).toMatchObject({ error: { type: 'not_found' } })
  })

  test('accepts only GET: 405', async () => {
    const { status } = await fetch(`${api.url}/runs`, { method: 'POST' })
    expect([404, 405]).toContain(status)
  })

  test('has a base before anything with a URL, and a new nonce in each response', async () => {
    const [first, second] = await Promise.all([get('/'), get('/')])
    const text = await first.text()
    expect(text.indexOf('<base href="/below/"')).toBeGreaterThan(0)
    expect(text.search(/(src|href)="(?!\/below\/)/)).toBeGreaterThan(text.indexOf('<base href'))
    expect(text).not.toMatch(/(src|href)="\/(?!below\/)/)
    const nonceOf = (response: Response) =>
      /'nonce-([^']+)'/.exec(response.headers.get('content-security-policy') ?? '')?.[1] ?? ''
    expect(nonceOf(first)).not.toBe(nonceOf(second))
    expect(text).toContain(`nonce="${nonceOf(first)}"`)
  })

  test('may run only its own scripts, and nothing inline', async () => {
    const policy = (await get('/')).headers.get('content-security-policy') ?? ''
    expect(policy).not.toContain('unsafe')
    expect(policy).toMatch(/default-src 'none'; script-src 'self'; style-src 'self' 'nonce-/)
    expect(await (await get('/')).text()).not.toMatch(/<script(?![^>]*\ssrc=)/)
  })
})

describe('a file of the page', () => {
  test('with a hash in its name is cached for ever, and was compressed when it was built', async () => {
    const response = await get(`/${entry()}`, { 'accept-encoding': 'gzip, deflate, br' })
    expect(response.headers.get('content-encoding')).toBe('br')
    expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable')
    expect(response.headers.get('vary')).toBe('accept-encoding')
    expect(response.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(Buffer.from(await response.arrayBuffer())).toEqual(bundle.files.get(entry())?.bytes)
  })

  test.each([
    ['gzip;q=1.0, br;q=0', 'gzip'],
    ['identity', null],
    ['', null],
  ])('is sent in the requested encoding: %s', async (accepted, encoding) => {
    const response = await get(`/${entry()}`, { 'accept-encoding': accepted })
    expect(response.headers.get('content-encoding')).toBe(encoding)
    expect((await response.text()).length).toBeGreaterThan(100_000)
  })

  test('that the client has is not sent again', async () => {
    const etag = bundle.files.get(entry())?.etag ?? ''
    const response = await get(`/${entry()}`, { 'if-none-match': `"other", W/${etag}` })
    expect([response.status, await response.text()]).toEqual([304, ''])
  })

  test('without a hash is revalidated each time', async () => {
    expect((await get('/theme.js')).headers.get('cache-control')).toBe('no-cache')
  })
})

test('the first load of the page is under 200 kB, however it is compressed', async () => {
  const first = [...bundle.files].filter(([path]) => /index-|overview|queries|why|theme|icon/.test(path))
  const size = (encoding: 'br' | 'gzip') =>
    first.reduce(
      (sum, [, { encodings, bytes }]) => sum + (encodings.get(encoding) ?? bytes).length,
      bundle.index.length,
    )
  expect(first.length).toBeGreaterThan(4)
  expect(gunzipSync(bundle.files.get(entry())?.encodings.get('gzip') ?? Buffer.of())).toEqual(
    bundle.files.get(entry())?.bytes,
  )
  expect(size('gzip')).toBeLessThan(200_000)
  expect(size('br')).toBeLessThan(170_000)
})

describe('below a path of a proxy', () => {
  let proxy: { readonly url: string; close(): Promise<void> }
  beforeAll(async () => {
    proxy = await startProxy(api.url, '/below')
  })
  afterAll(async () => {
    await proxy.close()
  })

  test('everything works: files, URLs, requests', async () => {
    const token = await api.token({ role: 'NHS OPERATOR', isMasked: true })
    const { page, problems, close } = await openPage(`${proxy.url}/below/runs?state=FAILED`, { token })
    await page.getByRole('heading', { name: 'Запуски' }).waitFor()
    await page.getByText('Немає запусків із такими фільтрами').waitFor()
    await page.getByRole('link', { name: 'Огляд' }).click()
    await page.getByRole('heading', { name: 'Обробники' }).waitFor()
    expect(page.url()).toBe(`${proxy.url}/below/`)
    expect(problems).toEqual([])
    await close()
  })
})

/** A proxy that shows a server below a path prefix and strips it; nothing else is reachable. */
async function startProxy(target: string, prefix: string) {
  const { createServer, request } = await import('node:http')
  const server = createServer((incoming, outgoing) => {
    const { url = '', method, headers } = incoming
    if (url !== prefix && !url.startsWith(`${prefix}/`)) return void outgoing.writeHead(404).end()
    const path = url.slice(prefix.length) || '/'
    const asked = request(`${target}${path}`, { method, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 500, answer.headers)
      answer.pipe(outgoing)
    })
    incoming.pipe(asked)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}
