/** Serves the OpenAPI document and its page (spec 6.3). Both are created once, contain no secrets, and load nothing external. */
import { hash } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { openApiDocument } from './openapi.ts'
import { OPENAPI_STYLE, openApiPage } from './openapi-page.ts'
import type { Route } from './rest/route.ts'

// No script at all, and this one style.
const POLICY = `default-src 'none'; style-src 'sha256-${hash('sha256', OPENAPI_STYLE, 'base64')}'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'`

/** Adds `/openapi.json` and `/openapi`. */
export function addOpenApi(app: FastifyInstance, routes: readonly Route[]): void {
  const document = openApiDocument(routes)
  const json = JSON.stringify(document)
  const page = openApiPage(document)
  app.get('/openapi.json', (_request, reply) => reply.type('application/json; charset=utf-8').send(json))
  app.get('/openapi', (_request, reply) =>
    reply.type('text/html; charset=utf-8').header('content-security-policy', POLICY).send(page),
  )
}
