/** A TCP proxy that can fall silent: the half-open connections that a machine leaves behind which lost its power, or a firewall that forgot. */
import { once } from 'node:events'
import { type AddressInfo, connect, createServer, type NetConnectOpts, type Socket } from 'node:net'

/**
 * `silent`: nothing more comes through, in either direction and without a word, and new connections are accepted and never answered.
 * What was silent once stays so; after `passing` new connections get through. `refusing`: all are broken, and new ones refused.
 */
export type ProxyMode = 'passing' | 'silent' | 'refusing'

export interface TcpProxy {
  readonly port: number
  readonly mode: ProxyMode
  set(mode: ProxyMode): Promise<void>
  close(): Promise<void>
}

/** Listens on a free port of 127.0.0.1 and passes on to where `upstream` says at that moment. */
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
      // What it says is swallowed, so that its end is seen.
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

/** Where a server on a unix socket is behind a proxy. */
export function behind(proxy: TcpProxy, url: string): string {
  const { pathname, searchParams } = new URL(url)
  return `postgresql://${searchParams.get('user') ?? ''}@127.0.0.1:${proxy.port}${pathname}?sslmode=disable`
}

/** The unix socket that a URL of ours names. */
export function socketOf(url: string): NetConnectOpts {
  const { searchParams } = new URL(url)
  return { path: `${searchParams.get('host') ?? ''}/.s.PGSQL.${searchParams.get('port') ?? '5432'}` }
}
