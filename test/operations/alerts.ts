/**
 * `npm run test:alerts`: runs the cases of alert-cases.ts against the rules of deploy/prometheus with promtool. It uses the promtool on the
 * PATH (Debian: apt install prometheus), installs nothing, and exits with 2 if there is none. Exits with 0 if exactly the expected alerts
 * fire in each case, else with 1.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readAlerts } from '../deploy/files.ts'
import { repository } from '../support/imports.ts'
import { ALERT_CASES, type AlertCase, wellFor } from './alert-cases.ts'

const RULES = join(repository, 'deploy/prometheus/alerts.yml')

const noWorker = readAlerts().find(({ name }) => name === 'ZvirkaNoWorker')

/** The links start with the address in prometheus.yml; without one they are relative. */
const linkTest = {
  rule_files: [RULES],
  evaluation_interval: '15s',
  tests: ['https://git.example/zvirka/blob/main/', ''].map((base) => ({
    interval: '15s',
    external_labels: base === '' ? {} : { runbook_base: base },
    input_series: [{ series: 'zvirka_workers{state="alive"}', values: '0x20' }],
    alert_rule_test: [
      {
        eval_time: '3m',
        alertname: 'ZvirkaNoWorker',
        exp_alerts: [
          {
            exp_labels: { severity: 'critical' },
            exp_annotations: {
              summary: noWorker?.summary,
              description: noWorker?.description,
              runbook_url: `${base}docs/operations.md#zvirkanoworker`,
            },
          },
        ],
      },
    ],
  })),
}

/** A case in promtool's format: JSON is YAML. */
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
    const tests = [
      ...ALERT_CASES.map((each) => ({ name: each.name, test: unitTestOf(each) })),
      { name: 'the links begin with runbook_base', test: linkTest },
    ]
    const failed = tests.filter(({ name, test }, n) => !passes(name, test, join(folder, `${n}.json`)))
    process.stdout.write(`${tests.length - failed.length} of ${tests.length} cases passed\n`)
    return failed.length === 0 ? 0 : 1
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function passes(name: string, test: object, file: string): boolean {
  writeFileSync(file, JSON.stringify(test))
  const { status, stdout, stderr } = spawnSync('promtool', ['test', 'rules', file], { encoding: 'utf8' })
  process.stdout.write(`${status === 0 ? 'ok    ' : 'FAILED'} ${name}\n`)
  if (status !== 0) process.stdout.write(`${stdout}${stderr}`)
  return status === 0
}

process.exitCode = main()
