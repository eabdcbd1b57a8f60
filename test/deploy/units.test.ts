/** Systemd units and compose services run existing commands with existing settings and least privileges. */
import { execFile } from 'node:child_process'
import { existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { exitCode } from '../../src/cli/exit.ts'
import { createProgram } from '../../src/cli/program.ts'
import { secretNames } from '../../src/config/names.ts'
import { readSettings } from '../../src/config/settings.ts'
import { demoTrembita } from '../../src/config/trembita.ts'
import { connect } from '../../src/database/connection.ts'
import { findRights, grantSql, roles, rolesSql, servingRoles } from '../../src/database/roles.ts'
import { migrateWithJobs } from '../../src/jobs/schema.ts'
import { bareEnvironment, zvirka } from '../cli/zvirka.ts'
import { readDocument, shellLines } from '../docs/markdown.ts'
import { startEmptyCluster } from '../support/empty-cluster.ts'
import { repository } from '../support/imports.ts'
import { deployed, deployedYaml, items, secondsOf, words } from './files.ts'
import { at, type Yaml } from './yaml.ts'

const run = promisify(execFile)
const defaults = readSettings({})
/** The longest normal stop. */
const longestStop = defaults.worker.stopSeconds + defaults.worker.leaseSeconds

const NODE = '/usr/local/lib/zvirka/node_modules/.bin/node'
const UNITS = ['zvirka-migrate.service', 'zvirka-worker@.service', 'zvirka-api@.service', 'zvirka-simulator.service']
const STANDING = ['zvirka-worker@.service', 'zvirka-api@.service']
/** The longest normal stop of an API: pending answers, then the job engine and the pool. */
const longestApiStop = defaults.worker.stopSeconds + 5

/** The values of a key of a unit, in order. */
function valuesOf(unit: string, key: string): string[] {
  return [...deployed(`systemd/${unit}`).matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value)
}

/** The typed words that no command knows. */
async function unknownIn([name = '', ...more]: readonly string[]): Promise<string[]> {
  const command = (await createProgram([name])).commands.find((each) => each.name() === name)
  if (command === undefined) return [name]
  const known = command.options.flatMap(({ long, negate }) => (negate ? [long, long?.replace('no-', '')] : [long]))
  return more.filter((word) => word.startsWith('--') && !known.includes(word))
}

/** Fails if a name is not a setting, or its value is not allowed. */
function readAsSettings(environment: Readonly<Record<string, string>>): void {
  readSettings({ ...demoTrembita, ...environment })
}

describe('the wrapper', () => {
  let folder = ''
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'zvirka-wrapper-'))
    const [program, settings] = [join(folder, 'program'), join(folder, 'settings')]
    await mkdir(join(program, 'node_modules/.bin'), { recursive: true })
    await mkdir(join(program, 'src'))
    await mkdir(settings)
    await symlink(process.execPath, join(program, 'node_modules/.bin/node'))
    const told = `[process.env.DATABASE_URL, process.env.TREMBITA_URLS, process.env.ZVIRKA_ENCRYPTION_KEYS_FILE, ...process.argv.slice(2)]`
    await writeFile(join(program, 'src/main.ts'), `console.log(JSON.stringify(${told}))`)
    await writeFile(join(settings, 'zvirka.env'), 'TREMBITA_URLS=http://one\nDATABASE_URL=of nobody\n')
    for (const login of ['migrate', 'api', 'worker'])
      await writeFile(join(settings, `${login}.env`), `DATABASE_URL=${login}\n`)
    await writeFile(join(settings, 'encryption.keys'), '')
    const text = deployed('zvirka')
      .replace('=/usr/local/lib/zvirka', `=${program}`)
      .replace('=/etc/zvirka', `=${settings}`)
    await writeFile(join(folder, 'zvirka'), text, { mode: 0o755 })
  })
  afterAll(() => rm(folder, { recursive: true }))

  const asked = async (args: readonly string[], environment: Readonly<Record<string, string>> = {}) =>
    JSON.parse((await run(join(folder, 'zvirka'), args, { env: bareEnvironment(environment) })).stdout)

  test('runs each command with the units’ settings, and a login with the necessary rights', async () => {
    const keys = join(folder, 'settings/encryption.keys')
    expect(await asked(['status', '--json'])).toEqual(['worker', 'http://one', keys, 'status', '--json'])
    const logins = {
      migrate: 'migrate',
      restored: 'migrate',
      erase: 'migrate',
      user: 'api',
      token: 'api',
      client: 'api',
      keys: 'api',
    }
    for (const [command, login] of Object.entries(logins)) expect((await asked([command]))[0]).toBe(login)
  })

  test('reads the secrets that the units have as files, unless the environment has them', async () => {
    const example = deployed('systemd/secrets.conf.example')
    const names = [...example.matchAll(/^LoadCredential=\w+:\/etc\/zvirka\/(.+)\nEnvironment=(\w+)=/gm)]
    expect(names).toHaveLength(secretNames.length)
    const elsewhere = join(folder, 'secret')
    await cp(join(folder, 'settings'), elsewhere, { recursive: true })
    for (const [, file = ''] of names) await writeFile(join(elsewhere, file.replace('%p', 'zvirka-api')), '')
    const wrapper = join(folder, 'zvirka-with-secrets')
    await writeFile(
      wrapper,
      deployed('zvirka')
        .replace('=/etc/zvirka', `=${elsewhere}`)
        .replace('=/usr/local/lib/zvirka', `=${join(folder, 'program')}`),
      { mode: 0o755 },
    )
    const shown = join(folder, 'program/src/main.ts')
    const usual = await readFile(shown, 'utf8')
    await writeFile(shown, 'console.log(JSON.stringify(process.env))')
    const read = async (args: readonly string[], more = {}) =>
      JSON.parse((await run(wrapper, args, { env: bareEnvironment(more) })).stdout) as Record<string, string>
    const found = await read(['user', 'list'])
    for (const [, file = '', name = ''] of names)
      expect(found[name]).toBe(join(elsewhere, file.replace('%p', 'zvirka-api')))
    expect(await read(['status'])).not.toHaveProperty('DATABASE_URL_FILE')
    expect(await read(['user', 'list'], { DATABASE_URL: 'mine' })).not.toHaveProperty('DATABASE_URL_FILE')
    await writeFile(shown, usual)
  })

  test('keeps environment variables, and arguments with spaces', async () => {
    const said = { DATABASE_URL: 'mine', ZVIRKA_ENCRYPTION_KEYS_FILE: 'mine too' }
    const args = ['hold', 'dms-passport', 'person', '--reason', 'it is "down"; $HOME']
    expect(await asked(args, said)).toEqual(['mine', 'http://one', 'mine too', ...args])
  })

  test('names the settings file that it cannot read', async () => {
    const elsewhere = join(folder, 'elsewhere')
    await writeFile(elsewhere, deployed('zvirka').replace('=/etc/zvirka', '=/nowhere'), { mode: 0o755 })
    await expect(run(elsewhere, ['status'])).rejects.toMatchObject({
      code: 1,
      stderr: expect.stringContaining('/nowhere/zvirka.env'),
    })
  })
})

test('no production document lets npx download from the public registry', () => {
  for (const path of [
    'docs/operations.md',
    'docs/runbook.md',
    'docs/kubernetes.md',
    'docs/tracing.md',
    'docs/access.md',
  ])
    expect({ path, typed: shellLines(readDocument(path).text).filter((line) => /\bnpx\b/.test(line)) }).toEqual({
      path,
      typed: [],
    })
})

describe('units of systemd', () => {
  test.each(UNITS)('%s runs an existing command, on the Node from npm', async (unit) => {
    const [start = '', ...others] = valuesOf(unit, 'ExecStart')
    expect(others).toEqual([])
    const [node, main, ...typed] = start.split(' ')
    expect([node, main]).toEqual([NODE, '/usr/local/lib/zvirka/src/main.ts'])
    expect(await unknownIn(typed)).toEqual([])
  })

  test('the Node from npm is where they look for it', () => {
    expect(existsSync(join(repository, 'node_modules/.bin/node'))).toBe(true)
    expect(existsSync(join(repository, 'src/main.ts'))).toBe(true)
  })

  test('are all known here', async () => {
    const files = (await readdir(join(repository, 'deploy/systemd'))).filter((name) => name.endsWith('.service'))
    expect(files.toSorted()).toEqual(UNITS.toSorted())
  })

  test('set only existing settings, with a separate port for each process on a machine', () => {
    const all = [...UNITS, ...['tls', 'keys'].map((name) => `zvirka-worker@.service.d/${name}.conf`)].flatMap((unit) =>
      valuesOf(unit, 'Environment'),
    )
    const pairs = all.map((pair) => pair.replace('%i', '1').replace('%d', '/run/credentials').split('='))
    readAsSettings(Object.fromEntries(pairs))
    const files = [...deployed('systemd/secrets.conf.example').matchAll(/^Environment=(\w+)_FILE=%d\/(\w+)$/gm)]
    expect(files.map(([, name]) => name)).toEqual(secretNames)
    expect(all).toEqual(
      expect.arrayContaining(['ZVIRKA_WORKER_PORT=400%i', 'PORT=410%i', 'ZVIRKA_MONITORING_PORT=420%i']),
    )
  })

  test('give the API and workers the same keys', () => {
    const [worker, api] = STANDING.map((unit) => deployed(`systemd/${unit}.d/keys.conf`))
    expect(worker).toBe(api)
    expect(worker).toMatch(/^LoadCredential=(\w+):.*\nEnvironment=ZVIRKA_ENCRYPTION_KEYS_FILE=%d\/\1$/m)
  })

  test('give a process more time to stop than it needs, and do not kill its children first', () => {
    const stop = (unit: string) => secondsOf(valuesOf(unit, 'TimeoutStopSec')[0] ?? '')
    expect(stop('zvirka-worker@.service')).toBeGreaterThan(longestStop)
    expect(stop('zvirka-api@.service')).toBeGreaterThan(longestApiStop)
    for (const unit of STANDING) {
      expect(valuesOf(unit, 'KillSignal')).toEqual(['SIGTERM'])
      expect(valuesOf(unit, 'Restart')).toEqual(['always'])
    }
  })

  test('restart a process that ended, unless its settings are invalid', async () => {
    for (const unit of STANDING) {
      expect(valuesOf(unit, 'RestartPreventExitStatus')).toEqual([String(exitCode.wrongUsage)])
    }
    expect(await zvirka(['worker'], { ZVIRKA_LEASE_SECONDS: 'never' })).toMatchObject({ code: exitCode.wrongUsage })
    expect(await zvirka(['api'], { ZVIRKA_MAX_BODY_BYTES: 'many' })).toMatchObject({ code: exitCode.wrongUsage })
    const unreachable = {
      ...demoTrembita,
      TREMBITA_URLS: 'http://127.0.0.1:1',
      DATABASE_URL: 'postgres://u@127.0.0.1:1/d',
    }
    expect(await zvirka(['worker'], unreachable)).toMatchObject({ code: exitCode.failed })
  })

  test('give secrets only to those that need them: the simulator reads no settings', () => {
    expect(valuesOf('zvirka-simulator.service', 'EnvironmentFile')).toEqual([])
    for (const name of ['migrate', 'worker', 'api']) {
      const [unit = ''] = UNITS.filter((each) => each.startsWith(`zvirka-${name}`))
      // The file with the unit's own login comes last, because the last one wins.
      expect(valuesOf(unit, 'EnvironmentFile')).toEqual(['/etc/zvirka/zvirka.env', `-/etc/zvirka/${name}.env`])
    }
  })

  // Only with systemd: its own check is better than our reading of the files.
  const hasSystemd = existsSync('/usr/bin/systemd-analyze')
  describe.skipIf(!hasSystemd)('to systemd', () => {
    let folder: string
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'zvirka-units-'))
      await cp(join(repository, 'deploy/systemd'), folder, { recursive: true })
      for (const unit of UNITS) {
        const text = await readFile(join(folder, unit), 'utf8')
        await writeFile(join(folder, unit), text.replaceAll(NODE, process.execPath))
      }
    })
    afterAll(() => rm(folder, { recursive: true }))
    const analyze = (...args: string[]) =>
      run('systemd-analyze', [...args, '--no-pager'], { env: { ...process.env, SYSTEMD_UNIT_PATH: `${folder}:` } })

    test('are valid in every line', async () => {
      const instances = UNITS.map((unit) => join(folder, unit.replace('@', '@1')))
      const { stdout, stderr } = await analyze('verify', '--man=no', ...instances)
      expect(stdout + stderr).not.toContain('zvirka')
    })

    test.each(UNITS)('%s has little exposure', async (unit) => {
      const { stdout } = await analyze('security', '--offline=true', '--threshold=20', join(folder, unit))
      expect(stdout).toMatch(/exposure level for zvirka\S+: [01]\.\d OK/)
    })
  })
})

describe('compose.yaml', () => {
  const compose = deployedYaml('compose.yaml')
  const services = Object.entries(Object(at(compose, 'services')) as Record<string, Yaml>)
  const ofOurs = services.filter(([, service]) => /^zvirka(-demo)?$/.test(words(service, 'image')))

  test('runs existing commands, with migration, workers and API separate', async () => {
    expect(ofOurs.map(([name]) => name)).toEqual(['migrate', 'worker', 'api', 'simulator'])
    for (const [, service] of ofOurs) {
      const typed = items(at(service, 'command')).map((word) => words(word))
      expect(typed[0]).not.toBe('')
      expect(await unknownIn(typed)).toEqual([])
    }
  })

  test('gives every service a read-only file system, no capabilities, and no way to get new ones', () => {
    for (const [name, service] of services) {
      expect({ name, is: words(service, 'read_only') }).toEqual({ name, is: 'true' })
      expect({ name, drops: at(service, 'cap_drop') }).toEqual({ name, drops: ['ALL'] })
      expect({ name, has: at(service, 'security_opt') }).toEqual({ name, has: ['no-new-privileges:true'] })
      expect({ name, adds: at(service, 'cap_add'), is: at(service, 'privileged') }).toEqual({ name })
    }
  })

  test('starts two workers after the migration, and gives them more time to stop than they need', () => {
    const worker = at(compose, 'services', 'worker')
    expect(words(worker, 'deploy', 'replicas')).toBe('2')
    expect(words(worker, 'depends_on', 'migrate', 'condition')).toBe('service_completed_successfully')
    expect(words(compose, 'services', 'migrate', 'depends_on', 'postgres', 'condition')).toBe('service_healthy')
    expect(words(compose, 'services', 'migrate', 'restart')).toBe('no')
    expect(secondsOf(words(worker, 'stop_grace_period'))).toBeGreaterThan(longestStop)
  })

  test('starts the API after the migration, probes its health port, and gives it more time to stop than it needs', () => {
    const api = at(compose, 'services', 'api')
    expect(words(api, 'depends_on', 'migrate', 'condition')).toBe('service_completed_successfully')
    expect(secondsOf(words(api, 'stop_grace_period'))).toBeGreaterThan(longestApiStop)
    const port = /^ENV .*\bPORT=(\d+)/m.exec(deployed('Containerfile'))?.[1]
    expect(port).toBe(String(defaults.http.port))
    expect(items(at(api, 'ports')).map((each) => words(each))).toEqual([`127.0.0.1:${port}:${port}`])
    const [, program, , script = ''] = items(at(api, 'healthcheck', 'test')).map((word) => words(word))
    expect(program).toBe('node')
    const monitoring = /\bZVIRKA_MONITORING_PORT=(\d+)/.exec(deployed('Containerfile'))?.[1]
    expect(monitoring).toBe(String(defaults.http.monitoringPort))
    expect(script).toContain(`fetch('http://127.0.0.1:${monitoring}/health/live')`)
  })

  test('has every secret in a file, and none in the environment', () => {
    const declared = at(compose, 'secrets')
    const used = services.flatMap(([, service]) => items(at(service, 'secrets')).map((name) => words(name)))
    expect(new Set(used)).toEqual(new Set(Object.keys(Object(declared))))
    for (const name of used) expect(words(declared, name, 'file')).toMatch(/^\.\/secrets\//)
    for (const [name, service] of services) {
      const environment = Object.entries(Object(at(service, 'environment')) as Record<string, string>)
      const open = environment.filter(([key, value]) => /PASSWORD|SECRET|TOKEN|_URL/.test(key) && !/^\/run/.test(value))
      expect({ name, open }).toEqual({ name, open: [] })
    }
    expect(deployed('.gitignore')).toContain('/secrets/')
  })

  test('lets only the program reach the database, and publishes nothing beyond this machine', () => {
    expect(words(compose, 'networks', 'database', 'internal')).toBe('true')
    const inside = services.filter(([, service]) => items(at(service, 'networks')).includes('database'))
    expect(inside.map(([name]) => name)).toEqual(['postgres', 'migrate', 'worker', 'api'])
    const ports = services.flatMap(([, service]) => items(at(service, 'ports')).map((port) => words(port)))
    expect(ports.filter((port) => !port.startsWith('127.0.0.1:'))).toEqual([])
  })

  test('mounts existing files', () => {
    const mounted = services.flatMap(([, service]) => items(at(service, 'volumes')).map((volume) => words(volume)))
    const ours = mounted.map((volume) => volume.split(':')[0] ?? '').filter((path) => path.startsWith('./'))
    const missing = ours.filter((path) => path !== './registries' && !existsSync(join(repository, 'deploy', path)))
    expect(ours.length).toBeGreaterThan(4)
    expect(missing).toEqual([])
  })

  test('uses existing settings for TLS', () => {
    const tls = at(deployedYaml('compose.tls.yaml'), 'services', 'worker')
    readAsSettings(Object(at(tls, 'environment')) as Record<string, string>)
    expect(items(at(tls, 'secrets'))).toEqual(['trembita_cert', 'trembita_key', 'trembita_ca'])
  })

  test('lets Prometheus find the workers and the API', () => {
    const jobs = items(at(deployedYaml('prometheus/prometheus.yml'), 'scrape_configs')).map((job) => {
      const [discovery] = items(at(job, 'dns_sd_configs'))
      return [words(job, 'job_name'), items(at(discovery, 'names')), words(discovery, 'port')]
    })
    const portOf = (name: string) => new RegExp(`\\b${name}=(\\d+)`).exec(deployed('Containerfile'))?.[1]
    expect(jobs).toEqual([
      ['zvirka-worker', ['worker'], portOf('ZVIRKA_WORKER_PORT')],
      ['zvirka-api', ['api'], portOf('ZVIRKA_MONITORING_PORT')],
    ])
  })
})

describe('the logins that the PostgreSQL image creates', () => {
  const [, sql = ''] = /<<'SQL'\n(.*)^SQL$/ms.exec(deployed('postgres/login.sh')) ?? []

  test('are no superusers, can migrate, serve and work, and have the rights that `zvirka doctor` requires', async () => {
    const cluster = await startEmptyCluster()
    const administrator = await connect({ url: cluster.url('zvirka', 'postgres'), applicationName: 'tests' })
    try {
      await administrator.query('create database installed')
      const owner = await connect({ url: cluster.url('zvirka', 'installed'), applicationName: 'tests' })
      // The embedded server's superuser has the name that the script gives the login.
      await owner.query(sql.replaceAll('"zvirka"', 'installed').replace(/:'\w+'/g, "'secret'"))
      await owner.end()
      expect((await migrateWithJobs(cluster.url('installed', 'installed'))).applied.length).toBeGreaterThan(10)
      for (const [name, withheld] of [
        ['installed', []],
        ['zvirka_serving', roles.filter((role) => !servingRoles.api.some((each) => each === role))],
        ['zvirka_working', roles.filter((role) => !servingRoles.work.some((each) => each === role))],
      ] as const) {
        const login = await connect({ url: cluster.url(name, 'installed'), applicationName: 'tests' })
        expect(await findRights(login)).toMatchObject({ absent: [], withheld, ownerMayCreate: true })
        const { rows } = await login.query(
          'select rolsuper, rolcreaterole, rolinherit from pg_roles where rolname = session_user',
        )
        expect(rows).toEqual([{ rolsuper: false, rolcreaterole: false, rolinherit: false }])
        await expect(login.query('select from mpi.persons')).rejects.toThrow('permission denied')
        await login.end()
      }
    } finally {
      await administrator.end()
      await cluster.stop()
    }
  })

  test('are granted what `zvirka doctor` prints', () => {
    const grants = (text: string) => text.split('\n').filter((line) => line.startsWith('grant'))
    expect(grants(sql)).toEqual([
      ...grants(rolesSql('zvirka', 'zvirka')),
      ...[grantSql('zvirka_serving', servingRoles.api), grantSql('zvirka_working', servingRoles.work)],
    ])
  })

  test('are those that compose gives to the migration, the workers and the API', () => {
    const compose = deployedYaml('compose.yaml')
    for (const name of ['migrate', 'worker', 'api']) {
      const service = at(compose, 'services', name)
      expect(words(service, 'environment', 'DATABASE_URL_FILE')).toBe(`/run/secrets/${name}_url`)
      expect(items(at(service, 'secrets')).filter((each) => words(each).endsWith('_url'))).toEqual([`${name}_url`])
    }
  })
})
