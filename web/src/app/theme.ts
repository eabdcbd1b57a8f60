/** The theme: the system's unless the user chose one; stored in the browser. `public/theme.js` applies it before the first paint. */
import { store } from './store.ts'

/** The themes. */
export type Theme = 'system' | 'light' | 'dark'

const KEY = 'zvirka.theme'

function chosen(): Theme {
  const { theme } = document.documentElement.dataset
  return theme === 'light' || theme === 'dark' ? theme : 'system'
}

/** The current theme. */
export const theme = store<Theme>(chosen())

/** Sets the theme and stores it. */
export function chooseTheme(next: Theme): void {
  if (next === 'system') delete document.documentElement.dataset['theme']
  else document.documentElement.dataset['theme'] = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Without storage the choice lasts until the tab closes.
  }
  theme.set(next)
}
