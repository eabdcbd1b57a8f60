import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

test.each(['alerts.ts', 'alertmanager.ts', 'dashboard.ts', 'image.ts', 'pgbouncer.ts', 'systemd.ts'])(
  '%s says which program is missing, and does not count as passed',
  (name) => {
    const program = fileURLToPath(new URL(name, import.meta.url))
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { env: { PATH: '' }, encoding: 'utf8' })
    expect({ status, stdout }).toEqual({ status: 2, stdout: '' })
    expect(stderr).toMatch(/nothing was tried/)
  },
)
