/** The theme: the system's, unless one was chosen; kept by the browser. `public/theme.js` sets it before anything is painted. */
import { store } from './store.ts'

/** The themes there are. */
export type Theme = 'system' | 'light' | 'dark'

const KEY = 'zvirka.theme'

function chosen(): Theme {
  const { theme } = document.documentElement.dataset
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

/** The theme that is chosen. */
export const theme = store<Theme>(chosen())

/** Chooses a theme, now and for the next time. */
export function chooseTheme(next: Theme): void {
  if (next === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Without storage the choice lasts as long as the tab.
  }
  theme.set(next)
}
