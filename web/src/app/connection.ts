/**
 * Whether the API can be reached. A request that nobody answered says no; then the page asks by itself, ever more slowly, until somebody
 * answers. What is shown meanwhile stays, with a banner that says since when it is old.
 */
import { store } from './store.ts'

/** The state of the connection. */
export type ConnectionState = { readonly isLost: false } | { readonly isLost: true; readonly since: Date }

const state = store<ConnectionState>({ isLost: false })
const FIRST_MILLISECONDS = 1000
const LONGEST_MILLISECONDS = 15_000

async function isThere(): Promise<boolean> {
  try {
    // The smallest that there is: a proxy may keep /health for itself.
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

/** The connection: told of by requests, watched by the banner. */
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
