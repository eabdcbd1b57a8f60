/**
 * The release archive, installed by the commands of docs/operations.md below a test folder that stands for the machine's root. In the long
 * form `npm ci` installs the packages; otherwise the repository's are used.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { version } from '../../src/cli/version.ts'
import { bareEnvironment } from '../cli/zvirka.ts'
import { readDocument } from '../docs/markdown.ts'
import { createLauncher } from '../processes/command.ts'
import { environmentOf } from '../processes/ground.ts'
import { createEmptyDatabase, type TestDatabase } from '../support/database.ts'
import { effort } from '../support/effort.ts'
import { freePort } from '../support/free-port.ts'
import { repository } from '../support/imports.ts'

const run = promisify(execFile)
const BUILDS_MS = effort(120_000, 600_000)
const PACKAGES = effort(0, 1) === 1 ? 'npm ci' : 'those of the repository'
/** Where the installation writes, and the place of each here. */
const PLACES = ['/usr/local/lib', '/usr/local/bin', '/etc/systemd/system', '/etc/zvirka']

let root: string
let db: TestDatabase
const launchers: ReturnType<typeof createLauncher>[] = []
const at = (path: string) => join(root, path)
const moved = (text: string) => text.replaceAll(new RegExp(`(?<![\\w/])(${PLACES.join('|')})\\b`, 'g'), `${root}$1`)

/** The lines of the installation, in order. */
function documented(): string[] {
  const [, block = ''] = /^```sh\n(tar -xzf zvirka-.*?)^```/ms.exec(readDocument('docs/operations.md').text) ?? []
  return block.trim().split('\n')
}

/** The same for this folder: paths moved, and in the short form without a package registry. */
function adapted(line: string): string {
  const packages = `mkdir -p node_modules/.bin && ln -s ${repository}/node_modules/* node_modules/`
  const instead = PACKAGES === 'npm ci' ? '$&' : packages
  // The unpacked wrapper and units contain the machine's paths.
  const unpacked = `${root}/usr/local/lib/zvirka-${version()}/deploy`
  const move = `sed -i -E 's#(^|[ =:-])(${PLACES.join('|')})#\\1${root}\\2#g'`
  const here = moved(line).replace(/npm ci .*$/, instead)
  const files = `find ${unpacked}/zvirka ${unpacked}/systemd -type f`
  return line.startsWith('tar ') ? `${here}\n${files} -exec ${move} {} +` : here
}

/** Stands in for systemd: records its commands. */
const SYSTEMCTL = '#!/bin/sh\necho "$@" >>"$ROOT/systemctl"\n'

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'zvirka-installed-'))
  db = await createEmptyDatabase()
  for (const place of PLACES.filter((place) => place !== '/etc/zvirka')) await mkdir(at(place), { recursive: true })
  await mkdir(at('stand-ins'))
  await writeFile(at('stand-ins/systemctl'), SYSTEMCTL, { mode: 0o755 })
  await symlink(process.execPath, at('stand-ins/node'))
  await run(process.execPath, ['deploy/archive.ts', '--out', at('dist')], { cwd: repository })
  await writeFile(at('install.sh'), ['set -eu', ...documented().map(adapted)].join('\n'))
  const path = [at('stand-ins'), at('usr/local/bin'), process.env['PATH']].join(':')
  await run('sh', [at('install.sh')], { cwd: at('dist'), env: { ...process.env, PATH: path, ROOT: root } })
  const { DATABASE_URL = '', ...settings } = environmentOf(db.url, 'http://127.0.0.1:1/')
  const lines = (of: object) => Object.entries(of).map(([name, value]) => `${name}='${value}'\n`)
  await writeFile(at('etc/zvirka/zvirka.env'), lines(settings).join(''))
  for (const of of ['migrate', 'api', 'worker'])
    await writeFile(at(`etc/zvirka/${of}.env`), lines({ DATABASE_URL }).join(''))
}, BUILDS_MS)
afterAll(async () => {
  await Promise.all(launchers.map((launcher) => launcher.killAll()))
  await db.drop()
  await rm(root, { recursive: true, force: true })
})

describe(`an installation from the archive, with packages by ${PACKAGES}`, () => {
  test('has every file of the documents where they say, for root alone what is secret', async () => {
    expect(await readdir(at('etc/zvirka'))).toEqual(
      expect.arrayContaining(['zvirka.env', 'migrate.env', 'api.env', 'worker.env', 'encryption.keys']),
    )
    expect(await readFile(at('systemctl'), 'utf8')).toBe(
      [
        'daemon-reload',
        'start zvirka-migrate',
        'enable --now zvirka-worker@1 zvirka-worker@2',
        'enable --now zvirka-api@1',
        '',
      ].join('\n'),
    )
    const top = await readdir(at('usr/local/lib/zvirka/'))
    expect(top).not.toEqual(expect.arrayContaining(['demo']))
    for (const absent of ['demo', 'simulator', 'test', '.git']) expect(top).not.toContain(absent)
  })

  test('migrates by the wrapper, and its API serves the admin page as the unit starts it', async () => {
    const wrapper = at('usr/local/bin/zvirka')
    const { stdout } = await run(wrapper, ['migrate'], { env: bareEnvironment() })
    expect(stdout).toContain('the database is up to date')

    const unit = await readFile(at('etc/systemd/system/zvirka-api@.service'), 'utf8')
    const [, node = '', main = ''] = /^ExecStart=(\S+) (\S+main\.ts) api$/m.exec(unit) ?? []
    const [, wait = '', setting = ''] = /^ExecStartPost=\S+ (\S+) (\w+)$/m.exec(unit) ?? []
    expect(dirname(node)).toBe(at('usr/local/lib/zvirka/node_modules/.bin'))
    const [port, monitoring] = [await freePort(), await freePort()]
    const settings = {
      ...environmentOf(db.url, 'http://127.0.0.1:1/'),
      ...{ PORT: String(port), ZVIRKA_MONITORING_PORT: String(monitoring) },
      ZVIRKA_ENCRYPTION_KEYS_FILE: at('etc/zvirka/encryption.keys'),
    }
    const launcher = createLauncher(main)
    launchers.push(launcher)
    const api = launcher.launch(['api'], settings)
    // The command that systemd waits for ends when the API answers.
    await run(node, [wait, setting], { env: bareEnvironment(settings) })
    const page = await fetch(`http://127.0.0.1:${port}/`)
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
    const html = await page.text()
    const [script] = /src="[^"]+\.js"/.exec(html) ?? []
    const loaded = await fetch(new URL(`${script?.slice(5, -1)}`, `http://127.0.0.1:${port}/`))
    expect([loaded.status, loaded.headers.get('content-type')]).toEqual([200, expect.stringContaining('javascript')])
    api.signal('SIGTERM')
    expect(await api.ended).toMatchObject({ code: 0 })
  })
})
