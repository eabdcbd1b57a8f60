/** The pages of the navigation: title, path, and required scopes. Pages that a role may not see are hidden. */
import type { Viewer } from '../session/viewer.ts'
import type { IconName } from '../ui/icon.tsx'
import type { appTexts } from './texts.ts'

/** A page of the navigation. */
export interface NavPage {
  readonly key: Exclude<keyof (typeof appTexts)['uk']['nav'], 'label'>
  readonly path: string
  readonly icon: IconName
  /** All of these scopes are required, in a client of the NHS; the same as those of the page's root fields. */
  readonly scopes: readonly string[]
}

/** In navigation order. `src/api/web/page-paths.ts` contains the first segment of each path. */
export const NAV_PAGES = [
  { key: 'overview', path: '/', icon: 'overview', scopes: ['verification_run:read'] },
  { key: 'runs', path: '/runs', icon: 'runs', scopes: ['verification_run:read'] },
  { key: 'persons', path: '/persons', icon: 'persons', scopes: ['person:read'] },
  { key: 'parties', path: '/parties', icon: 'parties', scopes: ['party:read'] },
  { key: 'deaths', path: '/deaths', icon: 'clock', scopes: ['person:read', 'party:read'] },
  { key: 'unzr', path: '/unzr', icon: 'document', scopes: ['unzr:read'] },
  { key: 'employeeRequests', path: '/employee-requests', icon: 'requests', scopes: ['employee_request:read'] },
  { key: 'events', path: '/events', icon: 'events', scopes: ['event:read'] },
  { key: 'audit', path: '/audit', icon: 'audit', scopes: ['audit:read'] },
  { key: 'jobs', path: '/jobs', icon: 'jobs', scopes: ['job:read'] },
  { key: 'settings', path: '/settings', icon: 'settings', scopes: ['global_parameters:read'] },
] as const satisfies readonly NavPage[]

/** Whether a user may see a page. */
export function maySee({ scopes }: NavPage, viewer: Viewer): boolean {
  return viewer.clientType === 'NHS' && scopes.every((scope) => viewer.scopes.includes(scope))
}

/** The navigation entry of a path. */
export function pageAt(pathname: string): NavPage | undefined {
  const segment = `/${pathname.split('/')[1] ?? ''}`
  return NAV_PAGES.find(({ path }) => path === segment)
}
