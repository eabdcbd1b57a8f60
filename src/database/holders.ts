/** Who locks tables so that others cannot read or write them. */
import type { Executor } from './query.ts'

/** A session that locks a table. */
interface TableHolder {
  readonly table: string
  readonly pid: number
  readonly login: string
  readonly application: string
}

const MODES = {
  reading: ['AccessExclusiveLock'],
  writing: ['ShareLock', 'ShareRowExclusiveLock', 'ExclusiveLock', 'AccessExclusiveLock'],
} as const

/** The sessions that block others from reading or writing our tables, oldest first. */
export function findHolders(executor: Executor, keptFrom: keyof typeof MODES): Promise<TableHolder[]> {
  return executor.query({
    text: `
select l.relation::regclass::text as table, l.pid, coalesce(a.usename, 'unknown') as login, coalesce(nullif(a.application_name, ''), 'unnamed') as application
  from pg_locks l
  join pg_class c on c.oid = l.relation and c.relkind in ('r', 'p')
  join pg_database d on d.oid = l.database and d.datname = current_database()
  left join pg_stat_activity a on a.pid = l.pid
 where l.granted and l.mode = any ($1) and c.relnamespace::regnamespace::text !~ '^pg_'
 order by a.backend_start, l.pid, 1`,
    values: [MODES[keptFrom]],
  })
}
