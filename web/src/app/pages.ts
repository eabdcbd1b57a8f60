/** The pages of the navigation: what each is called, where it is, and who may see it. What a role may not see is not shown. */
import type { Viewer } from '../session/viewer.ts'
import type { IconName } from '../ui/icon.tsx'
import type { appTexts } from './texts.ts'

/** A page of the navigation. */
export interface NavPage {
  readonly key: Exclude<keyof (typeof appTexts)['uk']['nav'], 'label'>
  readonly path: string
  readonly icon: IconName
  /** All of these scopes are needed, in a client of the NHS: the same as the root fields that the page asks. */
  readonly scopes: readonly string[]
}

/** In the order of the navigation. `src/api/web/page-paths.ts` has the first part of each path. */
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

/** Whether somebody may see a page. */
export function maySee({ scopes }: NavPage, viewer: Viewer): boolean {
  return viewer.clientType === 'NHS' && scopes.every((scope) => viewer.scopes.includes(scope))
}

/** The page of the navigation that a path belongs to. */
export function pageAt(pathname: string): NavPage | undefined {
  const segment = `/${pathname.split('/')[1] ?? ''}`
  return NAV_PAGES.find(({ path }) => path === segment)
}
