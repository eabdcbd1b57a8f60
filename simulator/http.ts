/** The HTTP side of the simulator's port: POST for messages, GET for the WSDL and the page. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { ServiceId } from '../src/trembita/protocol.ts'
import { defaultXmlLimits } from '../src/trembita/xml.ts'
import { controlPage } from './control/page.ts'
import type { SimulatorState } from './control/state.ts'
import { type Exchange, type Outgoing, platformFault } from './exchange.ts'
import { deliver, type HttpAnswer } from './faults/delivery.ts'
import type { Members } from './security-server/members.ts'
import { findService } from './services/service.ts'
import { wsdlOf } from './services/wsdl.ts'

/** The parts that handle requests. */
interface HttpParts {
  readonly exchange: Exchange
  readonly members: Members
  readonly scheme: string
  state(): SimulatorState
}

/** Handles one request. */
export function handleHttp(parts: HttpParts, request: IncomingMessage, response: ServerResponse): void {
  const page = request.method === 'GET' ? getAnswer(parts, request) : undefined
  if (page !== undefined) {
    deliver({ how: 'send', answer: page }, request, response)
    return
  }
  readBody(request, (body) => {
    const { method, headers } = request
    const head = { method, contentType: headers['content-type'], soapAction: soapActionOf(request) }
    deliverAfter(parts.exchange.take(head, body), request, response)
  })
}

function deliverAfter({ delay, delivery }: Outgoing, request: IncomingMessage, response: ServerResponse): void {
  if (delay === 0) {
    deliver(delivery, request, response)
    return
  }
  const timer = setTimeout(() => deliver(delivery, request, response), delay)
  response.once('close', () => clearTimeout(timer))
}

/** Reads the whole body; a body that is too large is cut just above the XML reader's limit, so that the reader rejects it. */
function readBody(request: IncomingMessage, done: (body: Buffer) => void): void {
  let first: Buffer | undefined
  let more: Buffer[] | undefined
  let size = 0
  request.on('data', (chunk: Buffer) => {
    if (size > defaultXmlLimits.maxBytes) return
    size += chunk.length
    if (first === undefined) first = chunk
    else if (more === undefined) more = [first, chunk]
    else more.push(chunk)
  })
  request.on('end', () => done(more === undefined ? (first ?? Buffer.alloc(0)) : Buffer.concat(more)))
}

function soapActionOf(request: IncomingMessage): string | undefined {
  const { soapaction } = request.headers
  return typeof soapaction === 'string' ? soapaction : undefined
}

/** The WSDL and the page; any other GET is a message sent with the wrong method. */
function getAnswer(parts: HttpParts, request: IncomingMessage): HttpAnswer | undefined {
  const url = URL.parse(request.url ?? '/', 'http://localhost')
  if (url === null) return undefined
  if (url.pathname === '/wsdl' || url.searchParams.has('wsdl'))
    return wsdlAnswer(parts, url.searchParams, request.headers.host)
  if (url.pathname === '/' && request.headers.accept?.includes('text/html') === true) {
    return { status: 200, contentType: 'text/html;charset=UTF-8', body: controlPage(parts.state()) }
  }
  return undefined
}

function wsdlAnswer({ members, scheme }: HttpParts, query: URLSearchParams, host: string | undefined): HttpAnswer {
  const id: ServiceId = {
    xRoadInstance: query.get('xRoadInstance') ?? '',
    memberClass: query.get('memberClass') ?? '',
    memberCode: query.get('memberCode') ?? '',
    subsystemCode: query.get('subsystemCode') ?? '',
    serviceCode: query.get('serviceCode') ?? '',
    // X-Road names it `version`, Trembita `serviceVersion`; empty counts as absent.
    serviceVersion: query.get('version') || query.get('serviceVersion') || undefined,
  }
  const service = findService(id.serviceCode)
  if (service === undefined || !members.knows(members.completed(id))) {
    const message = 'Unknown service. Give xRoadInstance, memberClass, memberCode, subsystemCode and serviceCode'
    return platformFault('1.1', { code: 'Server.ServerProxy.UnknownService', message }, 404)
  }
  const body = wsdlOf(service, members.completed(id), `${scheme}://${host ?? 'localhost'}/`)
  return { status: 200, contentType: 'text/xml;charset=UTF-8', body }
}
