/** What a browser receives over the wire for a page, as its network stack counts it: headers and bodies as sent, compressed. */
import type { Page } from 'playwright-core'

/** A complete response. */
export interface Received {
  readonly url: string
  /** Whether it is a part of the page, not data that it requested. */
  readonly isPage: boolean
  readonly encoding: string | undefined
  /** With headers. */
  readonly bytes: number
}

interface Begun {
  readonly url: string
  readonly type: string
  readonly encoding: string | undefined
}

/** Reloads the open page with an empty cache, and returns what had arrived when it was complete. */
export async function loadAnew(page: Page, isThere: () => Promise<unknown>): Promise<Received[]> {
  const session = await page.context().newCDPSession(page)
  // Not what the first load was still fetching on a busy machine.
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

/** The total bytes of responses. */
export function bytesOf(received: readonly Received[]): number {
  return received.reduce((sum, { bytes }) => sum + bytes, 0)
}
