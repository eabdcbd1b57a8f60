import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { request } from 'node:http'
import { networkInterfaces, tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { invalidPassportQuestion, message, messageId, post, textOf } from './messages.ts'

let simulator: Simulator
let control: string
beforeAll(async () => {
  simulator = await startSimulator({ controlPort: 0, callLogSize: 5 })
  control = simulator.controlUrl ?? ''
})
beforeEach(async () => {
  await simulator.clearFaults()
  simulator.resetCalls()
})
afterAll(() => simulator.close())

const status = async (number = '123456') =>
  textOf((await post(simulator.url, invalidPassportQuestion(number))).text, 'PasStatus')
const send = (method: string, path: string, body?: unknown) =>
  fetch(control + path, { method, ...(body === undefined ? {} : { body: JSON.stringify(body) }) })

describe('the control interface', () => {
  it('sets and removes faults', async () => {
    expect((await send('PUT', 'faults', { faults: [{ kind: 'status', status: -2 }] })).status).toBe(200)
    expect(await status()).toBe('-2')
    expect((await send('DELETE', 'faults')).status).toBe(200)
    expect(await status()).toBe('0')
  })

  it('names the errors in faults, and keeps the previous ones', async () => {
    await simulator.setFaults({ faults: [{ kind: 'status', status: -1 }] })
    const answer = await send('PUT', 'faults', { faults: [{ kind: 'hang', share: 7 }] })
    expect(answer.status).toBe(400)
    expect(await answer.json()).toEqual({ problems: [expect.stringMatching(/^faults\[0\].share: /)] })
    expect(await status()).toBe('-1')
  })

  it('adds to the registers and removes from them', async () => {
    const passport = { pass_type: '0101', pas_serial: 'АА', pas_number: '777777' }
    await send('PUT', 'invalid-passports', passport)
    expect(await status('777777')).toBe('1')
    await send('DELETE', 'invalid-passports', passport)
    expect(await status('777777')).toBe('0')
    const person = { unzr: '19900101-12345', family_name: 'Коваль', given_name: 'Ян', date_birth: '1990-01-01' }
    await send('PUT', 'unzr', person)
    expect((await post(simulator.url, message('unzr', { unzr: person.unzr }))).text).toContain('Коваль')
    await send('DELETE', 'unzr', { unzr: person.unzr })
    expect((await post(simulator.url, message('unzr', { unzr: person.unzr }))).text).toContain('<Info/>')
    expect((await send('PUT', 'stolen-passports', { pas_number: '1' })).status).toBe(400)
  })

  it('shows the last calls without their documents, and counts all', async () => {
    for (const number of ['000001', '000002', '000002', '000003', '000004', '000005']) await status(number)
    const { total, calls } = JSON.parse(await (await send('GET', 'calls')).text())
    expect(total).toBe(6)
    expect(calls).toHaveLength(5)
    expect(calls[0]).toMatchObject({
      service: 'CheckPassportDMSStatus',
      message_id: messageId,
      user_id: 'tester',
      outcome: 'status_0',
    })
    expect(calls[0].question).toBe(calls[1].question)
    expect(calls[1].question).not.toBe(calls[2].question)
    expect(JSON.stringify(calls)).not.toMatch(/00000\d/)
    const state = JSON.parse(await (await send('GET', 'state')).text())
    expect(state).toMatchObject({ calls: 6, outcomes: { CheckPassportDMSStatus: { status_0: 6 } } })
    expect(JSON.stringify(state)).not.toMatch(/00000[1-5]/)
  })

  it('filters the calls, and clears them', async () => {
    await status()
    await post(simulator.url, 'no XML')
    const outcome = async (query: string) => {
      const { calls } = JSON.parse(await (await send('GET', `calls?${query}`)).text())
      return calls.map((call: { outcome: string }) => call.outcome)
    }
    expect(await outcome('service=CheckPassportDMSStatus')).toEqual(['status_0'])
    expect(await outcome('outcome=fault_Client.InvalidSoap')).toEqual(['fault_Client.InvalidSoap'])
    expect(await outcome('limit=1')).toEqual(['fault_Client.InvalidSoap'])
    await send('DELETE', 'calls')
    expect(await outcome('')).toEqual([])
  })

  it('answers unknown paths and invalid JSON with an error', async () => {
    expect((await send('GET', 'nothing')).status).toBe(404)
    expect((await send('PUT', 'nothing', {})).status).toBe(404)
    expect((await fetch(`${control}faults`, { method: 'PUT', body: '{' })).status).toBe(400)
  })
})

describe('the control interface is refused', () => {
  /** The status of the answer, or the error code; fetch does not let a test set Host or Origin. */
  const reach = (host: string, headers: Record<string, string> = {}) =>
    new Promise<number | string>((resolve) => {
      const port = new URL(control).port
      const sent = request({ host, port, path: '/__control/state', headers, timeout: 2_000 }, (answer) => {
        answer.resume()
        resolve(answer.statusCode ?? 0)
      })
      sent.on('error', (error) => resolve('code' in error ? String(error.code) : 'error'))
      sent.end()
    })

  it('on every address but 127.0.0.1', async () => {
    const others = Object.values(networkInterfaces())
      .flatMap((addresses) => addresses ?? [])
      .filter((each) => each.family === 'IPv4' && each.address !== '127.0.0.1')
      .map((each) => each.address)
    for (const address of ['127.0.0.2', ...others]) expect(await reach(address)).toBe('ECONNREFUSED')
    expect(await reach('127.0.0.1')).toBe(200)
  })

  it('to web pages, and for hosts with DNS rebinding', async () => {
    expect(await reach('127.0.0.1', { origin: 'https://example.org' })).toBe(403)
    expect(await reach('127.0.0.1', { host: 'example.org' })).toBe(403)
  })

  it('on the port of the messages', async () => {
    const answer = await post(`${simulator.url}__control/state`, '', { method: 'GET' })
    expect(answer.text).toContain('Client.InvalidHttpMethod')
  })

  it('with its simulator if its port is in use, and the simulator’s port is freed', async () => {
    const first = await startSimulator()
    const port = first.port
    await first.close()
    const options = { port, controlPort: Number(new URL(control).port) }
    await expect(startSimulator(options)).rejects.toMatchObject({ code: 'EADDRINUSE' })
    const again = await startSimulator({ port })
    expect(again.port).toBe(port)
    await again.close()
  })

  it('unless it is enabled', async () => {
    const other = await startSimulator()
    expect(other.controlUrl).toBeUndefined()
    await other.close()
  })
})

describe('the call log', () => {
  it('can also go to a file, with documents as digests by default', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'zvirka-calls-'))
    for (const questions of ['digest', 'plain'] as const) {
      const logFile = join(folder, questions)
      const logged = await startSimulator({ logFile, questions })
      await post(logged.url, invalidPassportQuestion('654321'))
      await logged.close()
      const line = JSON.parse(await readFile(logFile, 'utf8'))
      expect(line).toMatchObject({ service: 'CheckPassportDMSStatus', message_id: messageId, outcome: 'status_0' })
      expect(line.question).toMatch(questions === 'plain' ? /^АА654321$/ : /^[0-9a-f]{16}$/)
    }
    await rm(folder, { recursive: true })
  })

  it('gives a test in the same process the document asked about', async () => {
    await status('654321')
    expect(simulator.calls()).toEqual([
      {
        time: expect.any(Number),
        service: 'CheckPassportDMSStatus',
        messageId,
        userId: 'tester',
        question: 'АА654321',
        outcome: 'status_0',
      },
    ])
  })
})

describe('the page', () => {
  it('shows a browser numbers and no documents', async () => {
    simulator.registers.invalidPassports.add({ passType: '0101', pasSerial: 'АА', pasNumber: '888888' })
    await status('888888')
    const answer = await post(simulator.url, '', { method: 'GET', headers: { accept: 'text/html,*/*' } })
    expect(answer).toMatchObject({ status: 200, contentType: 'text/html;charset=UTF-8' })
    expect(answer.text).toContain('<tr><td>invalid_passports</td><td>1</td></tr>')
    expect(answer.text).toContain('<tr><td>CheckPassportDMSStatus</td><td>status_1</td><td>1</td></tr>')
    expect(answer.text).not.toContain('888888')
  })
})
