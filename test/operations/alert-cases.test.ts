import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { z } from 'zod'
import { deployed, readAlerts } from '../deploy/files.ts'
import { ALERT_CASES } from './alert-cases.ts'

const inhibitions = z.object({
  inhibit_rules: z.array(z.looseObject({ source_matchers: z.array(z.string()), target_matchers: z.array(z.string()) })),
})
const names = readAlerts().map(({ name }) => name)

test('each alert has a moment at which it fires, and an earlier one at which it does not', () => {
  const shown = ALERT_CASES.flatMap(({ fires }) => {
    const moments = Object.entries(fires).toSorted(([one], [other]) => Number(one) - Number(other))
    return moments.flatMap(([, firing], n) =>
      firing.filter((name) => n > 0 && moments[n - 1]?.[1].includes(name) === false),
    )
  })
  expect([...new Set(shown)].toSorted()).toEqual(names.toSorted())
})

test('each case has a moment at which everything is fine', () => {
  const never = ALERT_CASES.filter(({ fires }) => !Object.values(fires).some((firing) => firing.length === 0))
  expect(never.map(({ name }) => name)).toEqual([])
})

test('the example for Alertmanager names existing alerts, and inhibits those that follow from a database outage', () => {
  const { inhibit_rules: rules } = inhibitions.parse(parse(deployed('prometheus/alertmanager.yml')))
  const matchers = rules.flatMap(({ source_matchers, target_matchers }) => [...source_matchers, ...target_matchers])
  const named = matchers.flatMap((matcher) => [...matcher.matchAll(/Zvirka\w+/g)].map(([name]) => name))
  expect(named.length).toBeGreaterThan(8)
  expect(named.filter((name) => !names.includes(name) && name !== 'ZvirkaCertificate')).toEqual([])
  const [first] = rules
  expect(first).toMatchObject({ source_matchers: ['alertname="ZvirkaDatabaseDown"'] })
  expect(first).not.toHaveProperty('equal')
  const [all = '', but = ''] = first?.target_matchers.map((matcher) => /"(.*)"/.exec(matcher)?.[1] ?? '') ?? []
  const isHeld = (name: string) => new RegExp(`^(${all})$`).test(name) && !new RegExp(`^(${but})$`).test(name)
  expect(names.filter((name) => !isHeld(name)).toSorted()).toEqual([
    'ZvirkaCertificateExpiring',
    'ZvirkaCertificateNearlyExpired',
    'ZvirkaDatabaseDown',
  ])
})
