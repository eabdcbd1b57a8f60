/**
 * Serves the admin page at `/`. Browsers cache files with a hash in their names for ever. `index.html` is generated for each answer: with
 * the path prefix under which a proxy serves the page, the configuration that it needs before its first request, and a nonce for the few
 * styles that the component library creates at run time. Scripts are never inline.
 */
import { randomBytes } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { escapeHtml } from '../../employee-requests/invitation-words.ts'
import { notFound } from '../errors.ts'
import { ENCODINGS, type Encoding, type PageBundle, type PageFile } from './bundle.ts'

/** The first segments of the page's paths; the overview is at the root. A test compares them with the pages in `web/src/app/pages.ts`. */
export const PAGE_SEGMENTS = [
  'runs',
  'persons',
  'parties',
  'deaths',
  'unzr',
  'employee-requests',
  'events',
  'audit',
  'jobs',
  'settings',
  'signed-in',
] as const

/** The options of the page. */
export interface PageOptions {
  /** The build, which may still be in progress; requests wait for it. If rejected, an error page is served. */
  readonly bundle: Promise<PageBundle>
  /** The path under which browsers find the page, such as `/` or `/zvirka/`. */
  readonly basePath: string
  readonly config: PageConfig
}

/** The configuration that the page needs before signing in. Contains no secrets. */
export interface PageConfig {
  /** The OpenID provider at which a browser signs in with a public client. */
  readonly oidc?: {
    readonly issuer: string
    readonly audience: string
    readonly clientId: string
    readonly scope: string
  }
  /** Password sign-in is disabled: users sign in at the provider, or with a token. */
  readonly isPasswordSignInOff?: boolean
  /** Whether people and registries are fictitious. */
  readonly isDemo: boolean
  /** The user id of changes by processes and commands. */
  readonly systemUserId?: string
}

const NOT_BUILT =
  'The admin page is not built. Run "npm run build:web" (it needs the packages of development: npm ci --include=dev).\n'

/** Adds the page, its files, and all its paths. */
export function addPage(app: FastifyInstance, options: PageOptions): void {
  const bundle = options.bundle.catch(() => undefined)
  const sendIndex = async (_request: FastifyRequest, reply: FastifyReply) => {
    const built = await bundle
    if (built === undefined) return reply.code(503).type('text/plain; charset=utf-8').send(NOT_BUILT)
    const nonce = randomBytes(16).toString('base64')
    return reply
      .headers({ 'cache-control': 'no-store', 'content-security-policy': policy(nonce, options.config) })
      .type('text/html; charset=utf-8')
      .send(indexOf(built.index, nonce, options))
  }
  for (const path of ['/', ...PAGE_SEGMENTS.flatMap((segment) => [`/${segment}`, `/${segment}/*`])])
    app.get(path, sendIndex)
  for (const path of ['/assets/*', '/theme.js', '/icon.svg']) {
    app.get(path, async (request, reply) => {
      const [name = ''] = request.url.slice(1).split('?')
      const file = (await bundle)?.files.get(name)
      if (file === undefined) throw notFound()
      return sendFile(request, reply, file)
    })
  }
}

function sendFile(request: FastifyRequest, reply: FastifyReply, file: PageFile): FastifyReply {
  const encoding = encodingFor(request, file)
  reply.headers({
    'cache-control': file.isImmutable ? 'public, max-age=31536000, immutable' : 'no-cache',
    etag: file.etag,
    vary: 'accept-encoding',
  })
  const known = String(request.headers['if-none-match'] ?? '').split(/\s*,\s*/)
  if (known.some((tag) => tag.replace(/^W\//, '') === file.etag)) return reply.code(304).send()
  if (encoding !== undefined) reply.header('content-encoding', encoding)
  const bytes = encoding === undefined ? undefined : file.encodings.get(encoding)
  return reply.type(file.type).send(bytes ?? file.bytes)
}

function encodingFor(request: FastifyRequest, file: PageFile): Encoding | undefined {
  const accepted = String(request.headers['accept-encoding'] ?? '')
    .split(',')
    .map((each) => each.trim())
  const takes = (name: Encoding) =>
    accepted.some((each) => new RegExp(`^${name}(;|$)`).test(each) && !/;\s*q=0(\.0*)?$/.test(each))
  return (Object.keys(ENCODINGS) as Encoding[]).find((name) => file.encodings.has(name) && takes(name))
}

function policy(nonce: string, { oidc }: PageConfig): string {
  const provider = oidc === undefined ? '' : ` ${new URL(oidc.issuer).origin}`
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    `connect-src 'self'${provider}`,
    "base-uri 'self'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
}

function indexOf(index: string, nonce: string, { basePath, config }: PageOptions): string {
  const head = [
    `<base href="${escapeHtml(basePath)}" />`,
    `<meta property="csp-nonce" nonce="${nonce}" />`,
    `<meta name="zvirka" content="${escapeHtml(JSON.stringify(config))}" />`,
  ]
  return index.replace('<!-- head -->', () => head.join('\n    '))
}
