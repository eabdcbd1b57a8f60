/** The readiness checks of a worker. */
import type { Check } from '../observability/http.ts'
import type { WorkerSide } from './worker-side.ts'

/** The database accepts writes, and the lease is renewed. */
export function readinessChecks({ watch, worker }: WorkerSide, leaseSeconds: number): Readonly<Record<string, Check>> {
  return {
    database: () => watch.look(),
    lease: async () => (worker.leaseAgeSeconds < leaseSeconds ? undefined : 'lease_late'),
  }
}
