/** How an answer is delivered: whole, broken in a way that a client must tolerate, or not at all. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { TLSSocket } from 'node:tls'
import { transactionIdHeader } from '../../src/trembita/protocol.ts'

/** An HTTP answer. */
export interface HttpAnswer {
  readonly status: number
  readonly contentType: string
  readonly body: string | Buffer
  readonly extraHeaders?: readonly string[]
}

/** What happens to a request. */
export type Delivery =
  | { readonly how: 'send'; readonly answer: HttpAnswer }
  /** A few bytes at a time. */
  | { readonly how: 'drip'; readonly answer: HttpAnswer; readonly bytes: number; readonly everyMs: number }
  /** The connection is reset after half of the body. */
  | { readonly how: 'reset'; readonly answer: HttpAnswer }
  /** The connection is reset before the first byte. */
  | { readonly how: 'drop' }
  /** Never answers. */
  | { readonly how: 'hang' }

/** Delivers an answer, or breaks the connection. */
export function deliver(delivery: Delivery, request: IncomingMessage, response: ServerResponse): void {
  switch (delivery.how) {
    case 'send':
      writeHead(response, delivery.answer)
      response.end(delivery.answer.body)
      return
    case 'drip':
      drip(delivery, response)
      return
    case 'reset': {
      const body = Buffer.from(delivery.answer.body)
      writeHead(response, delivery.answer)
      response.write(body.subarray(0, body.length >> 1), () => breakConnection(request))
      return
    }
    case 'drop':
      breakConnection(request)
      return
    case 'hang':
      return
  }
}

/** Sends RST instead of FIN, unless it is a TLS connection (which cannot be reset from here). */
function breakConnection({ socket }: IncomingMessage): void {
  if (socket instanceof TLSSocket) socket.destroy()
  else socket.resetAndDestroy()
}

function writeHead(response: ServerResponse, { status, contentType, body, extraHeaders }: HttpAnswer): void {
  const headers = ['Content-Type', contentType, 'Content-Length', String(Buffer.byteLength(body))]
  headers.push(transactionIdHeader, crypto.randomUUID())
  if (extraHeaders !== undefined) headers.push(...extraHeaders)
  response.writeHead(status, headers)
}

function drip(
  { answer, bytes, everyMs }: { answer: HttpAnswer; bytes: number; everyMs: number },
  response: ServerResponse,
): void {
  const body = Buffer.from(answer.body)
  let at = 0
  writeHead(response, answer)
  response.flushHeaders()
  const timer = setInterval(() => {
    response.write(body.subarray(at, at + bytes))
    at += bytes
    if (at >= body.length) response.end()
  }, everyMs)
  // 'close' follows both the end and an abort.
  response.once('close', () => clearInterval(timer))
}
