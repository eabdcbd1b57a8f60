/** One request to the page: the invitation, language and cookies, and the cookies of the answer. */
import type { FastifyReply, FastifyRequest } from 'fastify'
import { type AccessPolicy, DEFAULT_POLICY } from '../../../access/policy.ts'
import type { Principal } from '../../../access/principal.ts'
import { findPrincipal } from '../../../access/tokens.ts'
import type { Actor } from '../../../audit/audit.ts'
import type { Database } from '../../../database/database.ts'
import type { Language } from '../../../messages/message.ts'
import { type AccessAct, noteAct } from '../../access-acts.ts'
import { deviceHeader, deviceOf, isHttps } from '../../cookies.ts'
import { actorOf } from '../../enforce.ts'
import type { JobServices } from '../../job-services.ts'
import { type CookieName, type CookiePlace, readCookies, setCookie } from './cookies.ts'
import { formToken, isOurForm, newFormKey } from './forms.ts'
import { POLICY, renderPage, type View } from './layout.ts'
import type { InvitationPlace } from './views.ts'

/** The options of the page. */
export interface InvitationPageOptions {
  readonly database: Database
  readonly jobs: JobServices
  /** Default: those of the settings. */
  readonly policy?: AccessPolicy
  /** ZVIRKA_PUBLIC_URL; undefined: the address on which it listens. */
  readonly publicUrl: string | undefined
}

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** A request to the page. */
export class Visit {
  readonly id: string
  readonly isWellFormed: boolean
  readonly language: Language
  readonly place: InvitationPlace
  readonly database: Database
  readonly jobs: JobServices
  readonly policy: AccessPolicy
  readonly #request: FastifyRequest
  readonly #reply: FastifyReply
  readonly #cookies: Readonly<Partial<Record<CookieName, string>>>
  readonly #set = new Map<CookieName, string | undefined>()
  readonly #publicUrl: string | undefined
  #device: string | undefined
  readonly #base: string
  /** The address of the admin page. */
  readonly home: string

  constructor(options: InvitationPageOptions, request: FastifyRequest, reply: FastifyReply) {
    const { database, jobs, publicUrl, policy = DEFAULT_POLICY } = options
    const id = String(Reflect.get(Object(request.params), 'id')).toLowerCase()
    this.isWellFormed = UUID.test(id)
    this.id = id
    this.database = database
    this.jobs = jobs
    this.policy = policy
    this.#request = request
    this.#reply = reply
    this.#publicUrl = publicUrl
    // Behind a proxy that strips a path prefix, the browser's URLs start with it.
    const prefix = publicUrl === undefined ? '' : new URL(publicUrl).pathname.replace(/\/$/, '')
    this.home = `${prefix}/`
    this.#base = `${prefix}/invite/${encodeURIComponent(id)}`
    this.#cookies = readCookies(request.headers.cookie, this.#cookiePlace)
    this.language = Reflect.get(Object(request.query), 'lang') === 'en' ? 'en' : 'uk'
    const key = this.#cookies.form ?? newFormKey()
    if (this.#cookies.form === undefined) this.#set.set('form', key)
    this.place = {
      language: this.language,
      to: (below) => this.#addressIn(this.language, below),
      formToken: formToken(key, id),
    }
  }

  get address(): string {
    return this.#request.ip
  }

  get isSecure(): boolean {
    return isHttps(this.#publicUrl, this.#request.protocol)
  }

  get #cookiePlace(): CookiePlace {
    return { id: this.id, path: this.#base, isSecure: this.isSecure }
  }

  /** The cookie of a known device. */
  get device(): string | undefined {
    return this.#device ?? deviceOf(this.#request.headers.cookie, this.isSecure)
  }

  set device(value: string | undefined) {
    this.#device = value
  }

  get requestId(): string {
    return this.#request.id
  }

  /** A field of the submitted form; an empty text if it is missing. */
  sent(name: string): string {
    const value: unknown = Reflect.get(Object(this.#request.body), name)
    return typeof value === 'string' ? value : ''
  }

  /** A query parameter. */
  asked(name: string): string | undefined {
    const value: unknown = Reflect.get(Object(this.#request.query), name)
    return typeof value === 'string' ? value : undefined
  }

  cookie(name: CookieName): string | undefined {
    return this.#set.has(name) ? this.#set.get(name) : this.#cookies[name]
  }

  setCookie(name: CookieName, value: string | undefined): void {
    this.#set.set(name, value)
  }

  /** The signed-in user; undefined: nobody, or the session has ended. */
  async findPrincipal(): Promise<Principal | undefined> {
    const session = this.cookie('session')
    return session === undefined ? undefined : findPrincipal(this.database, session)
  }

  actorOf(principal: Principal): Actor {
    return actorOf(principal, this.#request)
  }

  /** Notes a sign-in, sign-out or failure for the audit. */
  note(act: AccessAct): void {
    noteAct(this.#request, act)
  }

  /** Whether a form was sent by our own page. */
  get isOurForm(): boolean {
    const { protocol, host, headers } = this.#request
    const own = `${protocol}://${host}`
    const origins = this.#publicUrl === undefined ? [own] : [own, new URL(this.#publicUrl).origin]
    return isOurForm({ id: this.id, key: this.#cookies.form, token: this.sent('token'), headers, origins })
  }

  /** Answers with a page. */
  show(view: View): FastifyReply {
    const frame = { language: this.language, addressIn: (language: Language) => this.#addressIn(language, '') }
    return this.#answer(view.status).type('text/html; charset=utf-8').send(renderPage(view, frame))
  }

  /** Redirects to another of its pages. */
  goTo(below: string): FastifyReply {
    return this.#answer(303).header('location', this.place.to(below)).send()
  }

  #addressIn(language: Language, below: string): string {
    return `${this.#base}${below}${language === 'en' ? '?lang=en' : ''}`
  }

  #answer(status: number): FastifyReply {
    const cookies = [...this.#set].map(([name, value]) => setCookie(name, value, this.#cookiePlace))
    if (this.#device !== undefined) cookies.push(deviceHeader(this.#device, this.isSecure))
    return this.#reply
      .code(status)
      .headers({ 'content-security-policy': POLICY, 'referrer-policy': 'no-referrer', 'cache-control': 'no-store' })
      .header('set-cookie', cookies)
  }
}
