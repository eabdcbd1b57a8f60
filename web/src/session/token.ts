/** The session's token, in memory and in sessionStorage, so that a reload keeps it. It is never in a URL or a cookie. */
import { store } from '../app/store.ts'

const KEY = 'zvirka.token'

/** Why nobody is signed in: not yet, signed out, the token is no longer valid, or the password was changed. */
export type Absence = 'never' | 'left' | 'expired' | 'changed'

/** The session, or why there is none. */
export type Session = { readonly token: string } | { readonly token: undefined; readonly absence: Absence }

function restored(): Session {
  const kept = sessionStorage.getItem(KEY)
  return kept === null ? { token: undefined, absence: 'never' } : { token: kept }
}

/** The session's store. */
export const session = store<Session>(restored())

/** The token, if somebody is signed in. */
export function token(): string | undefined {
  return session.get().token
}

/** Starts a session. */
export function keepToken(value: string): void {
  sessionStorage.setItem(KEY, value)
  session.set({ token: value })
}

/** Ends the session here; `signOut` also ends it on the server. */
export function dropToken(absence: Absence): void {
  sessionStorage.removeItem(KEY)
  session.set({ token: undefined, absence })
}

/** The API rejected the token: it expired or was revoked. */
export function tokenRefused(): void {
  if (token() !== undefined) dropToken('expired')
}
