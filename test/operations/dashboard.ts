/**
 * `npm run test:dashboard`: a busy worker and API, a Prometheus (on the PATH; Debian: apt install prometheus) that scrapes them, and every
 * query of the dashboard. It installs nothing, and exits with 2 without Prometheus. Exits with 0 if each query has a value, else with 1; it
 * waits three minutes at most.
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { z } from 'zod'
import { readDashboard } from '../deploy/dashboard.ts'
import { startMonitored, startPrometheus } from './monitored.ts'

const PATIENCE_MS = 180_000

/** Every query, with its panel; variables match everything. */
const queries = readDashboard().panels.flatMap((panel) =>
  panel.type === 'row'
    ? []
    : panel.targets.map(({ expr }) => ({
        panel: panel.title,
        query: expr.replaceAll('$__rate_interval', '20s').replaceAll(/"\$\w+"/g, '".*"'),
      })),
)

const answer = z.object({
  status: z.literal('success'),
  data: z.object({ result: z.array(z.object({ value: z.tuple([z.number(), z.string()]) })) }),
})

/** Whether a query has a value other than NaN. */
async function hasValue(prometheus: string, query: string): Promise<boolean> {
  const response = await fetch(`${prometheus}/api/v1/query?${new URLSearchParams({ query })}`).catch(() => undefined)
  const { data } = answer.safeParse(await response?.json().catch(() => undefined))
  return data?.data.result.some(({ value: [, value] }) => value !== 'NaN') ?? false
}

async function main(): Promise<number> {
  if (spawnSync('prometheus', ['--version']).status !== 0) {
    process.stderr.write('there is no prometheus on PATH: nothing was tried (Debian: apt install prometheus)\n')
    return 2
  }
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-dashboard-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const { targets, use } = await startMonitored(folder, stack)
  const prometheus = await startPrometheus(folder, targets, stack)
  const end = performance.now() + PATIENCE_MS
  let empty = queries
  // Each query may need its moment: ticks come once a minute.
  while (empty.length > 0 && performance.now() < end) {
    await use()
    await delay(2000)
    const found = await Promise.all(empty.map(({ query }) => hasValue(prometheus, query)))
    empty = empty.filter((_, n) => found[n] !== true)
  }
  for (const { panel, query } of empty) process.stdout.write(`FAILED ${panel}: no value of ${query}\n`)
  process.stdout.write(`${queries.length - empty.length} of ${queries.length} queries of the dashboard have values\n`)
  return empty.length === 0 ? 0 : 1
}

process.exitCode = await main()
