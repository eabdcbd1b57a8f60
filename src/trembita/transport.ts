/**
 * Sends bytes to a security server and receives the response (spec 3.2): POST to the root path over persistent connections, limited in
 * number, size and time. The time limit covers the whole attempt, including the wait for a connection, so that a server that sends slowly
 * cannot extend it. Redirects are not followed and compression is not offered; undici's dispatcher does neither.
 */
import { type Dispatcher, Pool } from 'undici'
import { asUuid } from './answer.ts'
import { maxHeadBytes, openConnector } from './connection.ts'
import { codeOf, wordOf } from './failures.ts'
import { transactionIdHeader } from './protocol.ts'
import type { TransportSettings } from './settings.ts'
import { type Expiry, readTlsIdentity, type TlsIdentity } from './tls.ts'
import { TlsFileError } from './tls-files.ts'

/** The result of one attempt. Error codes are stable and few. */
export type Received =
  | {
      readonly kind: 'response'
      readonly status: number
      readonly contentEncoding: string | undefined
      readonly contentType: string | undefined
      readonly transactionId: string | undefined
      readonly body: Uint8Array
    }
  | {
      readonly kind: 'failed'
      readonly code: string
      readonly transactionId: string | undefined
      /** The system's or OpenSSL's name of the error. */
      readonly word?: string
    }
  | { readonly kind: 'aborted' }

/** Sends messages to security servers, which are identified by their index in the settings. */
export interface Transport {
  readonly urls: readonly string[]
  send(server: number, headers: readonly string[], body: string, signal?: AbortSignal): Promise<Received>
  /** Sends a GET to the root path. Every security server answers it with a fault without involving a registry. */
  greet(server: number): Promise<Received>
  /** Expiry dates of the certificates in use; none without TLS. */
  certificates(): readonly Expiry[]
  /** Checks the certificate files now (also done every 10 s); true if new ones are in use. */
  reload(): boolean
  close(): Promise<void>
}

/** Called when certificate files changed: they are now in use, or unusable with a reason, and the old ones stay in use. */
export type ReloadHook = (event: { readonly problem?: TlsFileError; readonly certificates: readonly Expiry[] }) => void

const connectTimeoutMs = 3_000
const keepAliveMs = 25_000
const queuePerConnection = 4
const reloadEveryMs = 10_000

/** Opens the connection pools. Throws if an https address has no valid certificates. */
export function createTransport(settings: TransportSettings, onReload?: ReloadHook): Transport {
  const { urls, maxConnections, tls } = settings
  const isSecure = urls.some((url) => url.startsWith('https:'))
  let identity = isSecure ? readTlsIdentity(tls) : undefined
  const openPools = () => urls.map((url) => ({ pool: openPool(url, maxConnections, identity), waiting: 0 }))
  let pools = openPools()

  const reload = (): boolean => {
    if (identity === undefined) return false
    let next: TlsIdentity
    try {
      next = readTlsIdentity(tls)
      if (next.fingerprint === identity.fingerprint) return false
      next.expectValidAt(Date.now())
    } catch (error) {
      if (!(error instanceof TlsFileError)) throw error
      // Files are replaced one after the other, so a half-finished change is ignored. Invalid files never replace valid ones.
      onReload?.({ problem: error, certificates: identity.certificates })
      return false
    }
    identity = next
    const old = pools
    pools = openPools()
    for (const { pool } of old) void pool.close()
    onReload?.({ certificates: next.certificates })
    return true
  }
  const timer = isSecure ? setInterval(reload, reloadEveryMs).unref() : undefined

  const exchange = (
    server: number,
    request: Pick<Dispatcher.DispatchOptions, 'method' | 'headers' | 'body'>,
    signal: AbortSignal | undefined,
  ): Promise<Received> => {
    const target = pools[server]
    if (target === undefined) throw new RangeError(`there is no security server ${server}`)
    if (signal?.aborted) return Promise.resolve({ kind: 'aborted' })
    if (target.waiting >= maxConnections * (1 + queuePerConnection)) return Promise.resolve(failed('queue_full'))
    target.waiting += 1
    return new Promise((resolve) => {
      const handler = new Exchange(settings, resolve, () => {
        target.waiting -= 1
      })
      handler.watch(signal)
      target.pool.dispatch({ path: '/', ...request }, handler)
    })
  }

  return {
    urls,
    send: (server, headers, body, signal) =>
      exchange(server, { method: 'POST', headers: headers as string[], body }, signal),
    greet: (server) => exchange(server, { method: 'GET' }, undefined),
    certificates: () => identity?.certificates ?? [],
    reload,
    async close() {
      clearInterval(timer)
      await Promise.all(pools.map(({ pool }) => pool.destroy()))
    },
  }
}

function openPool(url: string, connections: number, identity: TlsIdentity | undefined): Pool {
  return new Pool(url, {
    connections,
    pipelining: 1,
    allowH2: false,
    // undici's own time limits are off; Exchange has one limit for everything.
    headersTimeout: 0,
    bodyTimeout: 0,
    keepAliveTimeout: keepAliveMs,
    keepAliveMaxTimeout: keepAliveMs,
    maxHeaderSize: maxHeadBytes,
    connect: openConnector({
      timeout: connectTimeoutMs,
      allowH2: false,
      ...(identity === undefined
        ? {}
        : {
            secureContext: identity.secureContext,
            checkServerIdentity: identity.checkServerIdentity,
            // Explicit, because NODE_TLS_REJECT_UNAUTHORIZED=0 would otherwise disable the check.
            rejectUnauthorized: true,
          }),
    }),
  })
}

function failed(code: string, transactionId?: string): Extract<Received, { kind: 'failed' }> {
  return { kind: 'failed', code, transactionId }
}

/** One attempt. It settles once, with the first of: the end of the response, an error, the time limit, the caller's abort. */
class Exchange implements Dispatcher.DispatchHandler {
  readonly #maxBytes: number
  readonly #settle: (received: Received) => void
  readonly #ended: () => void
  readonly #timer: NodeJS.Timeout
  #controller: Dispatcher.DispatchController | undefined
  #signal: AbortSignal | undefined
  #isSettled = false
  #hasEnded = false
  #status = 0
  #contentEncoding: string | undefined
  #contentType: string | undefined
  #transactionId: string | undefined
  #chunks: Buffer[] = []
  #size = 0

  constructor(settings: TransportSettings, settle: (received: Received) => void, ended: () => void) {
    this.#maxBytes = settings.maxResponseBytes
    this.#settle = settle
    this.#ended = ended
    this.#timer = setTimeout(() => this.#giveUp(failed('timeout', this.#transactionId)), settings.timeoutMs)
  }

  watch(signal: AbortSignal | undefined): void {
    if (signal === undefined) return
    this.#signal = signal
    signal.addEventListener('abort', this.#onAbort)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    // It was cancelled while waiting for a connection.
    if (this.#isSettled) controller.abort(new Error('given up'))
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: Record<string, string | string[] | undefined>,
  ): void {
    if (status < 200) return
    this.#status = status
    // undici decodes chunked; no other transfer coding is supported.
    const transferred = headers['transfer-encoding']?.toString().replace(/\bchunked\b/i, '')
    this.#contentEncoding = headers['content-encoding']?.toString() ?? (transferred === '' ? undefined : transferred)
    this.#contentType = headers['content-type']?.toString()
    this.#transactionId = asUuid(headers[transactionIdHeader]?.toString())
    if (Number(headers['content-length']) > this.#maxBytes) this.#giveUp(failed('oversized', this.#transactionId))
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length
    if (this.#size > this.#maxBytes) this.#giveUp(failed('oversized', this.#transactionId))
    else this.#chunks.push(chunk)
  }

  onResponseEnd(): void {
    const [only] = this.#chunks
    this.#finish({
      kind: 'response',
      status: this.#status,
      contentEncoding: this.#contentEncoding,
      contentType: this.#contentType,
      transactionId: this.#transactionId,
      body: only !== undefined && this.#chunks.length === 1 ? only : Buffer.concat(this.#chunks),
    })
    this.#end()
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    const code = codeOf(error, this.#status !== 0)
    // Closing the transport is our own action, not an error of the server.
    this.#finish(
      code === 'closed' ? { kind: 'aborted' } : { ...failed(code, this.#transactionId), word: wordOf(error) },
    )
    this.#end()
  }

  readonly #onAbort = () => this.#giveUp({ kind: 'aborted' })

  #giveUp(received: Received): void {
    if (this.#isSettled) return
    this.#finish(received)
    this.#chunks = []
    this.#controller?.abort(new Error('given up'))
  }

  #finish(received: Received): void {
    if (this.#isSettled) return
    this.#isSettled = true
    clearTimeout(this.#timer)
    this.#signal?.removeEventListener('abort', this.#onAbort)
    this.#settle(received)
  }

  #end(): void {
    if (this.#hasEnded) return
    this.#hasEnded = true
    this.#ended()
  }
}
