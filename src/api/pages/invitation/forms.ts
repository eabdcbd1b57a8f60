/**
 * Checks that our own page sent a form: it is bound to a same-site cookie, a token in the form is derived from that, and browsers report
 * where a request started. The page has no referrer, so its Origin is `null`; Sec-Fetch-Site still works.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingHttpHeaders } from 'node:http'

/** Creates the key to which a browser's forms are bound. */
export function newFormKey(): string {
  return randomBytes(32).toString('base64url')
}

/** The token in the forms of an invitation. */
export function formToken(key: string, id: string): string {
  return createHmac('sha256', key).update(id).digest('base64url')
}

/** What was sent with a form. */
interface SentForm {
  readonly id: string
  readonly key: string | undefined
  readonly token: string | undefined
  readonly headers: IncomingHttpHeaders
  /** Our own origins. */
  readonly origins: readonly string[]
}

/** Whether our page sent it. */
export function isOurForm({ id, key, token = '', headers, origins }: SentForm): boolean {
  const { origin = 'null', 'sec-fetch-site': site = 'same-origin' } = headers
  if (site !== 'same-origin' || (origin !== 'null' && !origins.includes(origin)) || key === undefined) return false
  const [expected, given] = [Buffer.from(formToken(key, id)), Buffer.from(token)]
  return expected.length === given.length && timingSafeEqual(expected, given)
}
