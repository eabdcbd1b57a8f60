/** The entry of the page. */
import './app/base.css'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { I18nProvider } from 'react-aria-components'
import { createRoot } from 'react-dom/client'
import { router } from './app/router.tsx'
import { queryClient } from './graphql/use-query.ts'
import { useLanguage } from './i18n/language.ts'

/** Reloading again within this time would not help either. */
const RELOAD_MILLISECONDS = 60_000

function App() {
  return (
    <I18nProvider locale={useLanguage() === 'uk' ? 'uk-UA' : 'en-GB'}>
      <QueryClientProvider client={queryClient}>
        <RouterProvider router={router} />
      </QueryClientProvider>
    </I18nProvider>
  )
}

// The server has a newer version of the page, which lacks this chunk: reload.
addEventListener('vite:preloadError', (event) => {
  const key = 'zvirka.reloaded'
  const last = Number(sessionStorage.getItem(key) ?? 0)
  if (Date.now() - last < RELOAD_MILLISECONDS) return
  event.preventDefault()
  sessionStorage.setItem(key, String(Date.now()))
  location.reload()
})

const element = document.getElementById('root')
if (element === null) throw new Error('the page has no place for itself')
createRoot(element).render(
  <StrictMode>
    <App />
  </StrictMode>,
)
