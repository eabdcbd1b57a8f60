/** Decides what is shown at a URL: the sign-in page, the frame with the page, or an error. */
import { Link, Navigate, Outlet, useLocation } from '@tanstack/react-router'
import { Suspense } from 'react'
import { useAnswer } from '../graphql/use-query.ts'
import { useTexts } from '../i18n/texts.ts'
import { SignInPage } from '../session/sign-in-page.tsx'
import { SignedInPage } from '../session/signed-in-page.tsx'
import { session } from '../session/token.ts'
import { VIEWER, type Viewer, ViewerContext } from '../session/viewer.ts'
import { Button, buttonClass } from '../ui/button.tsx'
import { Page } from '../ui/page.tsx'
import { EmptyState, ErrorState, Skeleton } from '../ui/states.tsx'
import { Layout } from './layout.tsx'
import { maySee, NAV_PAGES, pageAt } from './pages.ts'
import { useStore } from './store.ts'
import { appTexts } from './texts.ts'

/** The root component of all routes. */
export function Shell() {
  const held = useStore(session)
  const path = useLocation({ select: ({ pathname }) => pathname })
  if (path === '/signed-in') return <SignedInPage />
  return held.token === undefined ? <SignInPage absence={held.absence} /> : <SignedIn key={held.token} />
}

// Polling ends an expired session, and hides its data, even on a page that sends no requests.
const VIEWER_MILLISECONDS = 60_000

function SignedIn() {
  const { data, error, refetch } = useAnswer(VIEWER, {}, { every: VIEWER_MILLISECONDS })
  const viewer = data?.viewer
  if (error !== null && viewer == null) return <ErrorState error={error} onRetry={() => void refetch()} />
  if (viewer == null) return <Skeleton lines={6} />
  return (
    <ViewerContext value={viewer}>
      <Layout>
        <Suspense fallback={<Skeleton lines={12} />}>
          <Seen viewer={viewer} />
        </Suspense>
      </Layout>
    </ViewerContext>
  )
}

/** The page, if the user may see it. */
function Seen({ viewer }: { readonly viewer: Viewer }) {
  const texts = useTexts(appTexts)
  const path = useLocation({ select: ({ pathname }) => pathname })
  const page = pageAt(path)
  if (page === undefined || maySee(page, viewer)) return <Outlet />
  const [first] = NAV_PAGES.filter((each) => maySee(each, viewer))
  if (first === undefined) {
    return (
      <Page title={texts.noPages}>
        <EmptyState title={texts.noPages}>{texts.noPagesText}</EmptyState>
      </Page>
    )
  }
  // The root path is not a request for a specific page.
  if (page.path === '/') return <Navigate to={first.path} replace />
  return (
    <Page title={texts.noAccess}>
      <EmptyState title={texts.noAccess}>
        <p>{texts.noAccessText}</p>
        <p>
          <Link to={first.path} className={buttonClass()}>
            {texts.nav[first.key]}
          </Link>
        </p>
      </EmptyState>
    </Page>
  )
}

/** Shown for a URL without a page. */
export function NotFound() {
  const texts = useTexts(appTexts)
  return (
    <Page title={texts.notFound}>
      <EmptyState title={texts.notFound}>
        <p>{texts.notFoundText}</p>
        <p>
          <Link to="/" className={buttonClass()}>
            {texts.home}
          </Link>
        </p>
      </EmptyState>
    </Page>
  )
}

/** Shown if a page threw an error. */
export function Broken() {
  const texts = useTexts(appTexts)
  return (
    <EmptyState title={texts.broken} icon="warning">
      <p>{texts.brokenText}</p>
      <p>
        <Button onPress={() => location.reload()}>{texts.reload}</Button>
      </p>
    </EmptyState>
  )
}
