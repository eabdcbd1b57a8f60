/**
 * That a form was sent by our own page: the cookie that it is bound to is of this site alone, a token in the form is made from it, and
 * browsers say where a request began. The page has no referrer, so its Origin is `null`; Sec-Fetch-Site tells all the same.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Makes what a browser's forms are bound to. */
export function newFormKey(): string {
  return randomBytes(32).toString('base64url')
}

/** The token in the forms of an invitation. */
export function formToken(key: string, id: string): string {
  return createHmac('sha256', key).update(id).digest('base64url')
}

/** What a form came with. */
export interface SentForm {
  readonly id: string
  readonly key: string | undefined
  readonly token: string | undefined
  readonly headers: IncomingHttpHeaders
  /** Origins that are ours. */
  readonly origins: readonly string[]
}

/** Whether our page sent it. */
export function isOurForm({ id, key, token = '', headers, origins }: SentForm): boolean {
  const { origin = 'null', 'sec-fetch-site': site = 'same-origin' } = headers
  if (site !== 'same-origin' || (origin !== 'null' && !origins.includes(origin)) || key === undefined) return false
  const [expected, given] = [Buffer.from(formToken(key, id)), Buffer.from(token)]
  return expected.length === given.length && timingSafeEqual(expected, given)
}
