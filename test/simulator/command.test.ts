import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { simulatorCommand } from '../../demo/commands/simulator.ts'
import { invalidPassportQuestion, post, textOf } from './messages.ts'

const main = fileURLToPath(new URL('../../src/main.ts', import.meta.url))

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'zvirka-simulator-'))
  const passport = { pass_type: '0101', pas_serial: 'АА', pas_number: '123456' }
  await writeFile(join(folder, 'invalid_passports.ndjson'), JSON.stringify(passport))
  await writeFile(join(folder, 'faults.json'), JSON.stringify({ faults: [{ kind: 'status', status: 7, count: 1 }] }))
  await writeFile(join(folder, 'wrong.json'), JSON.stringify({ faults: [{ kind: 'sleep' }] }))
})
afterAll(() => rm(folder, { recursive: true }))

function run(...options: string[]): { child: ChildProcess; output: () => string } {
  const child = spawn(process.execPath, [main, 'simulator', '--port', '0', '--data', folder, ...options])
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (chunk) => {
      output += chunk
    })
  }
  return { child, output: () => output }
}

describe('zvirka simulator', () => {
  it('has every option in its document', () => {
    const documentation = readFileSync(new URL('../../docs/simulator.md', import.meta.url), 'utf8')
    const options = simulatorCommand().options.map((option) => option.long)
    expect(options.length).toBeGreaterThan(10)
    for (const option of options) expect(documentation).toContain(`\`${option}`)
  })

  it('serves the files of a folder with the faults of a file and of the command line, until Ctrl-C', async () => {
    const more = '{"kind":"status","status":8,"count":1}'
    const { child, output } = run(
      '--faults',
      join(folder, 'faults.json'),
      '--fault',
      more,
      '--log',
      join(folder, 'calls'),
    )
    const exit = once(child, 'exit')
    await expect.poll(output).toContain('control interface at')
    expect(output()).toContain('invalid_passports.ndjson: 1 passports')
    expect(output()).toContain('unzr.ndjson: not there, this register is empty')
    const url = /ready at (\S+)/.exec(output())?.[1] ?? ''
    const status = async () => textOf((await post(url, invalidPassportQuestion())).text, 'PasStatus')
    expect([await status(), await status(), await status()]).toEqual(['7', '8', '1'])
    child.kill('SIGINT')
    expect(await exit).toEqual([0, null])
  })

  it.each([
    { options: ['--faults', 'wrong.json'], code: 2, words: 'faults[0].kind' },
    { options: ['--fault', '{'], code: 2, words: '--fault is no JSON' },
    { options: ['--client', 'me'], code: 2, words: 'INSTANCE/CLASS/CODE/SUBSYSTEM' },
    { options: ['--tls-cert', 'wrong.json'], code: 2, words: '--tls-key' },
    {
      options: ['--tls-cert', 'wrong.json', '--tls-key', 'wrong.json', '--tls-ca', 'wrong.json'],
      code: 2,
      words: '--tls-cert (',
    },
    { options: ['--faults', 'none.json'], code: 1, words: 'none.json' },
  ])('exits with $code and says why: $options', async ({ options, code, words }) => {
    const { child, output } = run(
      ...options.map((option) => (option.endsWith('.json') ? join(folder, option) : option)),
    )
    const [exitCode] = await once(child, 'close')
    expect(output()).toContain(words)
    expect(exitCode).toBe(code)
  })
})
