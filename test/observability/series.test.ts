/** No outsider can make the metrics grow: made-up values in many requests and answers add no series beyond those of a few. */
import { randomUUID } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createMetrics, type Metrics } from '../../src/observability/metrics.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { addCrowd } from '../processes/crowd.ts'
import { type Ground, prepareGround } from '../processes/ground.ts'
import { until } from '../support/until.ts'
import { startRun } from '../synchronization/cluster.ts'

const ROUNDS = 40

/** The series of metrics as Prometheus reads them, without values. */
const seriesOf = (text: string) =>
  text
    .split('\n')
    .flatMap((line) => (line === '' || line.startsWith('#') ? [] : [line.slice(0, line.lastIndexOf(' '))]))

describe('the API', () => {
  let api: TestApi
  let metrics: Metrics
  beforeAll(async () => {
    metrics = createMetrics()
    api = await startTestApi({ meter: metrics.api() })
  })
  afterAll(async () => {
    await api.close()
    metrics.close()
  })

  /** One of each value that a client can make up. */
  async function floodOnce(): Promise<void> {
    const made = `made${randomUUID().replaceAll('-', '')}`
    const token = await api.token({ role: 'NHS ADMIN', email: `${made}@example.org` })
    const ask = async (method: string, path: string, options: { readonly token?: string } = {}) => {
      const headers = options.token === undefined ? {} : { authorization: `Bearer ${options.token}` }
      await (await fetch(`${api.url}${path}`, { method, headers })).arrayBuffer()
    }
    await Promise.all([
      ask('GET', `/${made}`),
      ask('GET', `/api/${made}/${made}`, { token }),
      ask('GET', `/api/persons/${randomUUID()}/verification?${made}=${made}`, { token }),
      ask('GET', `/api/persons/${made}/verification`, { token }),
      ask('GET', `/api/persons/${randomUUID()}/verification`, { token: made }),
      ask('PROPFIND', `/${made}`),
      ask('DELETE', `/api/persons/${randomUUID()}/verification`, { token }),
      api.graphql(token, `query ${made} { ${made}: viewer { userId } }`),
      api.graphql(token, `{ ${made} { id } }`),
      api.graphql(token, `mutation ${made} { ${made}: ${made} }`),
      api.graphql(token, made),
      api.request('POST', '/oauth/tokens', {
        body: { token: { grant_type: 'password', email: made, password: made, client_id: randomUUID() } },
      }),
    ])
  }

  test('has no series for what many clients make up: paths, ids, methods, operations, tokens, users', async () => {
    await floodOnce()
    const few = new Set(seriesOf(await metrics.text()))
    for (let round = 0; round < ROUNDS; round += 1) await floodOnce()
    const text = await metrics.text()
    expect(seriesOf(text).filter((series) => !few.has(series))).toEqual([])
    expect(text).not.toMatch(/made[0-9a-f]{32}/)
    // Every route and root field, by status, outcome and duration bucket.
    expect(few.size).toBeLessThan(5000)
  })
})

describe('a worker', () => {
  let ground: Ground
  beforeAll(async () => {
    ground = await prepareGround()
  })
  afterAll(() => ground.close())

  test('has no series for codes and names that a security server makes up', async () => {
    let asked = 0
    const server = createServer((request, response) => {
      asked += 1
      const code = `Server.Made${asked}Up${randomUUID().slice(0, 8)}`
      request.resume().on('end', () => {
        response.writeHead(asked % 2 === 0 ? 500 : 200, { 'content-type': 'text/xml' })
        response.end(
          `<E:Envelope xmlns:E="http://schemas.xmlsoap.org/soap/envelope/"><E:Body><E:Fault><faultcode>${code}</faultcode><faultstring>Made${asked}Up</faultstring></E:Fault></E:Body></E:Envelope>`,
        )
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    try {
      await addCrowd(ground.db, ground.simulator, 60)
      const { port } = server.address() as AddressInfo
      const worker = ground.launch(['worker'], { TREMBITA_URLS: `http://127.0.0.1:${port}/` })
      const [, address = ''] = await worker.untilSays(/"address":"(http:[^"]+)"/)
      const read = async () => (await fetch(`${address}/metrics`)).text()
      await startRun(ground.db)
      await until('faults', async () => asked > 20 && /^zvirka_faults_total\{.*\} [1-9]/m.test(await read()))
      await worker.untilSays(/the breaker of a service opened/)
      const text = await read()
      expect(text).not.toMatch(/Made\d+Up/)
      expect(seriesOf(text).length).toBeLessThan(3000)
      worker.signal('SIGTERM')
      expect(await worker.ended).toMatchObject({ code: 0 })
    } finally {
      server.close()
    }
  })
})
