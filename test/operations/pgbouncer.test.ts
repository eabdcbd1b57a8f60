import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test('the test with PgBouncer says so if there is none, and does not count as passed', () => {
  const program = fileURLToPath(new URL('pgbouncer.ts', import.meta.url))
  const { status, stdout, stderr } = spawnSync(process.execPath, [program], { env: { PATH: '' }, encoding: 'utf8' })
  expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
  expect(stderr).toContain('there is no pgbouncer on PATH: nothing was tried')
})
