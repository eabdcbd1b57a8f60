import type { Query } from '../../src/database/query.ts'

/** As if workers had seen this schedule long ago and none since: the last tick was missed, and is caught up on. */
export function seenLongAgo(processes: readonly string[], cron: string, timeZone = 'Europe/Kyiv'): Query {
  return {
    text: `insert into zvirka.schedules (process, cron, time_zone, due_after, seen_at)
           select unnest($1::text[]), $2, $3, '2020-01-01', '2020-01-01'
           on conflict (process, cron, time_zone) do update set due_after = excluded.due_after, seen_at = excluded.seen_at`,
    values: [processes, cron, timeZone],
  }
}
