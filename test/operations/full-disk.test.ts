/** A log on a full disk: the process keeps working, and its metrics show the problem. */
import { spawn } from 'node:child_process'
import { closeSync, openSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { bareEnvironment } from '../cli/zvirka.ts'
import { type Ground, prepareGround } from '../processes/ground.ts'
import { freePort } from '../support/free-port.ts'
import { repository } from '../support/imports.ts'
import { until } from '../support/until.ts'

let ground: Ground
beforeAll(async () => {
  ground = await prepareGround()
})
afterAll(() => ground.close())

test.each(['worker', 'api'])('%s survives it, and completes', async (command) => {
  const port = String(await freePort())
  const ports = { PORT: '0', ZVIRKA_WORKER_PORT: port, ZVIRKA_MONITORING_PORT: port }
  // Every write to it fails with ENOSPC.
  const full = openSync('/dev/full', 'w')
  const child = spawn(process.execPath, [join(repository, 'src/main.ts'), command], {
    env: bareEnvironment(ground.environment(ports)),
    stdio: ['ignore', 'ignore', full],
  })
  closeSync(full)
  const ended = new Promise((resolve) => child.once('close', resolve))
  try {
    const told = await until('lines that could not be written', async () => {
      if (child.exitCode !== null) return 'it ended'
      const text = await fetch(`http://127.0.0.1:${port}/metrics`).then(
        (answer) => answer.text(),
        () => '',
      )
      return /^zvirka_log_failures_total [1-9]/m.test(text) && 'reported'
    })
    expect(told).toBe('reported')
    await until('it to be ready', async () =>
      fetch(`http://127.0.0.1:${port}/health/ready`).then(
        ({ ok }) => ok,
        () => false,
      ),
    )
    child.kill('SIGTERM')
    expect(await ended).toBe(0)
  } finally {
    child.kill('SIGKILL')
  }
})
