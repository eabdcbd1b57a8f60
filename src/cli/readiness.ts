/** What must work for a worker to be ready. */
import type { Check } from '../observability/http.ts'
import type { WorkerSide } from './worker-side.ts'

/** The database answers, and the lease is renewed. */
export function readinessChecks(
  { database, worker }: WorkerSide,
  leaseSeconds: number,
): Readonly<Record<string, Check>> {
  return {
    database: async () => {
      await database.query({ text: 'select 1' })
      return undefined
    },
    lease: async () => (worker.leaseAgeSeconds < leaseSeconds ? undefined : 'the lease was not renewed in time'),
  }
}
