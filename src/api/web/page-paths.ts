/**
 * The paths that are the admin page's own: each answers with `index.html`, and the page shows what belongs there. Nothing else does: an
 * unknown path stays a 404, and no path of the API can be taken for a page.
 */

/** The first parts of the page's paths; the overview is at the root. `web/src/app/pages.ts` has a page for each, which a test compares. */
export const PAGE_SEGMENTS = [
  ...([
    'runs',
    'persons',
    'parties',
    'deaths',
    'unzr',
    'employee-requests',
    'events',
    'audit',
    'jobs',
    'settings',
  ] as const),
  'signed-in',
] as const
