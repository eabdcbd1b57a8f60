/** Alerts and dashboard use metrics that a real worker exposes, and each alert is explained. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { getProcess } from '../../src/synchronization/process.ts'
import { anchorsOf, readDocument } from '../docs/markdown.ts'
import { addCrowd } from '../processes/crowd.ts'
import { type Ground, prepareGround } from '../processes/ground.ts'
import { createAuthority } from '../simulator/certificates.ts'
import { seenLongAgo } from '../support/schedules.ts'
import { makeToken } from '../support/token.ts'
import { until } from '../support/until.ts'
import { startRun, untilOver } from '../synchronization/cluster.ts'
import { expressionsOf, readDashboard } from './dashboard.ts'
import { readAlerts } from './files.ts'
import { type Catalogue, catalogueOf, problemsOf } from './promql.ts'

const operations = readDocument('docs/operations.md').text
const metrics = readDocument('docs/metrics.md').text
const alerts = readAlerts()

let catalogue: Catalogue
/** The metrics of a worker while the guard holds a run, and after it is resumed. */
let texts: readonly string[]
/** The metrics of an API process after valid and invalid requests. */
let ofApi: string

beforeAll(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-metrics-'))
  const authority = createAuthority('authority')
  const ground = await prepareGround({ tls: { ...authority.certify('simulator'), ca: authority.cert } })
  try {
    const client = authority.certify('client')
    const files = { cert: client.cert, key: client.key, ca: authority.cert }
    for (const [name, pem] of Object.entries(files)) await writeFile(join(folder, name), pem)
    const tls = {
      TREMBITA_TLS_CERT: join(folder, 'cert'),
      TREMBITA_TLS_KEY: join(folder, 'key'),
      TREMBITA_TLS_CA: join(folder, 'ca'),
    }
    ;[texts, ofApi] = await Promise.all([watchWorker(ground, tls), watchApi(ground, tls)])
    catalogue = catalogueOf(...texts, ofApi)
  } finally {
    await ground.close()
    await rm(folder, { recursive: true })
  }
})

async function watchWorker(ground: Ground, tls: Readonly<Record<string, string>>): Promise<string[]> {
  const { db } = ground
  await addCrowd(db, ground.simulator, 40)
  const run = await startRun(db)
  const change = (text: string) => db.database.query({ text, values: [run.id] })
  await change(`update zvirka.runs set state = 'paused', held_by = 'guard', finding = '{"code": "guard_errors"}',
    due_at_start = 40 where id = $1`)
  await db.database.query(seenLongAgo([getProcess('dms_passport/person').key], '0 1 * * *'))
  await db.database.query({
    text: `insert into zvirka.ticks (process, time, outcome) values ($1, now() - interval '1 year', 'started')`,
    values: [getProcess('dms_passport/person').key],
  })
  const worker = ground.launch(['worker'], tls)
  const [, address = ''] = await worker.untilSays(/"address":"([^"]+)"/)
  const show = async () => (await fetch(`${address}/metrics`)).text()
  const held = await until('the look at the cluster, and the counts', async () => {
    const text = await show()
    return /zvirka_run_subjects\{.*due_at_start/.test(text) && /zvirka_subjects_due\{/.test(text) && text
  })
  await change(`update zvirka.runs set state = 'running', held_by = null, finding = null where id = $1`)
  await untilOver(db, run.id)
  const after = await until('the outcomes', async () => {
    const text = await show()
    return /zvirka_outcomes_total\{.*"verified"\} 32/.test(text) && text
  })
  worker.signal('SIGTERM')
  expect(await worker.ended).toMatchObject({ code: 0 })
  return [held, after]
}

/** Sends an API on the worker's database a valid request, a refused one, and one that hits a lock. */
async function watchApi({ db, launch }: Ground, tls: Readonly<Record<string, string>>): Promise<string> {
  const limits = { PORT: '0', ZVIRKA_MONITORING_PORT: '0', ZVIRKA_RATE_LIMIT_TOKEN: '7', ZVIRKA_STOP_SECONDS: '1' }
  const api = launch(['api'], { ...tls, ...limits })
  const [, address = ''] = await api.untilSays(/"address":"([^"]+)"/)
  const [, monitoring = ''] = await api.untilSays(/"address":"([^"]+)","msg":"health and metrics/)
  const nhs = { id: CLIENT, type: 'NHS', name: 'NHS', edrpou: '42032422' }
  const scope = 'unzr:read person:read global_parameters:read'
  const token = await makeToken(db.open({ role: 'zvirka_owner', max: 1 }), { client: nhs, scope })
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const ask = (query: string) =>
    fetch(`${address}/graphql`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ query }),
    })
  const secret = 'query Shevchenko($unzr: String! = "19900101-00001") { '
  expect((await ask(`${secret} unzrInfoRegister(unzr: $unzr) { id } }`)).status).toBe(200)
  expect((await ask('{ ...a } fragment a on Query { viewer { userId } }')).status).toBe(200)
  expect((await ask('{ person(id: "x") { id } }')).status).toBe(200)
  await fetch(`${address}/api/persons/5ac51ea2-7e5c-4b0d-a1a5-9ddb3a1dbd4f/verification?Шевченко=1`)
  await fetch(`${address}/api/Шевченко`, { method: 'PROPFIND' })
  await fetch(`${address}/api/events`, { headers: { authorization: 'Bearer bad' } })
  const owner = db.open({ role: 'zvirka_owner', max: 1 })
  await owner.query({ text: 'alter table prm.global_parameters rename to gone' })
  await ask('{ globalParameters { value } }')
  expect((await fetch(`${address}/api/global_parameters`, { headers })).status).toBe(500)
  await owner.query({ text: 'alter table prm.gone rename to global_parameters' })
  const login = { grant_type: 'password', email: 'a@b.ua', password: 'x', client_id: CLIENT }
  await fetch(`${address}/oauth/tokens`, {
    ...{ method: 'POST', headers: { 'content-type': 'application/json' } },
    body: JSON.stringify({ token: login }),
  })
  for (const path of ['/health/live', '/health/ready', '/metrics']) await fetch(`${monitoring}${path}`)
  for (let n = 0; n < 4; n += 1) await ask('{ __typename }')
  const text = await (await fetch(`${monitoring}/metrics`)).text()
  api.signal('SIGTERM')
  expect(await api.ended).toMatchObject({ code: 0 })
  return text
}

const CLIENT = 'de300000-0000-4000-8000-000000000010'

/** Labels with a fixed set of values: histogram buckets, routes, schema fields. */
const BOUND = new Set(['le', 'route', 'field'])

describe('a process of the API', () => {
  const has = (pattern: RegExp) => expect(ofApi).toMatch(pattern)

  test('counts requests by route pattern, without parameters', () => {
    has(/^zvirka_http_requests_total\{route="\/api\/persons\/:id\/verification",method="GET",status="4xx"\} 1$/m)
    has(/^zvirka_http_requests_total\{route="none",method="other",status="4xx"\} 1$/m)
    has(/^zvirka_http_requests_total\{route="\/graphql",method="POST",status="2xx"\} 6$/m)
    has(/^zvirka_http_request_duration_seconds_count\{route="\/graphql",method="POST"\} 8$/m)
    expect(ofApi).not.toMatch(/Shevchenko|Шевченко|%D0|5ac51ea2|19900101/)
  })

  test('counts operations by kind and first field in the schema’s spelling, whatever their name', () => {
    has(/^zvirka_graphql_operations_total\{kind="query",field="unzrInfoRegister",outcome="ok"\} 1$/m)
    has(/^zvirka_graphql_operations_total\{kind="query",field="viewer",outcome="ok"\} 1$/m)
    has(/^zvirka_graphql_operations_total\{kind="query",field="person",outcome="refused"\} 1$/m)
    has(/^zvirka_graphql_operations_total\{kind="query",field="introspection",outcome="ok"\} 2$/m)
  })

  test('counts what it refused', () => {
    has(/^zvirka_tokens_refused_total\{reason="missing"\} 1$/m)
    has(/^zvirka_tokens_refused_total\{reason="bad"\} 1$/m)
    has(/^zvirka_rate_limited_total\{limit="requests"\} 2$/m)
    has(/^zvirka_sign_ins_refused_total 1$/m)
  })

  test('shows its connection pool', () => {
    has(/^zvirka_pool_connections\{pool="api",state="waiting"\} 0$/m)
  })
})

describe('a worker', () => {
  test('shows a run that the guard paused, its counts, and the certificates', () => {
    expect(texts[0]).toMatch(/^zvirka_run_held_by_guard\{stream="dms_passport",subject="person"\} 1$/m)
    expect(texts[0]).toMatch(/^zvirka_run_subjects\{stream="dms_passport",subject="person",part="due_at_start"\} 40$/m)
    expect(texts[0]).toMatch(/^zvirka_workers\{version="[^"]+",state="alive"\} 1$/m)
    expect(texts[1]).toMatch(/^zvirka_certificate_expiry_days\{of="client"\} \d/m)
  })

  test('has metrics for each process', () => {
    const streams = [...(catalogue.get('zvirka_subjects_held')?.get('stream') ?? [])].toSorted()
    expect(streams).toEqual(['dms_passport', 'dracs_death', 'drfo', 'mvs_passport', 'unzr'])
  })

  test('has few labels: fewer than fifteen values each, and a thousand series in total', () => {
    const many = [...catalogue].flatMap(([name, labels]) =>
      [...labels]
        .filter(([label, values]) => values.size > 14 && !BOUND.has(label))
        .map(([label]) => `${name} ${label}`),
    )
    expect(many).toEqual([])
    expect((texts[1] ?? '').split('\n').filter((line) => line.startsWith('zvirka_')).length).toBeLessThan(1000)
  })
})

describe('alerts.yml', () => {
  test('has expressions that Prometheus can evaluate, with existing metrics, labels and values', () => {
    expect(alerts.length).toBeGreaterThan(15)
    expect(alerts.flatMap(({ expression }) => problemsOf(expression, catalogue))).toEqual([])
  })

  test('names no stream, registry or kind of subject: every rule applies to all of them', () => {
    const named = alerts.filter(({ expression }) => /\b(stream|service|subject)\s*(=|!=|=~|!~)/.test(expression))
    expect(named.map(({ name }) => name)).toEqual([])
  })

  test('gives each alert a severity, a description, and a link', () => {
    for (const { name, severity, summary, description, runbook, for: wait } of alerts) {
      expect({ name, severity }).toEqual({ name, severity: expect.stringMatching(/^(critical|warning)$/) })
      expect(wait).toMatch(/^\d+[smh]$/)
      expect(summary).not.toBe('')
      expect(description).not.toBe('')
      expect(runbook).toBe(`{{ $externalLabels.runbook_base }}docs/operations.md#${name.toLowerCase()}`)
    }
  })

  test('uses only labels in descriptions that the expression keeps', () => {
    for (const { name, summary, description, expression } of alerts) {
      const named = [...`${summary} ${description}`.matchAll(/\$labels\.(\w+)/g)].map(([, label = '']) => label)
      const kept = [...expression.matchAll(/by \(([^)]*)\)/g)].flatMap(([, list = '']) => list.split(', '))
      const own = expression.includes(' by (') ? kept : [...labelsIn(expression), 'instance', 'job']
      expect({ name, unknown: named.filter((label) => !own.includes(label)) }).toEqual({ name, unknown: [] })
    }
  })

  test('and docs/operations.md have the same alerts', () => {
    const headings = [...operations.matchAll(/^#+ (Zvirka\w+)$/gm)].map(([, name = '']) => name)
    expect(headings.toSorted()).toEqual(alerts.map(({ name }) => name).toSorted())
    expect(new Set(headings).size).toBe(headings.length)
    const anchors = anchorsOf(operations)
    expect(alerts.filter(({ runbook }) => !anchors.has(runbook.split('#')[1] ?? ''))).toEqual([])
  })

  test('link each alert to a symptom in the runbook', () => {
    const symptoms = anchorsOf(readDocument('docs/runbook.md').text)
    const [, section = ''] = operations.split(/^## Alerts$/m)
    for (const { name } of alerts) {
      const [, words = ''] = section.split(new RegExp(`^### ${name}$`, 'm'))
      const [, symptom = 'none'] = /\(runbook\.md#([^)]+)\)/.exec(words.split(/^##/m)[0] ?? '') ?? []
      expect({ name, symptom, isThere: symptoms.has(symptom) }).toEqual({ name, symptom, isThere: true })
    }
  })
})

describe('the dashboard', () => {
  const dashboard = readDashboard()
  const { panels, templating } = dashboard

  test('has expressions that Prometheus can evaluate, with existing metrics, labels and values', () => {
    expect(expressionsOf(dashboard).length).toBeGreaterThan(30)
    expect(expressionsOf(dashboard).flatMap((expression) => problemsOf(expression, catalogue))).toEqual([])
  })

  test('has a row for each topic of an on-call engineer', () => {
    const rows = panels.filter(({ type }) => type === 'row').map(({ title }) => title)
    expect(rows).toEqual(['Overview', 'Processes', 'Registry', 'Database', 'Workers', 'API', 'Jobs'])
  })

  test('has panels with unique ids and titles in their row, which do not overlap or exceed the grid', () => {
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length)
    const cells = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
      Array.from({ length: w * h }, (_, place) => `${x + (place % w)} ${y + Math.floor(place / w)}`),
    )
    expect(new Set(cells).size).toBe(cells.length)
    expect(panels.filter(({ gridPos: { x, w } }) => x + w > 24)).toEqual([])
  })

  test('offers only variables with an existing metric and label, and uses no others', () => {
    const offered = templating.list.map(({ name }) => name)
    const used = expressionsOf(dashboard).flatMap((text) => [...text.matchAll(/\$(\w+)/g)].map(([, name = '']) => name))
    expect(used.filter((name) => !offered.includes(name))).toEqual([])
    for (const { definition } of templating.list) {
      if (definition === undefined) continue
      const [, metric = '', label = ''] = /^label_values\((\w+), (\w+)\)$/.exec(definition) ?? []
      expect([...(catalogue.get(metric)?.keys() ?? []), 'instance']).toContain(label)
    }
  })
})

test('docs/metrics.md lists in its tables exactly the metrics of workers and the API', () => {
  const documented = new Set([...metrics.matchAll(/`(zvirka_\w+)`/g)].map(([, name = '']) => name))
  const shown = new Set([...`${texts[1]}${ofApi}`.matchAll(/# TYPE (zvirka_\w+) /g)].map(([, name = '']) => name))
  expect([...documented].toSorted()).toEqual([...shown].toSorted())
})

describe('the PromQL parser', () => {
  const some = catalogueOf('zvirka_a{stream="x"} 1\nzvirka_b 2')
  const problems = (expression: string) => problemsOf(expression, some).map((text) => text.split(':')[0])

  test('accepts valid expressions', () => {
    for (const expression of [
      'sum by (stream) (rate(zvirka_a{stream=~"x|$stream"}[5m])) / on (stream) max by (stream) (zvirka_a) > 0.1',
      'time() - zvirka_b * 2 > 1 unless zvirka_a == 1',
      'max_over_time(max(zvirka_b)[2h:1m])',
    ]) {
      expect(problems(expression)).toEqual([])
    }
  })

  test.each([
    ['sum(zvirka_a', ') is missing before the end'],
    ['zvirka_a)', ') is too much'],
    ['zvirka_c', 'no metric zvirka_c'],
    ['zvirka_a{strem="x"}', 'zvirka_a has no label strem'],
    ['zvirka_a{stream="y"}', 'zvirka_a has no stream y'],
    ['sum by (strem) (zvirka_a)', 'no label strem'],
    ['rate(zvirka_b)', 'rate of (vector)'],
    ['zvirka_b[5m] > 1', '> of a range'],
    ['2 * on (stream) zvirka_a', '* needs two vectors'],
    ['ratte(zvirka_b[5m])', 'no function ratte'],
  ])('refuses %s', (expression, problem) => {
    expect(problems(expression)).toEqual([problem])
  })
})

function labelsIn(expression: string): string[] {
  return [...expression.matchAll(/zvirka_\w+/g)].flatMap(([name]) => [...(catalogue.get(name)?.keys() ?? [])])
}
