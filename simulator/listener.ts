import { createServer as createHttpServer, type RequestListener, type Server } from 'node:http'
import { createServer as createHttpsServer } from 'node:https'
import type { AddressInfo } from 'node:net'

/** PEM texts for mutual TLS: the server's certificate and key, and the CA of the clients' certificates. */
export interface TlsMaterial {
  readonly cert: string
  readonly key: string
  readonly ca: string
}

/** A security server closes idle connections after 30 s (spec 3.2). */
const keepAliveMs = 30_000

/** An HTTP or HTTPS port that can be closed, so that connections are refused, and reopened with the same number. */
export class Listener {
  readonly #server: Server
  readonly #host: string
  #port: number
  #turn: Promise<void> = Promise.resolve()

  constructor(options: { host: string; port: number; tls?: TlsMaterial | undefined }, onRequest: RequestListener) {
    const settings = { keepAliveTimeout: keepAliveMs, requestTimeout: 60_000 }
    this.#server =
      options.tls === undefined
        ? createHttpServer(settings, onRequest)
        : createHttpsServer({ ...settings, ...options.tls, requestCert: true, rejectUnauthorized: true }, onRequest)
    this.#host = options.host
    this.#port = options.port
  }

  /** The port number; if 0 was requested, the one assigned when it first opened. */
  get port(): number {
    return this.#port
  }

  /** Starts to listen; does nothing if it already does. */
  open(): Promise<void> {
    return this.#inTurn(async () => {
      if (this.#server.listening) return
      await new Promise<void>((resolve, reject) => {
        this.#server.once('error', reject)
        this.#server.listen({ host: this.#host, port: this.#port, backlog: 4096 }, () => {
          this.#server.off('error', reject)
          resolve()
        })
      })
      this.#port = (this.#server.address() as AddressInfo).port
    })
  }

  /** Stops listening and closes every connection. */
  close(): Promise<void> {
    return this.#inTurn(async () => {
      if (!this.#server.listening) return
      const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
      this.#server.closeAllConnections()
      await closed
    })
  }

  /** Serialises opening and closing. */
  #inTurn(work: () => Promise<void>): Promise<void> {
    const next = this.#turn.then(work, work)
    this.#turn = next.catch(() => undefined)
    return next
  }
}
