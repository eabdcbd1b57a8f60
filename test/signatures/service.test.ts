/** A signature service over HTTP: its requests, the meaning of its answers, and all its failures. */
import { once } from 'node:events'
import { createServer, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { signatureService } from '../../src/signatures/service.ts'

let server: Server | undefined
afterEach(() => {
  server?.closeAllConnections()
  server?.close()
  server = undefined
})

async function serve(listener: RequestListener) {
  server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return signatureService({ url: `http://127.0.0.1:${port}/digital_signatures`, timeoutMs: 1000 })
}

const answering = (status: number, body: unknown) =>
  serve((request, response) => {
    request.resume()
    response.writeHead(status, { 'content-type': 'application/json' })
    response.end(typeof body === 'string' ? body : JSON.stringify(body))
  })

const SIGNATURE = { is_valid: true, is_stamp: false, validation_error_message: '', signer: { drfo: '3184710691' } }
const ENVELOPE = Buffer.from('envelope')

test('gets the envelope in base64, by POST', async () => {
  const asked: unknown[] = []
  const service = await serve(async (request, response) => {
    const chunks: Buffer[] = []
    for await (const chunk of request) chunks.push(chunk)
    asked.push([request.method, request.url, JSON.parse(Buffer.concat(chunks).toString())])
    response.end(JSON.stringify({ data: { content: { a: 1 }, signatures: [SIGNATURE] } }))
  })
  expect(await service.open(ENVELOPE)).toEqual({
    ...{ kind: 'opened', content: { a: 1 } },
    signatures: [{ isValid: true, isStamp: false, taxId: '3184710691' }],
  })
  expect(asked).toEqual([
    ['POST', '/digital_signatures', { signed_content: 'ZW52ZWxvcGU=', signed_content_encoding: 'base64' }],
  ])
})

test('returns for each signature whether it is valid, and why not, in a limited text', async () => {
  const signatures = [{ ...SIGNATURE, is_valid: false, validation_error_message: 'я'.repeat(1000), signer: null }]
  const service = await answering(200, { data: { content: {}, signatures } })
  expect(await service.open(ENVELOPE)).toMatchObject({
    signatures: [{ isValid: false, taxId: undefined, message: 'я'.repeat(200) }],
  })
})

test.each([400, 422])('says by %i that it is no envelope', async (status) => {
  expect(await (await answering(status, {})).open(ENVELOPE)).toEqual({ kind: 'malformed' })
})

describe('verification is unavailable if the service', () => {
  test.each([
    ['fails', 500, {}],
    ['is somewhere else', 302, {}],
    ['answers with something else', 200, { data: { content: {} } }],
    ['answers with no JSON', 200, '<html>'],
    ['answers with more than any document', 200, `"${'a'.repeat(9_000_000)}"`],
  ])('%s', async (_, status, body) => {
    expect(await (await answering(status, body)).open(ENVELOPE)).toMatchObject({ kind: 'unreachable' })
  })

  test('does not answer in time', async () => {
    const service = await serve(() => undefined)
    expect(await service.open(ENVELOPE)).toEqual({ kind: 'unreachable', code: 'timeout' })
    expect(await service.check()).toBe('timeout')
  })

  test('starts an answer and does not end it', async () => {
    const service = await serve((_, response) => void response.write('{"data":'))
    expect(await service.open(ENVELOPE)).toEqual({ kind: 'unreachable', code: 'timeout' })
  })

  test('is unreachable', async () => {
    const service = signatureService({ url: 'http://127.0.0.1:9/', timeoutMs: 1000 })
    expect(await service.open(ENVELOPE)).toMatchObject({ kind: 'unreachable' })
    expect(await service.check()).toBeDefined()
  })
})

test.each([
  [422, undefined],
  [200, undefined],
  [404, 'http_404'],
  [502, 'http_502'],
])('an answer of %i to a check is %s', async (status, trouble) => {
  expect(await (await answering(status, {})).check()).toBe(trouble)
})
