/**
 * `npm run test:alertmanager`: a busy worker and API, a Prometheus with the rules of deploy/ and an Alertmanager with its example (both on the
 * PATH; Debian: apt install prometheus prometheus-alertmanager). A registry and then the database go down. Of each notification the link must lead
 * to its section of the documents, and no text may name anybody; while the database is down what follows from it is not sent. Only the times of rules
 * and routes are shortened. It installs nothing, and exits with 2 if a program is missing. Exits with 0 if all is as documented, else with 1.
 */
import { spawnSync } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { z } from 'zod'
import { deployed } from '../deploy/files.ts'
import { anchorsOf, readDocument } from '../docs/markdown.ts'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'
import { startMonitored, startProgram, startPrometheus } from './monitored.ts'

const NEEDED = ['prometheus', 'prometheus-alertmanager', 'amtool']
const DOCUMENT = 'docs/operations.md'
const PATIENCE_SECONDS = 120
/** Certificates expire whether the database is down or not. */
const NOT_INHIBITED = /^ZvirkaDatabaseDown$|^ZvirkaCertificate/

const texts = z.record(z.string(), z.string())
const notification = z.object({ alerts: z.array(z.object({ status: z.string(), labels: texts, annotations: texts })) })
const alertList = z.array(z.object({ labels: texts, status: z.object({ state: z.string() }) }))

interface Sent {
  readonly receiver: string
  readonly name: string
  readonly severity: string
  readonly link: string
  /** All of it, for the search for personal data. */
  readonly text: string
}

let failures = 0
function told(isRight: boolean, what: string, why: string): void {
  if (!isRight) failures += 1
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'} ${what}${isRight ? '' : `\n${why}`}\n`)
}

/** Receives the notifications, and serves the documents. */
async function startReceiver(stack: AsyncDisposableStack) {
  const sent: Sent[] = []
  const server = createServer(async (request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname
    if (request.method === 'GET') {
      response.statusCode = path === `/zvirka/${DOCUMENT}` ? 200 : 404
      response.end(response.statusCode === 200 ? readDocument(DOCUMENT).text : '')
      return
    }
    const { alerts } = notification.parse(JSON.parse(Buffer.concat(await request.toArray()).toString()))
    for (const { status, labels, annotations } of alerts) {
      const { alertname: name = '', severity = '' } = labels
      const text = JSON.stringify({ labels, annotations })
      if (status === 'firing')
        sent.push({ receiver: path, name, severity, link: annotations['runbook_url'] ?? '', text })
    }
    response.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  stack.defer(() => void server.close().closeAllConnections())
  const { port } = server.address() as AddressInfo
  return { address: `http://127.0.0.1:${port}`, sent }
}

/** The rules and routes of deploy/, which notice within seconds. */
async function shorten(folder: string, receiver: string) {
  const rules = join(folder, 'alerts.yml')
  const quick = deployed('prometheus/alerts.yml')
    .replaceAll(/^(\s+for): \w+$/gm, '$1: 0s')
    .replaceAll(/\[\d+[mhd](:\w+)?\]/g, (_, step) => (step === undefined ? '[20s]' : '[20s:2s]'))
  await writeFile(rules, quick)
  const routes = join(folder, 'alertmanager.yml')
  const own = deployed('prometheus/alertmanager.yml')
    .replaceAll('http://127.0.0.1:9999', receiver)
    .replace(/group_wait: \w+/, 'group_wait: 5s')
    .replace(/group_interval: \w+/, 'group_interval: 5s')
  await writeFile(routes, own)
  return { rules, routes }
}

/** What the files say of people that an alert must not: names, numbers, dates, ids. */
async function personalData(people: string): Promise<ReadonlySet<string>> {
  const found = new Set<string>()
  const collect = (value: unknown): void => {
    if (typeof value === 'string' && value.length > 5) found.add(value)
    if (typeof value === 'object' && value !== null) for (const inner of Object.values(value)) collect(inner)
  }
  for (const file of ['persons.ndjson', 'parties.ndjson'])
    for (const line of (await readFile(join(people, file), 'utf8')).split('\n').filter(Boolean)) {
      const { documents, employees: _, gender: __, status: ___, ...subject } = JSON.parse(line)
      collect(subject)
      for (const { number } of documents) collect(number)
    }
  return found
}

async function main(): Promise<number> {
  const missing = NEEDED.filter((program) => spawnSync(program, ['--version']).status !== 0)
  if (missing.length > 0) {
    const names = missing.join(', ')
    process.stderr.write(
      `not on PATH: ${names}: nothing was tried (Debian: apt install prometheus prometheus-alertmanager)\n`,
    )
    return 2
  }
  await using stack = new AsyncDisposableStack()
  const folder = await mkdtemp(join(tmpdir(), 'zvirka-alertmanager-'))
  stack.defer(() => rm(folder, { recursive: true, force: true }))
  const { address, sent } = await startReceiver(stack)
  const { rules, routes } = await shorten(folder, address)
  const config = spawnSync('amtool', ['check-config', routes], { encoding: 'utf8' })
  told(config.status === 0, 'amtool accepts the example for Alertmanager', config.stdout + config.stderr)
  const { people, simulator, database, targets } = await startMonitored(folder, stack)
  const alertmanager = `127.0.0.1:${await freePort()}`
  startProgram('prometheus-alertmanager', stack, [
    ...[`--config.file=${routes}`, `--storage.path=${join(folder, 'alertmanager')}`, '--log.level=error'],
    ...[`--web.listen-address=${alertmanager}`, '--cluster.listen-address='],
  ])
  await startPrometheus(folder, targets, stack, {
    global: { external_labels: { runbook_base: `${address}/zvirka/` } },
    rule_files: [rules],
    alerting: { alertmanagers: [{ static_configs: [{ targets: [alertmanager] }] }] },
  })
  const untilSent = (name: string) =>
    until(`the notification ${name}`, async () => sent.some((each) => each.name === name), PATIENCE_SECONDS).then(
      () => told(true, `${name} is sent`, ''),
      (error: unknown) => told(false, `${name} is sent`, String(error)),
    )

  await simulator.setFaults({ faults: [{ kind: 'refuse' }] })
  await untilSent('ZvirkaBreakerOpen')
  await database.set('refusing')
  await untilSent('ZvirkaDatabaseDown')
  const loudNow = async () => {
    const listed = alertList.parse(await (await fetch(`http://${alertmanager}/api/v2/alerts`)).json())
    const others = listed.filter(({ labels }) => !NOT_INHIBITED.test(labels['alertname'] ?? ''))
    return { others, loud: others.filter(({ status }) => status.state !== 'suppressed') }
  }
  await until('all others to be inhibited', async () => (await loudNow()).loud.length === 0).catch(() => undefined)
  const { others, loud } = await loudNow()
  told(
    loud.length === 0 && others.length > 0,
    `while the database is down the ${others.length} alerts that follow from it are inhibited`,
    JSON.stringify(loud),
  )
  await judge(sent, address, await personalData(people))
  return failures === 0 ? 0 : 1
}

async function judge(sent: readonly Sent[], address: string, personal: ReadonlySet<string>): Promise<void> {
  const names = [...new Set(sent.map(({ name }) => name))].join(', ')
  const lost: string[] = []
  for (const { name, link } of sent) {
    const { hash } = new URL(link)
    const page = link.startsWith(`${address}/`) ? await fetch(link) : undefined
    if (page?.ok !== true || !anchorsOf(await page.text()).has(hash.slice(1))) lost.push(`${name}: ${link}`)
  }
  told(lost.length === 0, `the link of each notification opens its section (${names})`, lost.join('\n'))
  const naming = sent.filter(({ text }) => [...personal].some((word) => text.includes(word)))
  told(naming.length === 0, 'none has personal data', naming.map(({ text }) => text).join('\n'))
  const wrong = sent.filter(({ receiver, severity }) => (receiver === '/page') !== (severity === 'critical'))
  told(wrong.length === 0, 'only critical ones page', JSON.stringify(wrong))
}

process.exitCode = await main()
