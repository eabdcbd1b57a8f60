/** The client of test:ha notices wrong answers: against a fake API that gives them. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { json } from 'node:stream/consumers'
import { expect, onTestFinished, test } from 'vitest'
import { until } from '../support/until.ts'
import { ApiClient } from './client.ts'

type Name = string | undefined
/** The outcome of the n-th PUT: whether it is stored, and how it is answered. */
type Fate = (count: number) => { readonly kept: boolean; readonly status: number; readonly retryAfter?: string }

async function problemsWith(fate: Fate, told: (kept: readonly Name[]) => Name = (kept) => kept.at(-1)) {
  const kept: Name[] = []
  let puts = 0
  const answer = async (request: IncomingMessage, response: ServerResponse) => {
    const body = (await json(request)) as { readonly last_name?: string }
    if (request.method === 'POST') {
      const name = told(kept)
      return response.end(JSON.stringify({ data: { person: name === undefined ? null : { lastName: name } } }))
    }
    puts += 1
    const { kept: isKept, status, retryAfter } = fate(puts)
    if (isKept) kept.push(body.last_name)
    if (retryAfter !== undefined) response.setHeader('retry-after', retryAfter)
    return response.writeHead(status).end('{}')
  }
  const server = createServer((request, response) => void answer(request, response))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.closeAllConnections())
  onTestFinished(() => void server.close())
  const client = new ApiClient(
    `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    { read: 'r', write: 'w' },
    1,
  )
  const isOver = new AbortController()
  const running = client.run(isOver.signal)
  await until('six PUTs', async () => puts >= 6)
  isOver.abort()
  await running
  await client.readAll()
  return client.problems
}

test('finds nothing if each status matches the operations', async () => {
  const fates = [
    { kept: true, status: 201 },
    { kept: true, status: 504 },
    { kept: false, status: 504 },
    { kept: false, status: 503, retryAfter: '5' },
  ]
  expect(await problemsWith((count) => fates[(count - 1) % fates.length] ?? { kept: true, status: 200 })).toEqual([])
})

test.each<[string, Fate, RegExp]>([
  ['a 503 that was kept', (n) => ({ kept: true, status: n > 1 ? 503 : 201, retryAfter: '5' }), /written all the same/],
  ['a 200 that was lost', (n) => ({ kept: n === 1, status: 200 }), /was read, possible were/],
  ['a 503 without Retry-After', (n) => ({ kept: n === 1, status: n > 1 ? 503 : 201 }), /without Retry-After/],
  ['a 500', (n) => ({ kept: n === 1, status: n > 1 ? 500 : 201 }), /answered with 500/],
])('finds %s', async (_, fate, words) => {
  expect((await problemsWith(fate)).join('\n')).toMatch(words)
})

test('finds a stale read', async () => {
  const problems = await problemsWith(
    () => ({ kept: true, status: 200 }),
    (kept) => kept[0],
  )
  expect(problems.join('\n')).toMatch(/was read, possible were/)
})
