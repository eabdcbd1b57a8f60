/**
 * Tracks whether the API is reachable. After a request without an answer the page polls with growing intervals until one succeeds.
 * Meanwhile the content stays visible, under a banner that says since when it is out of date.
 */
import { store } from './store.ts'

/** The state of the connection. */
type ConnectionState = { readonly isLost: false } | { readonly isLost: true; readonly since: Date }

const state = store<ConnectionState>({ isLost: false })
const FIRST_MILLISECONDS = 1000
const LONGEST_MILLISECONDS = 15_000

async function isThere(): Promise<boolean> {
  try {
    // The smallest resource: a proxy may answer /health itself.
    const response = await fetch(new URL('theme.js', document.baseURI), { method: 'HEAD', cache: 'no-store' })
    return response.ok
  } catch {
    return false
  }
}

function lookAgain(milliseconds: number): void {
  setTimeout(async () => {
    if (!state.get().isLost) return
    if (await isThere()) connection.found()
    else lookAgain(Math.min(milliseconds * 2, LONGEST_MILLISECONDS))
  }, milliseconds)
}

/** The connection's state: updated by requests, shown by the banner. */
export const connection = {
  state,
  lost(): void {
    if (state.get().isLost) return
    state.set({ isLost: true, since: new Date() })
    lookAgain(FIRST_MILLISECONDS)
  },
  found(): void {
    if (state.get().isLost) state.set({ isLost: false })
  },
}
