/** The language of the page: Ukrainian unless the other was chosen; kept by the browser. */
import { store, useStore } from '../app/store.ts'

/** The languages there are. */
export type Language = 'uk' | 'en'

const KEY = 'zvirka.language'

function chosen(): Language {
  try {
    return localStorage.getItem(KEY) === 'en' ? 'en' : 'uk'
  } catch {
    return 'uk'
  }
}

const language = store<Language>(chosen())

/** Chooses a language, now and for the next time. */
export function chooseLanguage(next: Language): void {
  document.documentElement.lang = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Without storage the choice lasts as long as the tab.
  }
  language.set(next)
}

/** The language, and a new drawing whenever another is chosen. */
export function useLanguage(): Language {
  return useStore(language)
}
