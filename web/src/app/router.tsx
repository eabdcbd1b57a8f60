/** All routes. Each page is loaded on first use. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router'
import { auditSearch } from '../pages/audit/search.ts'
import { deathsSearch } from '../pages/deaths/search.ts'
import { requestsSearch } from '../pages/employee-requests/search.ts'
import { eventsSearch } from '../pages/events/search.ts'
import { jobsSearch } from '../pages/jobs/search.ts'
import { overviewSearch } from '../pages/overview/search.ts'
import { partiesSearch, partySearch, personSearch, personsSearch } from '../pages/people/search.ts'
import { runsSearch } from '../pages/runs/search.ts'
import { unzrSearch } from '../pages/unzr/search.ts'
import { parseSearch, stringifySearch } from './search.ts'
import { Broken, NotFound, Shell } from './shell.tsx'

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound, errorComponent: Broken })
const getParentRoute = () => root

const routes = [
  createRoute({
    getParentRoute,
    path: '/',
    validateSearch: overviewSearch,
    component: lazyRouteComponent(() => import('../pages/overview/overview-page.tsx'), 'OverviewPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/runs',
    validateSearch: runsSearch,
    component: lazyRouteComponent(() => import('../pages/runs/runs-page.tsx'), 'RunsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/runs/$runId',
    component: lazyRouteComponent(() => import('../pages/runs/run-page.tsx'), 'RunPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/persons',
    validateSearch: personsSearch,
    component: lazyRouteComponent(() => import('../pages/people/pages.tsx'), 'PersonsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/persons/$personId',
    validateSearch: personSearch,
    component: lazyRouteComponent(() => import('../pages/people/pages.tsx'), 'PersonPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/parties',
    validateSearch: partiesSearch,
    component: lazyRouteComponent(() => import('../pages/people/pages.tsx'), 'PartiesPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/parties/$partyId',
    validateSearch: partySearch,
    component: lazyRouteComponent(() => import('../pages/people/pages.tsx'), 'PartyPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/deaths',
    validateSearch: deathsSearch,
    component: lazyRouteComponent(() => import('../pages/deaths/deaths-page.tsx'), 'DeathsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/deaths/persons/$candidateId',
    component: lazyRouteComponent(() => import('../pages/deaths/death-page.tsx'), 'PersonDeathPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/deaths/parties/$candidateId',
    component: lazyRouteComponent(() => import('../pages/deaths/death-page.tsx'), 'PartyDeathPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/unzr',
    validateSearch: unzrSearch,
    component: lazyRouteComponent(() => import('../pages/unzr/unzr-page.tsx'), 'UnzrPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/unzr/$infoId',
    component: lazyRouteComponent(() => import('../pages/unzr/unzr-info-page.tsx'), 'UnzrInfoPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/employee-requests',
    validateSearch: requestsSearch,
    component: lazyRouteComponent(() => import('../pages/employee-requests/requests-page.tsx'), 'EmployeeRequestsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/employee-requests/$requestId',
    component: lazyRouteComponent(() => import('../pages/employee-requests/request-page.tsx'), 'EmployeeRequestPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/events',
    validateSearch: eventsSearch,
    component: lazyRouteComponent(() => import('../pages/events/events-page.tsx'), 'EventsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/audit',
    validateSearch: auditSearch,
    component: lazyRouteComponent(() => import('../pages/audit/audit-page.tsx'), 'AuditPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/jobs',
    validateSearch: jobsSearch,
    component: lazyRouteComponent(() => import('../pages/jobs/jobs-page.tsx'), 'JobsPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/jobs/$jobId',
    component: lazyRouteComponent(() => import('../pages/jobs/job-page.tsx'), 'JobPage'),
  }),
  createRoute({
    getParentRoute,
    path: '/settings',
    component: lazyRouteComponent(() => import('../pages/settings/settings-page.tsx'), 'SettingsPage'),
  }),
  createRoute({ getParentRoute, path: '/signed-in' }),
] as const

/** The router. */
export const router = createRouter({
  routeTree: root.addChildren(routes),
  basepath: new URL(document.baseURI).pathname,
  defaultNotFoundComponent: NotFound,
  defaultErrorComponent: Broken,
  scrollRestoration: true,
  trailingSlash: 'never',
  parseSearch,
  stringifySearch,
})

declare module '@tanstack/react-router' {
  interface Register {
    router: typeof router
  }
}
