/** The size of the queues, for metrics. */
import type { Query } from '../../database/query.ts'

/** The state of these queues, each a `QueueUse`; an empty one has a row as well. */
export function countQueues(queues: readonly string[]): Query {
  return {
    name: 'jobs_count_queues',
    text: `
select q.name as queue,
       count(*) filter (where j.state < 'active') as waiting,
       count(*) filter (where j.state = 'active') as running,
       count(*) filter (where j.state = 'failed') as failed,
       coalesce(greatest(0, extract(epoch from clock_timestamp() - min(j.start_after) filter (where j.state < 'active'))), 0)::float8 as "oldestWaitingSeconds"
  from unnest($1::text[]) as q (name) left join pgboss.job j on j.name = q.name and j.state <> 'completed'
 group by q.name`,
    values: [queues],
  }
}
