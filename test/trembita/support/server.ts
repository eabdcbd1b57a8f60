/** Servers on real sockets, that behave as a test needs. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcpServer, type Server, type Socket } from 'node:net'
import { answer, idOf } from './messages.ts'

/** One request as received. */
export interface Request {
  readonly http: IncomingMessage
  readonly body: string
  /** The id in the message's header. */
  readonly id: string
}

export type Behaviour = (request: Request, response: ServerResponse) => void

export interface TestServer {
  readonly url: string
  /** Every request so far, in order of arrival. */
  readonly requests: Request[]
  behave(behaviour: Behaviour): void
  close(): Promise<void>
}

/** Answers "not found" to every question. */
export const answerNotFound: Behaviour = ({ id }, response) => {
  response.end(answer(id))
}

/** Answers with this status, body and headers. */
export function reply(
  status: number,
  body: string | Buffer | ((id: string) => string),
  headers: Record<string, string> = {},
): Behaviour {
  return ({ id }, response) => {
    response.writeHead(status, headers)
    response.end(typeof body === 'function' ? body(id) : body)
  }
}

export async function startServer(behaviour: Behaviour = answerNotFound): Promise<TestServer> {
  let current = behaviour
  const requests: Request[] = []
  const server = createServer((http, response) => {
    const chunks: Buffer[] = []
    http.on('data', (chunk: Buffer) => chunks.push(chunk))
    http.on('end', () => {
      const body = Buffer.concat(chunks).toString()
      const request = { http, body, id: idOf(body) }
      requests.push(request)
      current(request, response)
    })
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    requests,
    behave: (next) => {
      current = next
    },
    close: async () => {
      server.closeAllConnections()
      await closed(server)
    },
  }
}

/** A plain TCP server that does what it is told with each connection once a whole request seems to have arrived. */
export async function startTcpServer(
  behave: (socket: Socket, request: string) => void,
): Promise<{ url: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createTcpServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => undefined)
    let received = ''
    socket.on('data', (chunk) => {
      received += chunk
      if (!received.includes('</env:Envelope>')) return
      const request = received
      received = ''
      behave(socket, request)
    })
  })
  const port = await listen(server)
  return {
    url: `http://127.0.0.1:${port}`,
    close: async () => {
      for (const socket of sockets) socket.destroy()
      await closed(server)
    },
  }
}

/** An address where nothing listens. */
export async function unusedUrl(): Promise<string> {
  const server = createTcpServer()
  const port = await listen(server)
  await closed(server)
  return `http://127.0.0.1:${port}`
}

export async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

export function closed(server: Server): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve())
  })
}
