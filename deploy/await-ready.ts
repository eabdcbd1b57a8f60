/**
 * `node deploy/await-ready.ts ZVIRKA_MONITORING_PORT`: ends when the process of this machine whose health is on the port of that setting can work, or
 * after 20 s: one that waits for its database is no failure of its start.
 */
import { setTimeout as delay } from 'node:timers/promises'

const MOST_MILLISECONDS = 20_000
const PAUSE_MILLISECONDS = 100

const host = process.env['ZVIRKA_MONITORING_HOST'] ?? '127.0.0.1'
const port = process.env[process.argv[2] ?? '']
const url = `http://${host.includes(':') ? `[${host}]` : host}:${port}/health/ready`
const end = Date.now() + MOST_MILLISECONDS
const isReady = () =>
  fetch(url, { signal: AbortSignal.timeout(2000) }).then(
    ({ ok }) => ok,
    () => false,
  )
while (Date.now() < end && !(await isReady())) await delay(PAUSE_MILLISECONDS)
