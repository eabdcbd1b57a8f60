/**
 * `npm run test:alerts`: plays the cases of alert-cases.ts to the rules of deploy/prometheus with promtool. It takes the promtool of the PATH
 * (Debian: apt install prometheus), installs nothing, and ends with 2 where there is none. Ends with 0 if in each case those alerts fire that are
 * to, and no others; else with 1.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { repository } from '../support/imports.ts'
import { ALERT_CASES, type AlertCase, wellFor } from './alert-cases.ts'

const RULES = join(repository, 'deploy/prometheus/alerts.yml')

/** A case as promtool reads it: JSON is YAML. */
function unitTestOf({ name, series, fires, step = 15 }: AlertCase): object {
  const longest = Math.max(...Object.keys(fires).map(Number)) + 5
  return {
    rule_files: [RULES],
    evaluation_interval: `${step}s`,
    tests: [
      {
        name,
        interval: `${step}s`,
        input_series: Object.entries({ ...wellFor(step, longest), ...series }).map(([series, values]) => ({
          series,
          values,
        })),
        promql_expr_test: Object.entries(fires).map(([minutes, names]) => ({
          expr: 'group by (alertname) (ALERTS{alertstate="firing"})',
          eval_time: `${Math.round(Number(minutes) * 60)}s`,
          exp_samples: names.map((alertname) => ({ labels: `{alertname="${alertname}"}`, value: 1 })),
        })),
      },
    ],
  }
}

function main(): number {
  const version = spawnSync('promtool', ['--version'], { encoding: 'utf8' })
  if (version.error !== undefined || version.status !== 0) {
    process.stderr.write('there is no promtool on PATH: nothing was tried (Debian: apt install prometheus)\n')
    return 2
  }
  process.stdout.write(version.stdout.split('\n')[0]?.concat('\n') ?? '')
  const check = spawnSync('promtool', ['check', 'rules', RULES], { encoding: 'utf8' })
  process.stdout.write(check.stdout)
  process.stderr.write(check.stderr)
  if (check.status !== 0) return 1
  const folder = mkdtempSync(join(tmpdir(), 'zvirka-alerts-'))
  try {
    const failed = ALERT_CASES.filter((each, n) => !passes(each, join(folder, `${n}.json`)))
    process.stdout.write(`${ALERT_CASES.length - failed.length} of ${ALERT_CASES.length} cases passed\n`)
    return failed.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function passes(each: AlertCase, file: string): boolean {
  writeFileSync(file, JSON.stringify(unitTestOf(each)))
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${each.name}\n`)
  if (status !== 0) process.stdout.write(`${stdout}${stderr}`)
  return status === 0
}

process.exitCode = main()
