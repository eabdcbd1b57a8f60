/**
 * Text that comes in is UTF-8 or nothing (RFC 8259, 8.1): decoders put U+FFFD in the place of every byte that is none, and a good record
 * would be overwritten with letters that nobody sent.
 */
import { isUtf8 } from 'node:buffer'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import { ApiError } from './errors.ts'

const CHARSET = /;\s*charset\s*=\s*"?([^\s";]*)/i

const notUtf8 = (what: string) => new ApiError('request_malformed', `Malformed request: ${what} is not in UTF-8`)

/** The text of a body. Throws 415 if it says that it is in another charset, and 400 if it is not UTF-8. */
export function textOf({ headers }: FastifyRequest, body: Buffer): string {
  const [, charset = 'utf-8'] = CHARSET.exec(headers['content-type'] ?? '') ?? []
  if (!/^utf-?8$/i.test(charset)) throw new ApiError('content_type_invalid', 'Charset is not supported: send UTF-8')
  if (!isUtf8(body)) throw notUtf8('the body')
  return body.toString('utf8')
}

/** Throws 400 if what is percent-encoded in an address or a form is not UTF-8. */
export function expectUtf8Escapes(text: string, what: string): void {
  try {
    decodeURIComponent(text)
  } catch {
    throw notUtf8(what)
  }
}

/** Reads JSON on every route of a server, GraphQL among them, and refuses addresses whose escapes are not UTF-8. */
export function addStrictUtf8(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (request, body: Buffer, done) => {
    try {
      void parse(request, textOf(request, body), done)
    } catch (error) {
      done(error as Error)
    }
  })
  app.addHook('onRequest', async ({ url }) => expectUtf8Escapes(url, 'the address'))
}
