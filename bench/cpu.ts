/** CPU time per side: this process, and PostgreSQL's backends (Linux only; elsewhere only our own). */
import { readFile } from 'node:fs/promises'
import type { Database } from '../src/database/database.ts'

/** In microseconds. */
export interface CpuUse {
  readonly node: number
  readonly postgres: number
}

const TICK_MICROSECONDS = 10_000

/** Starts measuring. The returned function gives microseconds per subject since then. Connections must stay open meanwhile. */
export async function startCpu(database: Database): Promise<(subjects: number) => Promise<CpuUse>> {
  const before = { node: process.cpuUsage(), postgres: await postgresCpu(database) }
  return async (subjects) => {
    const { user, system } = process.cpuUsage(before.node)
    const postgres = (await postgresCpu(database)) - before.postgres
    return { node: (user + system) / subjects, postgres: postgres / subjects }
  }
}

async function postgresCpu(database: Database): Promise<number> {
  const rows = await database.query<{ pid: number }>({
    text: 'select pid from pg_stat_activity where datname = current_database()',
  })
  const each = await Promise.all(rows.map(({ pid }) => cpuOf(pid)))
  return each.reduce((sum, ticks) => sum + ticks, 0) * TICK_MICROSECONDS
}

async function cpuOf(pid: number): Promise<number> {
  try {
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return Number(fields[11]) + Number(fields[12])
  } catch {
    return 0
  }
}
