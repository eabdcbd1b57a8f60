/** How an answer leaves: whole, broken in one of the ways that a client must stand, or not at all. */
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

/** What is done with a request. */
export type Delivery =
  | { readonly how: 'send'; readonly answer: HttpAnswer }
  /** The bytes come a few at a time. */
  | { readonly how: 'drip'; readonly answer: HttpAnswer; readonly bytes: number; readonly everyMs: number }
  /** The connection is reset after half of the body. */
  | { readonly how: 'reset'; readonly answer: HttpAnswer }
  /** The connection is reset before the first byte. */
  | { readonly how: 'drop' }
  /** Nothing is ever answered. */
  | { readonly how: 'hang' }

/** Does it. */
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

/** With RST rather than FIN, where the connection is no TLS one (those cannot be reset from here). */
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
  // 'close' comes after the end as well as after a break.
  response.once('close', () => clearInterval(timer))
}
