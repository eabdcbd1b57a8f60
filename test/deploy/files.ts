/** Reads the files in deploy/. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { repository } from '../support/imports.ts'
import { at, readYaml, type Yaml } from './yaml.ts'

/** A file of deploy/, as text. */
export function deployed(path: string): string {
  return readFileSync(join(repository, 'deploy', path), 'utf8')
}

/** A YAML file of deploy/. */
export function deployedYaml(path: string): Yaml {
  return readYaml(deployed(path))
}

/** The items of a list, or none. */
export function items(value: Yaml | undefined): readonly Yaml[] {
  return Array.isArray(value) ? value : []
}

/** A text; empty if there is none. */
export function words(value: Yaml | undefined, ...keys: readonly string[]): string {
  const found = at(value, ...keys)
  return typeof found === 'string' ? found : ''
}

/** A Prometheus alert rule. */
export interface Alert {
  readonly name: string
  readonly expression: string
  readonly for: string
  readonly severity: string
  readonly summary: string
  readonly description: string
  readonly runbook: string
}

/** Every alert of alerts.yml. */
export function readAlerts(): Alert[] {
  return items(at(deployedYaml('prometheus/alerts.yml'), 'groups')).flatMap((group) =>
    items(at(group, 'rules')).map((rule) => ({
      name: words(rule, 'alert'),
      expression: words(rule, 'expr'),
      for: words(rule, 'for'),
      severity: words(rule, 'labels', 'severity'),
      summary: words(rule, 'annotations', 'summary'),
      description: words(rule, 'annotations', 'description'),
      runbook: words(rule, 'annotations', 'runbook_url'),
    })),
  )
}

/** Seconds of a duration such as `1m30s` or `60`, as systemd and compose write it. */
export function secondsOf(duration: string): number {
  const [, minutes = '0', seconds = '0'] = /^(?:(\d+)m)?(?:(\d+)s?)?$/.exec(duration) ?? []
  return Number(minutes) * 60 + Number(seconds)
}
