/** Cookies of the page: for one invitation, not readable by scripts or other sites, and short-lived. */

import { cookieHeader, cookieOf } from '../../cookies.ts'

/** Their content: the secret of the link, the session's token, the key of forms, the decision. */
const NAMES = {
  secret: 'zvirka_invite',
  session: 'zvirka_invite_session',
  form: 'zvirka_invite_form',
  result: 'zvirka_invite_result',
} as const

/** A cookie of the page. */
export type CookieName = keyof typeof NAMES

const SECONDS: Readonly<Record<CookieName, number>> = { secret: 1800, session: 3600, form: 3600, result: 600 }

/** Where the cookies are valid. */
export interface CookiePlace {
  /** The id of the employee request. */
  readonly id: string
  /** The path of the invitation, as the browser sees it. */
  readonly path: string
  readonly isSecure: boolean
}

// With the prefix a browser accepts a cookie only from this host over https: no subdomain can replace it. Such a cookie is sent to all
// paths, so its name contains the invitation.
function named(name: CookieName, { id, path, isSecure }: CookiePlace): { readonly key: string; readonly path: string } {
  if (!isSecure) return { key: NAMES[name], path }
  return { key: `__Host-${NAMES[name]}_${id.replaceAll(/[^\w-]/g, '')}`, path: '/' }
}

/** The cookies of a request. */
export function readCookies(
  header: string | undefined,
  place: CookiePlace,
): Readonly<Partial<Record<CookieName, string>>> {
  const found = (Object.keys(NAMES) as CookieName[]).flatMap((name): [CookieName, string][] => {
    const value = cookieOf(header, named(name, place).key)
    // A value that our cookies cannot have is not ours.
    return value !== undefined && /^[\w-]{1,128}$/.test(value) ? [[name, value]] : []
  })
  return Object.fromEntries(found)
}

/** The header that sets a cookie; undefined deletes it. */
export function setCookie(name: CookieName, value: string | undefined, place: CookiePlace): string {
  const { key, path } = named(name, place)
  const seconds = value === undefined ? 0 : SECONDS[name]
  return cookieHeader(key, value ?? '', { path, seconds, isSecure: place.isSecure })
}
