import { Agent, request } from 'undici'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/simulator.ts'
import { type Authority, createAuthority, type Identity } from './certificates.ts'
import { invalidPassportQuestion, textOf } from './messages.ts'

let authority: Authority
let simulator: Simulator
beforeAll(async () => {
  authority = createAuthority('authority of the tests')
  simulator = await startSimulator({ tls: { ...authority.certify('simulator'), ca: authority.cert } })
})
afterAll(() => simulator.close())

async function ask(client: Identity | undefined): Promise<string> {
  const dispatcher = new Agent({ connect: { ca: authority.cert, ...client } })
  try {
    const headers = { 'content-type': 'application/soap+xml' }
    const answer = await request(simulator.url, {
      dispatcher,
      method: 'POST',
      headers,
      body: invalidPassportQuestion(),
    })
    return await answer.body.text()
  } finally {
    await dispatcher.destroy()
  }
}

describe('over mutual TLS the simulator', () => {
  it('answers a client with a certificate of the CA', async () => {
    expect(simulator.url).toMatch(/^https:/)
    expect(textOf(await ask(authority.certify('client')), 'PasStatus')).toBe('0')
  })

  it('refuses a client without a certificate, and one of another CA', async () => {
    await expect(ask(undefined)).rejects.toThrow()
    await expect(ask(createAuthority('another').certify('client'))).rejects.toThrow()
    expect(simulator.calls()).toHaveLength(1)
  })

  it('also breaks connections when configured', async () => {
    await simulator.setFaults({ faults: [{ kind: 'drop' }] })
    await expect(ask(authority.certify('client'))).rejects.toThrow()
    await simulator.setFaults({ faults: [{ kind: 'reset' }] })
    await expect(ask(authority.certify('client'))).rejects.toThrow()
    await simulator.clearFaults()
    expect(textOf(await ask(authority.certify('client')), 'PasStatus')).toBe('0')
  })
})
