/**
 * Connections to security servers: what undici lacks. Interim responses (1xx) are removed before undici sees them, because it closes the
 * connection on a 100 that it did not ask for (RFC 9110 15.2 requires accepting any). And causes that undici forgets are recorded: a TLS
 * alert after the handshake, contradictory lengths.
 */
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { buildConnector, errors } from 'undici'
import { noteCause, type WayError } from './failures.ts'

/** The largest response head that is read; undici and Node have the same limit. */
export const maxHeadBytes = 16_384

/** Opens connections for a pool of undici. */
export function openConnector(options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector(options)
  return (target, callback) =>
    connect(target, (error, socket) => {
      if (error === null) {
        watch(socket)
        callback(null, socket)
      } else {
        if (target.protocol === 'https:' && isBroken(error)) noteCause(error, 'tls_closed')
        callback(error, null)
      }
    })
}

function watch(socket: Socket): void {
  const head = new ResponseHead(() => {
    socket.destroy(new errors.HeadersOverflowError())
  })
  const read = socket.read.bind(socket)
  socket.read = (size?: number) => {
    for (;;) {
      const chunk: Buffer | null = read(size)
      if (chunk === null) return null
      const passed = head.pass(chunk)
      if (passed !== undefined) return passed
    }
  }
  const write: (...given: Parameters<typeof socket.write>) => boolean = socket.write.bind(socket)
  socket.write = (...given: unknown[]) => {
    head.expect()
    return write(...(given as Parameters<typeof socket.write>))
  }
  socket.on('error', (error: WayError) => {
    // With TLS 1.3 a server rejects our certificate only after the handshake, sometimes by just closing the connection.
    if (socket instanceof TLSSocket && socket.bytesRead === 0 && isBroken(error)) noteCause(error, 'tls_closed')
    else head.explain(error)
    // Node continues after an alert, and undici would report the closed connection as the cause.
    socket.destroy(error)
  })
}

function isBroken({ code }: WayError): boolean {
  return code === 'ECONNRESET' || code === 'EPIPE' || code === 'UND_ERR_SOCKET'
}

const statusBytes = 'HTTP/1.1 200'.length

/** Buffers the beginning of a response until its status is known, then passes it on at once. */
class ResponseHead {
  /** True while nothing has been passed on since the last request. */
  #isAwaited = true
  #held: Buffer | undefined
  #seen: Buffer[] = []
  #size = 0
  readonly #overflow: () => void

  /** `overflow` is called if an interim response exceeds the limit of a head. */
  constructor(overflow: () => void) {
    this.#overflow = overflow
  }

  /** A request is about to be sent. */
  expect(): void {
    if (this.#isAwaited) return
    this.#isAwaited = true
    this.#seen = []
    this.#size = 0
  }

  /** Returns the bytes to pass on; undefined if there are none yet. */
  pass(chunk: Buffer): Buffer | undefined {
    const final = this.#isAwaited ? this.#withoutInterim(chunk) : chunk
    if (final === undefined) return undefined
    this.#isAwaited = false
    if (this.#size < maxHeadBytes) {
      this.#seen.push(final)
      this.#size += final.length
    }
    return final
  }

  #withoutInterim(chunk: Buffer): Buffer | undefined {
    let rest = this.#held === undefined ? chunk : Buffer.concat([this.#held, chunk])
    this.#held = undefined
    while (isInterim(rest)) {
      const end = rest.indexOf('\r\n\r\n')
      if (end === -1) {
        if (rest.length > maxHeadBytes) this.#overflow()
        return this.#hold(rest)
      }
      rest = rest.subarray(end + 4)
    }
    const isUnknown = rest.length < statusBytes && 'HTTP/1.'.startsWith(rest.toString('latin1', 0, 7))
    return isUnknown ? this.#hold(rest) : rest
  }

  #hold(rest: Buffer): undefined {
    if (rest.length > 0) this.#held = rest
  }

  /** Records what made the response's head unreadable, if that ended the connection. */
  explain(error: WayError): void {
    if (this.#seen.length === 0) return
    const [head = ''] = Buffer.concat(this.#seen).toString('latin1', 0, maxHeadBytes).split('\r\n\r\n', 1)
    // A TLS alert record: the server speaks TLS.
    if (head.startsWith('\x15\x03')) noteCause(error, 'tls_expected')
    else if (/^HTTP\/1\.\d 101\b/.test(head)) noteCause(error, 'http_101')
    else if (!isBroken(error) && hasWrongLength(head)) noteCause(error, 'length_unclear')
  }
}

/** HTTP/1.x 1xx, except 101 (Switching Protocols), which is final and which we never request. */
function isInterim(bytes: Buffer): boolean {
  return bytes[9] === 0x31 && /^HTTP\/1\.\d 1(?!01)\d\d/.test(bytes.toString('latin1', 0, statusBytes))
}

/**
 * Whether the body's length is given twice, in two ways or not as a number (RFC 9112 6.3). Servers and proxies disagree on such messages
 * (request smuggling), so they are refused.
 */
function hasWrongLength(head: string): boolean {
  const lengths = [...head.matchAll(/^content-length:(.*)$/gim)].map(([, value = '']) => value.trim())
  const isChunked = /^transfer-encoding:/im.test(head)
  return lengths.length > 1 || lengths.some((value) => isChunked || !/^\d{1,15}$/.test(value))
}
