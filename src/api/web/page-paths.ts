/**
 * The admin page's own paths: each answers with `index.html`, and the page shows the rest. Unknown paths are still 404, and no API path can
 * be mistaken for a page.
 */

/** The first segments of the page's paths; the overview is at the root. A test compares them with the pages in `web/src/app/pages.ts`. */
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
