/**
 * A TCP proxy that can stop responding: it produces the half-open connections that remain after a power failure or when a firewall drops
 * its state.
 */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net'

/**
 * `silent`: traffic in both directions is dropped without closing anything, and new connections are accepted but never answered. A
 * connection that was silent stays so; after `passing` new ones work. `refusing`: all connections are broken, and new ones refused.
 */
export type ProxyMode = 'passing' | 'silent' | 'refusing'

export interface TcpProxy {
  readonly port: number
  readonly mode: ProxyMode
  set(mode: ProxyMode): Promise<void>
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1 and forwards to the current value of `upstream`. */
export async function startProxy(upstream: () => NetConnectOpts): Promise<TcpProxy> {
  const sockets = new Set<Socket>()
  let mode: ProxyMode = 'passing'
  let fallSilent = new AbortController()

  const keep = (socket: Socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined).on('close', () => sockets.delete(socket))
  }
  const server = createServer((client) => {
    keep(client)
    client.setNoDelay(true)
    if (mode === 'silent') {
      // Its data is discarded, so that its end is noticed.
      client.resume()
      return
    }
    const target = connect(upstream())
    keep(target)
    const silence = fallSilent.signal
    const pass = (from: Socket, to: Socket) => {
      from.on('data', (chunk) => void (silence.aborted || to.write(chunk)))
      from.on('end', () => void (silence.aborted || to.end()))
      from.on('close', () => void (silence.aborted || to.destroy()))
    }
    pass(client, target)
    pass(target, client)
  })
  const listen = async (port: number) => {
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
  const breakAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const stopListening = async () => {
    if (!server.listening) return
    const closed = once(server, 'close')
    server.close()
    breakAll()
    await closed
  }
  await listen(0)
  const { port } = server.address() as AddressInfo
  return {
    port,
    get mode() {
      return mode
    },
    async set(next) {
      if (mode === 'silent') fallSilent = new AbortController()
      mode = next
      if (next === 'silent') fallSilent.abort()
      if (next === 'refusing') await stopListening()
      else if (!server.listening) await listen(port)
    },
    async close() {
      await stopListening()
      breakAll()
    },
  }
}

/** The URL through a proxy of a server on a unix socket. */
export function behind(proxy: TcpProxy, url: string): string {
  const { pathname, searchParams } = new URL(url)
  return `postgresql://${searchParams.get('user') ?? ''}@127.0.0.1:${proxy.port}${pathname}?sslmode=disable`
}

/** The unix socket in one of our URLs. */
export function socketOf(url: string): NetConnectOpts {
  const { searchParams } = new URL(url)
  return { path: `${searchParams.get('host') ?? ''}/.s.PGSQL.${searchParams.get('port') ?? '5432'}` }
}
