// Rules: spec 3.4.4
import { createConnection } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import type { Faults } from '../../simulator/faults/schema.ts'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { readXml } from '../../src/trembita/xml.ts'
import { faultCode, invalidPassportQuestion, message, messageId, post, textOf } from './messages.ts'

type Rule = Faults['faults'][number]

let simulator: Simulator
let time = 0
beforeAll(async () => {
  simulator = await startSimulator({ now: () => time })
})
beforeEach(async () => {
  time = 0
  await simulator.clearFaults()
})
afterAll(() => simulator.close())

const set = (...faults: Rule[]) => simulator.setFaults({ faults })
const ask = (number = '123456') => post(simulator.url, invalidPassportQuestion(number))
const status = async (number?: string) => textOf((await ask(number)).text, 'PasStatus')
const outcomes = () => simulator.calls().map((call) => call.outcome)

/** Sends one request over a new socket; returns what came before the end, and how it ended. */
async function askRaw(): Promise<{ text: string; end: 'closed' | 'reset' | 'refused' }> {
  const body = invalidPassportQuestion()
  const socket = createConnection(simulator.port, '127.0.0.1')
  const head = `POST / HTTP/1.1\r\nHost: x\r\nConnection: close\r\nContent-Type: application/soap+xml\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`
  socket.write(head + body)
  let text = ''
  socket.setEncoding('utf8').on('data', (chunk) => {
    text += chunk
  })
  return new Promise((resolve) => {
    socket.on('end', () => resolve({ text, end: 'closed' }))
    socket.on('error', (error) => {
      const refused = 'code' in error && error.code === 'ECONNREFUSED'
      resolve({ text, end: refused ? 'refused' : 'reset' })
    })
  })
}

describe('a configured fault', () => {
  it.each(['-1', '-2', '7', 'x', '', '1'])('can be the status %j', async (value) => {
    await set({ kind: 'status', status: value })
    expect(await status()).toBe(value)
    expect(outcomes().at(-1)).toBe(`status_${value}`)
  })

  it('can be that everybody is found: a registry’s mistake', async () => {
    await set({ kind: 'status', status: 1 })
    expect([await status('000001'), await status('000002')]).toEqual(['1', '1'])
  })

  it('with a status is the service’s own fault if the service has no status', async () => {
    await set({ kind: 'status', status: -1 })
    expect(faultCode((await post(simulator.url, message('unzr', { unzr: '19900101-12345' }))).text)).toBe(
      'SOAP-ENV:Sender',
    )
    await set({ kind: 'status', status: -2 })
    expect(faultCode((await post(simulator.url, message('unzr', { unzr: '19900101-12345' }))).text)).toBe(
      'SOAP-ENV:Receiver',
    )
  })

  it.each([
    { code: 'Server.ServerProxy.NetworkError', http_status: 500 },
    { code: 'server.client_proxy.io_error', http_status: 200 },
    { code: 'Client', http_status: 200 },
  ])('can be a SOAP fault with any code and HTTP status: $code', async ({ code, http_status }) => {
    await set({ kind: 'soap_fault', code, http_status })
    const answer = await ask()
    expect(answer.status).toBe(http_status)
    expect(faultCode(answer.text)).toBe(code === 'Client' ? 'SOAP-ENV:Sender' : code)
  })

  it.each([
    { body: 'html', type: 'text/html', text: /<!DOCTYPE html>/ },
    { body: 'text', type: 'text/plain', text: /^error 502/ },
    { body: 'empty', type: 'text/plain', text: /^$/ },
  ] as const)('can be an HTTP status with $body', async ({ body, type, text }) => {
    await set({ kind: 'http', status: 502, body })
    const answer = await ask()
    expect(answer).toMatchObject({ status: 502, contentType: type })
    expect(answer.text).toMatch(text)
  })

  it('can be a redirect', async () => {
    await set({ kind: 'http', status: 302 })
    expect((await ask()).status).toBe(302)
  })

  it('can be a connection reset before the answer', async () => {
    await set({ kind: 'drop' })
    expect(await askRaw()).toEqual({ text: '', end: 'reset' })
  })

  it('can be a connection reset in the middle of the body', async () => {
    await set({ kind: 'reset' })
    const { text, end } = await askRaw()
    expect(end).toBe('reset')
    expect(text).toContain('HTTP/1.1 200')
    expect(text).not.toContain('</SOAP-ENV:Envelope>')
  })

  it('can be a port that refuses connections for a time', async () => {
    await set({ kind: 'refuse' })
    expect((await askRaw()).end).toBe('refused')
    await simulator.clearFaults()
    expect((await askRaw()).end).toBe('closed')
    const again = await startSimulator({ faults: { faults: [{ kind: 'refuse', duration_s: 0.2 }] } })
    await expect(post(again.url, invalidPassportQuestion())).rejects.toThrow()
    await expect
      .poll(() =>
        post(again.url, invalidPassportQuestion()).then(
          (answer) => answer.status,
          () => 0,
        ),
      )
      .toBe(200)
    await again.close()
  })

  it('can be an answer that arrives byte by byte', async () => {
    await set({ kind: 'drip', bytes: 200, every_ms: 20 })
    const started = performance.now()
    const answer = await ask()
    expect(textOf(answer.text, 'PasStatus')).toBe('0')
    expect(performance.now() - started).toBeGreaterThan((Math.floor(answer.text.length / 200) - 1) * 20 * 0.9)
  })

  it('can be truncated XML in a valid HTTP answer', async () => {
    await set({ kind: 'truncate' })
    expect(readXml((await ask()).text)).toEqual({ ok: false, code: 'malformed' })
  })

  it('can be an answer that is too large but otherwise valid', async () => {
    await set({ kind: 'oversize', bytes: 300_000 })
    const { text } = await ask()
    expect(Buffer.byteLength(text)).toBe(300_000)
    expect(readXml(text)).toEqual({ ok: false, code: 'too_large' })
    expect(textOf(text, 'PasStatus')).toBe('0')
  })

  it('can be a DOCTYPE with entities', async () => {
    await set({ kind: 'doctype' })
    expect(readXml((await ask()).text)).toEqual({ ok: false, code: 'doctype' })
  })

  it('can be a compressed answer', async () => {
    await set({ kind: 'gzip' })
    expect((await askRaw()).text).toContain('Content-Encoding: gzip')
  })

  it('can be an answer to another request', async () => {
    await set({ kind: 'wrong_id' })
    const id = textOf((await ask()).text, 'id')
    expect(id).toMatch(/^[0-9a-f-]{36}$/)
    expect(id).not.toBe(messageId)
    await set({ kind: 'wrong_id', field: 'userId' })
    expect(textOf((await ask()).text, 'userId')).not.toBe('tester')
    await set({ kind: 'wrong_id', field: 'client' })
    expect(textOf((await ask()).text, 'subsystemCode')).toBe('20_EIS_prod')
    expect((await ask()).text).toContain('zvirka_other')
  })

  it('can be no answer', async () => {
    await set({ kind: 'hang' })
    const question = {
      method: 'POST',
      headers: { 'content-type': 'application/soap+xml' },
      body: invalidPassportQuestion(),
    }
    await expect(fetch(simulator.url, { ...question, signal: AbortSignal.timeout(150) })).rejects.toThrow(/timeout/i)
    expect(outcomes().at(-1)).toBe('hang')
  })

  it('can be a delay, combined with any other', async () => {
    const delay = { distribution: 'fixed', ms: 40 } as const
    await set({ kind: 'latency', delay }, { kind: 'latency', delay }, { kind: 'status', status: -2 })
    const started = performance.now()
    expect(await status()).toBe('-2')
    expect(performance.now() - started).toBeGreaterThanOrEqual(79)
  })
})

describe('the calls that a fault applies to', () => {
  it('can be those of one service', async () => {
    await set({ kind: 'status', status: -2, services: ['CheckPassportStatus'] })
    const stolen = message('CheckPassportStatus', { PassType: '0101', PasNumber: '000000001' })
    expect(textOf((await post(simulator.url, stolen)).text, 'PasStatus')).toBe('-2')
    expect(await status()).toBe('0')
  })

  it('can be those about given documents, by number, by parts or by a prefix, and given people', async () => {
    await set(
      { kind: 'status', status: -1, match: { documents: ['АА111111', { pas_serial: 'АА', pas_number: '222222' }] } },
      { kind: 'status', status: 7, match: { document_prefix: 'АА9' } },
      { kind: 'status', status: -2, match: { unzr: ['19900101-12345'], unzr_prefix: '2000' } },
    )
    expect([await status('111111'), await status('222222'), await status('333333'), await status('999999')]).toEqual([
      '-1',
      '-1',
      '0',
      '7',
    ])
    const person = async (unzr: string) =>
      textOf(
        (
          await post(
            simulator.url,
            message('checkunzr', { UNZR: unzr, familyName: 'А', givenName: 'Б', dateBirth: '1990-01-01' }),
          )
        ).text,
        'Status',
      )
    expect([await person('19900101-12345'), await person('20000101-12345'), await person('19990101-12345')]).toEqual([
      '-2',
      '-2',
      '0',
    ])
  })

  it('can be only the first ones', async () => {
    await set({ kind: 'status', status: -2, count: 2 })
    expect([await status(), await status(), await status()]).toEqual(['-2', '-2', '0'])
  })

  it('can be those of a period', async () => {
    await set({ kind: 'status', status: -2, after_s: 10, duration_s: 5 })
    const seen: unknown[] = []
    for (const at of [0, 9_999, 10_000, 14_999, 15_000]) {
      time = at
      seen.push(await status())
    }
    expect(seen).toEqual(['0', '0', '-2', '-2', '0'])
  })

  it('can be those above a rate', async () => {
    await set({ kind: 'http', status: 503, beyond_calls_per_second: 3 })
    const statuses = async (count: number) => {
      const seen: number[] = []
      for (let call = 0; call < count; call += 1) seen.push((await ask()).status)
      return seen
    }
    expect(await statuses(5)).toEqual([200, 200, 200, 503, 503])
    time = 1_000
    expect(await statuses(4)).toEqual([200, 200, 200, 503])
    time = 1_334
    expect(await statuses(2)).toEqual([200, 503])
  })

  it('can be a share of them, always the same with a seed', async () => {
    const pattern = async (seed: number) => {
      await simulator.setFaults({ seed, faults: [{ kind: 'status', status: -2, share: 0.3 }] })
      const seen: boolean[] = []
      for (let call = 0; call < 200; call += 1) seen.push((await status()) === '-2')
      return seen
    }
    const first = await pattern(1)
    expect(await pattern(1)).toEqual(first)
    expect(await pattern(2)).not.toEqual(first)
    const share = first.filter((hit) => hit).length / first.length
    expect(share).toBeGreaterThan(0.2)
    expect(share).toBeLessThan(0.4)
  })

  it('can be those about a share of the subjects: the same ones in any order', async () => {
    const rule: Rule = { kind: 'status', status: -1, share: 0.5, share_of: 'subjects' }
    const numbers = Array.from({ length: 60 }, (_, index) => String(index).padStart(6, '0'))
    const hit = async (order: string[]) => {
      await set(rule)
      const hits: string[] = []
      for (const number of order) if ((await status(number)) === '-1') hits.push(number)
      return hits.toSorted()
    }
    const hits = await hit(numbers)
    expect(await hit(numbers.toReversed())).toEqual(hits)
    expect(hits.length).toBeGreaterThan(15)
    expect(hits.length).toBeLessThan(45)
  })

  it('are counted, without personal data', async () => {
    await set({ kind: 'status', status: -1, name: 'the thousand', match: { documents: ['АА111111'] } })
    await status('111111')
    await status('222222')
    expect(simulator.state().faults).toEqual([{ name: 'the thousand', kind: 'status', hits: 1, matches: 1 }])
  })
})
