import { watch } from 'node:fs'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { commands } from '../../src/cli/commands.ts'
import { createProgram } from '../../src/cli/program.ts'
import { inFolder } from '../generate/people.ts'
import { zvirka } from './zvirka.ts'

describe('help', () => {
  test('--help shows the commands and examples and exits with 0', async () => {
    const { code, out, err } = await zvirka(['--help'])
    expect([code, err]).toEqual([0, ''])
    expect(out).toContain('generate')
    expect(out).toContain('Examples:')
  })

  test('every command is in the help under its name', async () => {
    for (const name of Object.keys(commands)) {
      const [command] = (await createProgram([name])).commands
      expect(command?.name()).toBe(name)
    }
    expect((await createProgram([])).commands.map((command) => command.name())).toEqual(Object.keys(commands))
  })

  test('--version is the package’s version', async () => {
    const { version }: { version: string } = JSON.parse(
      await readFile(new URL('../../package.json', import.meta.url), 'utf8'),
    )
    expect(await zvirka(['--version'])).toEqual({ code: 0, out: `${version}\n`, err: '' })
  })

  test('no arguments are a usage error: the help goes to standard error', async () => {
    const { code, out, err } = await zvirka([])
    expect([code, out]).toEqual([2, ''])
    expect(err).toContain('Usage: zvirka')
  })
})

describe('usage errors exit with 2, say what is wrong and where help is', () => {
  test.each([
    [['genrate'], /unknown command 'genrate'\n\(Did you mean generate\?\)\nhint: zvirka --help/],
    [['nonsense'], /unknown command 'nonsense'\nhint: zvirka --help/],
    [['--nope'], /unknown option '--nope'\nhint: zvirka --help/],
    [['generate'], /required option '--persons <N>' not specified\nhint: zvirka generate --help/],
    [['generate', '--persons', '5'], /required option '--out <DIR>' not specified/],
    [
      ['generate', '--persons', 'many', '--out', 'x'],
      /'--persons <N>' argument 'many' is invalid. It must be a whole number/,
    ],
    [['generate', '--persons', '-1', '--out', 'x'], /argument '-1' is invalid/],
    [['generate', '--persons', '1', '--out', 'x', '--seed', '4294967296'], /from 0 to 4,?294,?967,?295/],
    [['generate', '--persons', '1', '--out', 'x', '--sed', '1'], /unknown option '--sed'\n\(Did you mean --seed\?\)/],
    [['generate', '--persons', '1', '--out', 'x', 'y'], /too many arguments/],
  ])('%j', async (args, words) => {
    const { code, out, err } = await zvirka(args)
    expect([code, out]).toEqual([2, ''])
    expect(err).toMatch(words)
    expect(err).not.toMatch(/^\s+at /m)
  })
})

describe('an invalid environment', () => {
  test('stops the command before it does anything, with 2 and every name', async () => {
    await inFolder(async (folder) => {
      const environment = { ZVIRKA_LEASE_SECOND: '5', PORT: 'http', DATABASE_URL: 'postgres://u:hunter2#2@host/db' }
      const { code, err } = await zvirka(['generate', '--persons', '1', '--out', join(folder, 'data')], environment)
      expect(code).toBe(2)
      for (const name of ['ZVIRKA_LEASE_SECOND ', 'ZVIRKA_LEASE_SECONDS?', 'PORT ', 'DATABASE_URL has a raw # '])
        expect(err).toContain(name)
      expect(err).not.toContain('hunter2')
      expect(await readdir(folder)).toEqual([])
    })
  })
})

describe('an uncaught error', () => {
  const thrown = (code: string) => ({ NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(code)}` })
  const endless = ['generate', '--persons', '100000000', '--quiet', '--out']

  test.each([
    ['thrown', 'setTimeout(() => { throw error }, 300)'],
    ['rejected', 'setTimeout(() => Promise.reject(error), 300)'],
  ])('%s, it ends the command with 1 and does not quote personal data', async (_how, code) => {
    await inFolder(async (folder) => {
      const error = `const error = Object.assign(new Error('invalid input: Шевченко'), { severity: 'ERROR', code: '22007' });`
      const { code: ended, err } = await zvirka([...endless, folder], thrown(error + code))
      expect(ended).toBe(1)
      expect(err).toMatch(/^zvirka: error 22007 of the database\nhint: LOG_LEVEL=debug/)
      expect(err).not.toContain('Шевченко')
    })
  })
})

describe('generate', () => {
  test('writes the files, reports it in one line, and exits with 0', async () => {
    await inFolder(async (folder) => {
      const { code, out, err } = await zvirka([
        'generate',
        '--persons',
        '200',
        '--seed',
        '3',
        '--out',
        folder,
        '--quiet',
      ])
      expect([code, err]).toEqual([0, ''])
      expect(out).toMatch(
        /^200 persons in .*, with registries of 1,0\d\d invalid and 1,0\d\d stolen passports, 1,\d{3} UNZR, 1,\d{3} taxpayers and \d+ acts of death \(\d+ s\)\n$/,
      )
    })
  })

  test('refuses to overwrite files, with 1 and a hint', async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'persons.ndjson'), 'mine')
      const { code, err } = await zvirka(['generate', '--persons', '200', '--out', folder])
      expect(code).toBe(1)
      expect(err).toBe(
        `zvirka: ${folder} has persons.ndjson already\nhint: take another folder, or --force to replace them\n`,
      )
    })
  })

  test('names the unusable path, with 1 and without a stack trace', async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '')
      const out = join(folder, 'file', 'data')
      const { code, err } = await zvirka(['generate', '--persons', '200', '--out', out])
      expect([code, err]).toEqual([1, `zvirka: ${out}: a part of the path is not a folder\n`])
    })
  })

  test('shows the stack trace at LOG_LEVEL=debug', async () => {
    await inFolder(async (folder) => {
      await writeFile(join(folder, 'file'), '')
      const args = ['generate', '--persons', '200', '--out', join(folder, 'file', 'data')]
      const { err } = await zvirka(args, { LOG_LEVEL: 'debug' })
      expect(err).toMatch(/"stack": \[/)
    })
  })

  test.each([['SIGINT'], ['SIGTERM']] as const)('%s ends it with 130 and leaves no partial files', async (signal) => {
    await inFolder(async (folder) => {
      const { code, out } = await zvirka(['generate', '--persons', '100000000', '--out', folder], {}, (child) => {
        // The first file in the folder shows that the work has begun.
        const watcher = watch(folder, () => {
          watcher.close()
          child.kill(signal)
        })
      })
      expect([code, out]).toEqual([130, ''])
      expect(await readdir(folder)).toEqual([])
    })
  })
})
