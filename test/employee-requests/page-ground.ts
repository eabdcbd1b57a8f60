/** The invitation page in tests: requests with secrets, and the way of a browser through it without a browser. */
import { randomUUID } from 'node:crypto'
import type { AccessPolicy } from '../../src/access/policy.ts'
import { makeSecret } from '../../src/employee-requests/secrets.ts'
import type { Encryption } from '../../src/encryption/encryption.ts'
import { startTestApi, type TestApi } from '../api/api.ts'
import { cheapHash } from '../support/passwords.ts'
import { USER } from '../synchronization/people.ts'
import { type Facility, makeFacility } from './facility.ts'
import { aRequest, changed, type Json, taxId } from './requests.ts'

export const PASSWORD = 'Надійний Пароль 2026'

/** A request with its invited user. */
export interface Invited {
  readonly id: string
  readonly email: string
  /** The path of the link in the mail. */
  readonly link: string
}

export interface PageGround {
  readonly api: TestApi
  readonly facility: Facility
  invite(): Promise<Invited>
  /** Another link of a request. */
  link(id: string): Promise<string>
  user(email: string, password?: string): Promise<string>
  query<Row = Record<string, unknown>>(text: string, ...values: unknown[]): Promise<Row[]>
  status(id: string): Promise<string | undefined>
  close(): Promise<void>
}

let count = 0

/** Serves the API with the page. */
export async function makePageGround(
  options: { readonly publicUrl?: string; readonly policy?: AccessPolicy; readonly encryption?: Encryption } = {},
): Promise<PageGround> {
  const api = await startTestApi(options)
  const facility = await makeFacility(api)
  const query: PageGround['query'] = (text, ...values) => api.db.database.query({ text, values })
  await query(
    `update prm.legal_entities set name = 'Амбулаторія «Здоров’я»', addresses = '[{"type": "REGISTRATION", "zip": "01001", "settlement": "Київ", "street": "вул. Хрещатик", "building": "1"}]' where id = $1`,
    facility.legalEntityId,
  )
  const link = async (id: string) => {
    const { value, hash } = makeSecret()
    await query('insert into il.employee_request_secrets (hash, employee_request_id) values ($1, $2)', hash, id)
    return `/invite/${id}?invite=${value}`
  }
  return {
    ...{ api, facility, link, query },
    async invite() {
      const email = `maria.${randomUUID().slice(0, 8)}@example.org`
      count += 1
      const number = taxId(`31847${String(count).padStart(4, '0')}`)
      const withMail = changed(aRequest('DOCTOR', facility), ['party', 'email'], email)
      const { status: _status, ...data } = changed(withMail, ['party', 'tax_id'], number) as Json
      const [row] = await query<{ id: string }>(
        'insert into il.employee_requests (data, inserted_by, updated_by) values ($1, $2, $2) returning id',
        JSON.stringify(data),
        USER,
      )
      const id = row?.id ?? ''
      return { id, email, link: await link(id) }
    },
    async user(email, password = PASSWORD) {
      const { id } = await api.user({ email })
      await query('update mithril.users set password_hash = $2 where id = $1', id, cheapHash(password))
      return id
    },
    query,
    async status(id) {
      const [row] = await query<{ status: string }>('select status from il.employee_requests where id = $1', id)
      return row?.status
    },
    close: () => api.close(),
  }
}

/** What a browser keeps for one site: its cookies, by path, with their attributes for the tests. */
export class Visitor {
  readonly #origin: string
  readonly cookies = new Map<string, { readonly value: string; readonly attributes: string }>()

  constructor(origin: string) {
    this.#origin = origin
  }

  /** Requests a path and follows redirects. */
  async go(path: string, headers: Record<string, string> = {}): Promise<Response & { html: string; path: string }> {
    const response = await this.ask(path, { headers })
    const location = response.headers.get('location')
    return location === null
      ? Object.assign(response, { html: await response.text(), path })
      : this.go(new URL(location, this.#origin).pathname + new URL(location, this.#origin).search, headers)
  }

  /** Submits the form of a page, as our page would. */
  async send(
    path: string,
    fields: Readonly<Record<string, string>>,
    headers: Record<string, string> = { origin: 'null', 'sec-fetch-site': 'same-origin' },
  ): Promise<Response & { html: string; path: string }> {
    const body = new URLSearchParams(fields)
    const response = await this.ask(path, { method: 'POST', headers, body })
    const location = response.headers.get('location')
    return location === null ? Object.assign(response, { html: await response.text(), path }) : this.go(location)
  }

  /** Sends one request without following redirects. */
  async ask(path: string, init: RequestInit = {}): Promise<Response> {
    const cookie = [...this.cookies].map(([name, { value }]) => `${name}=${value}`).join('; ')
    const headers = { ...(init.headers as Record<string, string>), ...(cookie === '' ? {} : { cookie }) }
    const response = await fetch(`${this.#origin}${path}`, { ...init, headers, redirect: 'manual' })
    for (const line of response.headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split('; ')
      const [name = '', value = ''] = pair.split('=')
      if (value === '') this.cookies.delete(name)
      else this.cookies.set(name, { value, attributes: attributes.join('; ') })
    }
    return response
  }
}

/** The token in a page's forms. */
export function tokenIn(html: string): string {
  return /name="token" value="([\w-]+)"/.exec(html)?.[1] ?? ''
}
