/**
 * The simplest possible SOAP server: it finds the request's id and answers "not found" immediately. It runs in a separate process to
 * measure clients, so that its cost is not counted as theirs. With PEM texts as its argument (JSON) it serves HTTPS and requires a client
 * certificate.
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

/** Makes an answer from the request by renaming elements; header and id are the same. */
function answerTemplate(): { before: string; after: string } {
  const { service } = benchDefinition
  const request = createTemplate({ ...benchDefinition, action: 'x' }, ['PasStatus']).write('{id}', ['0']) ?? ''
  const [before = '', after = ''] = request
    .replaceAll(`<${service.serviceCode}>`, `<${service.serviceCode}Response>`)
    .replaceAll(`</${service.serviceCode}>`, `</${service.serviceCode}Response>`)
    .split('{id}')
  return { before, after }
}
