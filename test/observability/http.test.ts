// Rules: spec 6.3.7, 7.2.3
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { type Check, type Monitoring, startMonitoring } from '../../src/observability/http.ts'
import { PortTakenError } from '../../src/observability/listen-errors.ts'

const opened: { close(): unknown }[] = []
afterEach(async () => {
  for (const one of opened.splice(0)) await one.close()
})

const metrics = { contentType: 'text/plain; version=0.0.4; charset=utf-8', text: async () => 'zvirka_x 1\n' }

async function start(checks: Record<string, Check>): Promise<Monitoring> {
  const monitoring = await startMonitoring({ host: '127.0.0.1', port: 0, checks, metrics })
  opened.push(monitoring)
  return monitoring
}

async function takenPort(): Promise<number> {
  const server = createServer()
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  opened.push({ close: () => new Promise((resolve) => server.close(resolve)) })
  return (server.address() as AddressInfo).port
}

test('a running process is alive, whatever its parts do', async () => {
  const { url } = await start({ database: async () => 'is away' })
  const response = await fetch(`${url}/health/live`)
  expect(response.status).toBe(200)
})

test('a process is ready if every part works', async () => {
  const { url } = await start({ database: async () => undefined })
  const response = await fetch(`${url}/health/ready`)
  expect([response.status, await response.json()]).toEqual([200, { status: 'ready' }])
})

test('503 names the failing parts and reveals nothing of internal errors', async () => {
  const { url } = await start({
    database: async () => {
      throw new Error('password of user zvirka is wrong')
    },
    lease: async () => 'lease_late',
    simulator: async () => undefined,
  })
  const response = await fetch(`${url}/health/ready`)
  expect(response.status).toBe(503)
  expect(await response.json()).toEqual({
    status: 'not ready',
    failing: [
      { part: 'database', code: 'failed' },
      { part: 'lease', code: 'lease_late' },
    ],
  })
})

test('a part that does not answer is reported after three seconds', async () => {
  const { url } = await start({ database: () => new Promise(() => {}) })
  const response = await fetch(`${url}/health/ready`)
  expect(await response.json()).toMatchObject({ failing: [{ part: 'database', code: 'no_answer' }] })
})

test('metrics are served as text', async () => {
  const { url } = await start({})
  const response = await fetch(`${url}/metrics`)
  expect(response.headers.get('content-type')).toContain('text/plain')
  expect(await response.text()).toBe('zvirka_x 1\n')
})

test('metrics that cannot be collected are an internal error without details', async () => {
  const broken = { ...metrics, text: () => Promise.reject(new Error('inner words')) }
  const monitoring = await startMonitoring({ host: '127.0.0.1', port: 0, checks: {}, metrics: broken })
  opened.push(monitoring)
  const response = await fetch(`${monitoring.url}/metrics`)
  expect([response.status, await response.json()]).toEqual([500, { error: 'internal error' }])
})

test.each(['/', '/health', '/metrics/x', '/%'])('nothing else is served: %s', async (path) => {
  const { url } = await start({})
  const response = await fetch(url + path)
  expect([400, 404]).toContain(response.status)
  expect(await response.text()).not.toMatch(/fastify|node|at /i)
  expect([...response.headers.keys()].filter((name) => /server|powered/.test(name))).toEqual([])
})

test('a port in use is an error that names it', async () => {
  const port = await takenPort()
  const starting = startMonitoring({ host: '127.0.0.1', port, checks: {}, metrics })
  await expect(starting).rejects.toThrow(PortTakenError)
  await expect(starting).rejects.toThrow(`port ${port} of 127.0.0.1 is used`)
})

test('an address of another machine is reported with its setting', async () => {
  const starting = startMonitoring({ host: '203.0.113.1', port: 0, checks: {}, metrics })
  await expect(starting).rejects.toThrow('HOST must be an address of this machine, not 203.0.113.1: EADDRNOTAVAIL')
})

test('if any port is allowed, one in use is replaced by a free one', async () => {
  const port = await takenPort()
  const monitoring = await startMonitoring({ host: '127.0.0.1', port, anyIfTaken: true, checks: {}, metrics })
  opened.push(monitoring)
  expect(monitoring.port).not.toBe(port)
  expect((await fetch(`${monitoring.url}/health/live`)).status).toBe(200)
})
