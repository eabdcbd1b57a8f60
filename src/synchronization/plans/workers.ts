/**
 * Leases (spec 2.7). A worker's lease is one row that it renews every 2 s. It expires when the database's clock passes `lease_until`, and
 * stays expired: the worker then continues under a new identity. Writers lock the row FOR KEY SHARE, which does not block renewals; a
 * take-over locks it FOR UPDATE SKIP LOCKED, so that the two exclude each other.
 */
import type { Query } from '../../database/query.ts'

/** The description of a worker for people. */
export interface WorkerDescription {
  readonly kind: string
  readonly host: string
  readonly pid: number
  readonly version: string
  /** Only of a `zvirka start` with its own simulator (spec 7.1). */
  readonly simulatorUrl?: string
}

/** Registers a worker with a lease of this many seconds. */
export function register(workerId: string, worker: WorkerDescription, leaseSeconds: number): Query {
  return {
    text: `insert into zvirka.workers (id, kind, host, pid, version, simulator_url, lease_until)
           values ($1, $2, $3, $4, $5, $6, clock_timestamp() + $7 * interval '1 second')`,
    values: [workerId, worker.kind, worker.host, worker.pid, worker.version, worker.simulatorUrl ?? null, leaseSeconds],
  }
}

/** The simulator of a `zvirka start` that runs on this database. */
export function findSimulator(): Query {
  return {
    text: `select simulator_url as url from zvirka.workers
            where ended_at is null and lease_until > clock_timestamp() and simulator_url is not null
            order by started_at desc limit 1`,
  }
}

/** Renews a lease that has not expired; no row: it has. */
export function renew(workerId: string, leaseSeconds: number, breakers: object): Query {
  return {
    name: 'renew lease',
    text: `update zvirka.workers
              set renewed_at = clock_timestamp(), lease_until = clock_timestamp() + $2 * interval '1 second', breakers = $3
            where id = $1 and ended_at is null and lease_until > clock_timestamp() returning 1 as renewed`,
    values: [workerId, leaseSeconds, JSON.stringify(breakers)],
  }
}

/** Locks the lease of a worker that is about to claim or write, if it is alive; no row: it must not (spec 2.7). */
export function holdLease(workerId: string): Query {
  return {
    name: 'hold lease',
    text: `select 1 as held from zvirka.workers
            where id = $1 and ended_at is null and lease_until > clock_timestamp() for key share`,
    values: [workerId],
  }
}

/**
 * Locks one worker whose lease expired, or that ended but still has batches (from a claim that was not acknowledged), for the caller to
 * take over.
 */
export function lockDeadWorker(): Query {
  return {
    text: `select id from zvirka.workers
            where id in (
              select id from zvirka.workers where ended_at is null and lease_until <= clock_timestamp()
              union
              select w.id from zvirka.claim_batches b join zvirka.workers w on w.id = b.worker_id
               where w.ended_at is not null)
              and (ended_at is not null or lease_until <= clock_timestamp())
            order by lease_until limit 1 for update skip locked`,
  }
}

/** Ends a worker whose claims were released; no row: it has already ended. */
export function endWorker(workerId: string): Query {
  return {
    text: 'update zvirka.workers set ended_at = clock_timestamp() where id = $1 and ended_at is null returning id',
    values: [workerId],
  }
}

/** The time of the latest lease renewal by any worker. */
export function findNewestRenewal(): Query {
  return { text: 'select max(renewed_at)::text as at from zvirka.workers' }
}

/** Ends the leases of all workers, in a restored database, where none of them is running. */
export function endLeases(): Query {
  return {
    text: 'update zvirka.workers set lease_until = clock_timestamp() where ended_at is null and lease_until > clock_timestamp()',
  }
}

/** The database's time with microseconds, for `hasRenewedSince`. */
export const exactTime: Query = { text: 'select clock_timestamp()::text as now' }

/** Whether a worker of the run, or the one that started it, has renewed its lease since. */
export function hasRenewedSince(runId: string, since: string): Query {
  return {
    text: `select exists (select from zvirka.workers w
            where w.ended_at is null and w.renewed_at > $2::timestamptz and (
              w.id = (select started_by_worker from zvirka.runs where id = $1)
              or w.id in (select worker_id from zvirka.run_workers where run_id = $1))) as has`,
    values: [runId, since],
  }
}
