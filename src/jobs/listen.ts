/** A connection that listens for notifications and reconnects when it is lost. Notifications only shorten the wait; nothing depends on them. */
import { setTimeout as delay } from 'node:timers/promises'
import { connect, type OwnSocketClient } from '../database/connection.ts'

/** Where to listen, and for what. */
export interface ListenOptions {
  readonly url: string
  readonly applicationName: string
  readonly channel: string
  readonly onTrouble: (error: unknown) => void
}

const PAUSE_MILLISECONDS = 1000
/** A half-open connection is silent, so it is probed; this is also the time limit for the answer. */
const LIFE_SIGN_MILLISECONDS = 5000
const GOODBYE_MILLISECONDS = 1000

/** Listens until it is closed; calls `onListening` on each (re)connection, because earlier notifications were missed. */
export function startListening(
  options: ListenOptions,
  onNotification: (payload: string) => void,
  onListening: () => void,
): { close(): Promise<void> } {
  const closing = new AbortController()
  const { signal } = closing
  const listenOnce = async () => {
    const { url, applicationName, channel } = options
    const client = await connect({ url, applicationName, session: { role: 'zvirka_worker' } })
    const isLost = new Promise<void>((resolve) => client.once('end', () => resolve()))
    try {
      client.on('notification', ({ payload }) => onNotification(payload ?? ''))
      await client.query(`listen "${channel}"`)
      onListening()
      await watch(client, isLost, signal)
    } finally {
      // A frozen server does not close the connection.
      const silence = setTimeout(() => client.breakOff(), GOODBYE_MILLISECONDS)
      await client.end().catch(() => undefined)
      clearTimeout(silence)
    }
  }
  const listening = (async () => {
    while (!signal.aborted) {
      await listenOnce().catch((error: unknown) => void (signal.aborted || options.onTrouble(error)))
      await delay(PAUSE_MILLISECONDS, undefined, { signal }).catch(() => undefined)
    }
  })()
  return {
    async close() {
      closing.abort()
      await listening
    },
  }
}

/** Waits until the connection is lost or nobody listens any more. */
async function watch(client: OwnSocketClient, isLost: Promise<void>, signal: AbortSignal): Promise<void> {
  let isOver = false
  void isLost.then(() => {
    isOver = true
  })
  while (!isOver && !signal.aborted) {
    await Promise.race([isLost, delay(LIFE_SIGN_MILLISECONDS, undefined, { signal }).catch(() => undefined)])
    if (isOver || signal.aborted) return
    const silence = setTimeout(() => client.breakOff(), LIFE_SIGN_MILLISECONDS)
    try {
      await client.query('select 1')
    } finally {
      clearTimeout(silence)
    }
  }
}
