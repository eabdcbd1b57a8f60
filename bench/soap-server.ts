/**
 * A SOAP server that does as little as one can: it finds the id of the request and answers "not found" at once. It is the other end for
 * measuring clients alone, as a process of its own, so that what it costs is not counted as theirs. With PEM texts as its argument
 * (JSON) it is HTTPS that asks for a client certificate.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { createServer as createSecureServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { createTemplate } from '../src/trembita/envelope.ts'
import { benchDefinition } from './client.ts'

const open = ':id>'
const answer = answerTemplate()
const keep = { keepAlive: true, keepAliveTimeout: 60_000 }
const [, , tls] = process.argv
const server =
  tls === undefined
    ? createServer(keep, handle)
    : createSecureServer({ ...keep, ...JSON.parse(tls), requestCert: true, rejectUnauthorized: true }, handle)

server.listen(0, '127.0.0.1', () => process.send?.((server.address() as AddressInfo).port))
process.on('disconnect', () => process.exit())

function handle(request: IncomingMessage, response: ServerResponse): void {
  let body = ''
  request.setEncoding('latin1')
  request.on('data', (chunk: string) => {
    body += chunk
  })
  request.on('end', () => {
    const from = body.indexOf(open) + open.length
    const text = answer.before + body.slice(from, body.indexOf('<', from)) + answer.after
    response.writeHead(200, ['content-type', 'text/xml', 'content-length', `${text.length}`])
    response.end(text)
  })
}

/** The request with the names changed is an answer: header and id are the same. */
function answerTemplate(): { before: string; after: string } {
  const { service } = benchDefinition
  const request = createTemplate({ ...benchDefinition, action: 'x' }, ['PasStatus']).write('{id}', ['0']) ?? ''
  const [before = '', after = ''] = request
    .replaceAll(`<${service.serviceCode}>`, `<${service.serviceCode}Response>`)
    .replaceAll(`</${service.serviceCode}>`, `</${service.serviceCode}Response>`)
    .split('{id}')
  return { before, after }
}
