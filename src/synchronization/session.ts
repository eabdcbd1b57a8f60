/**
 * Planner settings of worker sessions. A worker reads a few rows by key with always the same few statements. They are planned once per
 * connection (planning the largest one takes longer than running it), and outdated statistics after a bulk import must not cause a scan of
 * a table with 36 million rows.
 */
export const WORKER_SESSION = {
  plan_cache_mode: 'force_generic_plan',
  enable_seqscan: 'off',
  enable_bitmapscan: 'off',
  enable_hashjoin: 'off',
  enable_mergejoin: 'off',
} as const
