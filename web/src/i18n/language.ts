/** The page's language: Ukrainian unless the user chose English; stored in the browser. */
import { store, useStore } from '../app/store.ts'

/** The languages. */
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

/** Sets the language and stores it. */
export function chooseLanguage(next: Language): void {
  document.documentElement.lang = next
  try {
    localStorage.setItem(KEY, next)
  } catch {
    // Without storage the choice lasts until the tab closes.
  }
  language.set(next)
}

/** The language; the component is rendered again when it changes. */
export function useLanguage(): Language {
  return useStore(language)
}
