/** The token of the session: in memory, and in the tab's own storage so that a reload keeps it. It is never in a URL or a cookie. */
import { store } from '../app/store.ts'

const KEY = 'zvirka.token'

/** Why nobody is signed in: they never were, they signed out, the token is no longer good, or their password is another. */
export type Absence = 'never' | 'left' | 'expired' | 'changed'

/** Who holds the session. */
export type Session = { readonly token: string } | { readonly token: undefined; readonly absence: Absence }

function restored(): Session {
  const kept = sessionStorage.getItem(KEY)
  return kept === null ? { token: undefined, absence: 'never' } : { token: kept }
}

/** The session, to be read and watched. */
export const session = store<Session>(restored())

/** The token, if anybody is signed in. */
export function token(): string | undefined {
  return session.get().token
}

/** Begins a session. */
export function keepToken(value: string): void {
  sessionStorage.setItem(KEY, value)
  session.set({ token: value })
}

/** Ends it here; `signOut` ends it on the server too. */
export function dropToken(absence: Absence): void {
  sessionStorage.removeItem(KEY)
  session.set({ token: undefined, absence })
}

/** The API does not know the token: it has expired or was revoked. */
export function tokenRefused(): void {
  if (token() !== undefined) dropToken('expired')
}
