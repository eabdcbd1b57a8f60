/** What a browser receives of a page over the wire, as its own network stack counts it: heads and bodies as they were sent, compressed. */
import type { Page } from 'playwright-core'

/** An answer that came whole. */
export interface Received {
  readonly url: string
  /** Whether it is a part of the page, and not data that it asked for. */
  readonly isPage: boolean
  readonly encoding: string | undefined
  /** With its head. */
  readonly bytes: number
}

interface Begun {
  readonly url: string
  readonly type: string
  readonly encoding: string | undefined
}

/** Loads the page that is open as somebody does who has never seen it, and tells what had come when it was there. */
export async function loadAnew(page: Page, isThere: () => Promise<unknown>): Promise<Received[]> {
  const session = await page.context().newCDPSession(page)
  // Not what the first load was still fetching, on a busy machine, when this one began.
  const asked = new Set<string>()
  const begun = new Map<string, Begun>()
  const received: Received[] = []
  session.on('Network.requestWillBeSent', ({ requestId }) => asked.add(requestId))
  session.on('Network.responseReceived', ({ requestId, type, response: { url, headers } }) => {
    if (asked.has(requestId)) begun.set(requestId, { url, type, encoding: headers['content-encoding'] })
  })
  session.on('Network.loadingFinished', ({ requestId, encodedDataLength: bytes }) => {
    const known = begun.get(requestId)
    if (known === undefined) return
    const { url, type, encoding } = known
    received.push({ url, encoding, bytes, isPage: type !== 'Fetch' && type !== 'XHR' })
  })
  await session.send('Network.enable')
  await session.send('Network.setCacheDisabled', { cacheDisabled: true })
  await page.reload()
  await isThere()
  await session.detach()
  return received
}

/** The bytes of some of it together. */
export function bytesOf(received: readonly Received[]): number {
  return received.reduce((sum, { bytes }) => sum + bytes, 0)
}
