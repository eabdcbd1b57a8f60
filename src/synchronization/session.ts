/**
 * How a worker's sessions plan. Everything that a worker does reads a few rows by their keys, by the same few statements: they are planned once a
 * connection (planning the largest takes longer than running it), and statistics that lag behind a bulk import must not
 * lead to reading a table of 36 million rows.
 */
export const WORKER_SESSION = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
} as const
