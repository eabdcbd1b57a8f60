/** Whether a security server is one, on real sockets. */
import { afterEach, describe, expect, test } from 'vitest'
import { startSimulator } from '../../simulator/simulator.ts'
import { checkServers } from '../../src/trembita/check.ts'
import { createTransport } from '../../src/trembita/transport.ts'
import { settings } from './support/messages.ts'
import { reply, startServer, unusedUrl } from './support/server.ts'

const cleanups: (() => unknown)[] = []
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup()
})

async function check(...urls: string[]) {
  const transport = createTransport({ ...settings, urls, timeoutMs: 300 })
  cleanups.push(() => transport.close())
  return (await checkServers(transport)).map(({ url, isGood, code }) => [url, isGood, code])
}

describe('the check of security servers', () => {
  test('finds each that answers with a fault good, and asks no registry', async () => {
    const simulator = await startSimulator()
    cleanups.push(() => simulator.close())
    expect(await check(simulator.url, simulator.url)).toEqual([
      [simulator.url, true, 'answers'],
      [simulator.url, true, 'answers'],
    ])
    expect(simulator.calls().map(({ service, question }) => [service, question])).toEqual([
      [undefined, undefined],
      [undefined, undefined],
    ])
  })

  test('says of each other what is wrong with it', async () => {
    const page = await startServer(reply(200, '<html><br></html>'))
    const proxy = await startServer(reply(502, ''))
    const silent = await startServer(() => undefined)
    for (const server of [page, proxy, silent]) cleanups.push(() => server.close())
    const nobody = await unusedUrl()
    expect((await check(page.url, proxy.url, silent.url, nobody)).map(([, isGood, code]) => [isGood, code])).toEqual([
      [false, 'malformed_xml'],
      [false, 'http_502'],
      [false, 'timeout'],
      [false, 'connection_refused'],
    ])
  })
})
