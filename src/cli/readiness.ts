/** What must work for a worker to be ready. */
import type { Check } from '../observability/http.ts'
import type { WorkerSide } from './worker-side.ts'

/** The database takes writes, and the lease is renewed. */
export function readinessChecks({ watch, worker }: WorkerSide, leaseSeconds: number): Readonly<Record<string, Check>> {
  return {
    database: () => watch.look(),
    lease: async () => (worker.leaseAgeSeconds < leaseSeconds ? undefined : 'the lease was not renewed in time'),
  }
}
