/** The size of the queues, for metrics. */
import type { Query } from '../../database/query.ts'

/** One queue. */
export interface QueueRow {
  readonly queue: string
  readonly waiting: number
  readonly running: number
  readonly failed: number
  /** Seconds since the oldest waiting job has been ready; 0: none waits. */
  readonly oldest: number
}

/** The state of these queues; an empty one has a row as well. */
export function countQueues(queues: readonly string[]): Query {
  return {
    name: 'jobs_count_queues',
    text: `
select q.name as queue,
       count(*) filter (where j.state < 'active') as waiting,
       count(*) filter (where j.state = 'active') as running,
       count(*) filter (where j.state = 'failed') as failed,
       coalesce(greatest(0, extract(epoch from clock_timestamp() - min(j.start_after) filter (where j.state < 'active'))), 0)::float8 as oldest
  from unnest($1::text[]) as q (name) left join pgboss.job j on j.name = q.name and j.state <> 'completed'
 group by q.name`,
    values: [queues],
  }
}
