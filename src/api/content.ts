/**
 * What a body may contain, for every route, GraphQL and the pages: JSON, or a form where accepted, in UTF-8 and uncompressed. Everything
 * else is refused with the reason. Invalid UTF-8 is refused (RFC 8259, 8.1), because decoders replace invalid bytes with U+FFFD, and a good
 * record would be overwritten with characters that nobody sent.
 */
import { isUtf8 } from 'node:buffer'
import type { IncomingHttpHeaders } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from './errors.ts'

const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i

/** A 415 for a media type or charset, with the accepted one (RFC 9110, 15.5.16). */
export function contentTypeInvalid(message = 'Content type is not supported: send application/json'): ApiError {
  return new ApiError('content_type_invalid', message, { headers: { accept: 'application/json' } })
}

/** Accepts only JSON, and refuses addresses whose escapes are not UTF-8. */
export function takeJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      void parse(request, textOf(request, body), done)
    } catch (error) {
      done(error as Error)
    }
  })
  app.addHook('onRequest', async ({ url }) => expectUtf8Escapes(url, 'the address'))
  // After authentication, before the body is read.
  app.addHook('preParsing', async ({ headers }) => expectNoCoding(headers))
}

/** Accepts forms as well. */
export function takeForms(app: FastifyInstance, bodyLimit: number): void {
  const type = 'application/x-www-form-urlencoded'
  app.addContentTypeParser(type, { parseAs: 'buffer', bodyLimit }, async (request: FastifyRequest, body: Buffer) => {
    const text = textOf(request, body)
    expectUtf8Escapes(text, 'the form')
    return Object.fromEntries(new URLSearchParams(text))
  })
}

/** Reads any body up to the limit and discards it. */
export function takeNothing(app: FastifyInstance): void {
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, _body, done) => done(null, undefined))
}

/** The text of a body. Throws 415 for another charset, and 400 if it is not valid UTF-8. */
function textOf({ headers }: FastifyRequest, body: Buffer): string {
  const [, charset = 'utf-8'] = CHARSET.exec(headers['content-type'] ?? '') ?? []
  if (!/^utf-?8$/i.test(charset)) throw contentTypeInvalid('Charset is not supported: send UTF-8')
  if (!isUtf8(body)) throw notUtf8('the body')
  return body.toString('utf8')
}

function expectUtf8Escapes(text: string, what: string): void {
  try {
    decodeURIComponent(text)
  } catch {
    throw notUtf8(what)
  }
}

function expectNoCoding(headers: IncomingHttpHeaders): void {
  const hasBody = headers['transfer-encoding'] !== undefined || Number(headers['content-length'] ?? 0) > 0
  if (!hasBody || /^\s*(identity)?\s*$/i.test(headers['content-encoding'] ?? '')) return
  const message = 'Content-Encoding is not supported: send the body as it is'
  throw new ApiError('content_type_invalid', message, { headers: { 'accept-encoding': 'identity' } })
}

function notUtf8(what: string): ApiError {
  return new ApiError('request_malformed', `Malformed request: ${what} is not in UTF-8`)
}
