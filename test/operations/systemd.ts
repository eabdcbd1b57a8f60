/**
 * `npm run test:systemd -- [--root FOLDER]`: installs the release archive with the units of deploy/ in a Debian made by debootstrap, boots it with
 * systemd-nspawn, and checks what the units promise. It needs systemd-nspawn, debootstrap, nsenter and npm (on the PATH), root, and the free
 * ports of the units; it installs nothing on this machine, and exits with 2 if something is missing. `--root` keeps the Debian for the next
 * time. Exits with 0 if all is as documented, else with 1.
 */
import { execFileSync, spawn, spawnSync } from 'node:child_process'
import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { startSimulator } from '../../simulator/simulator.ts'
import { environmentOf } from '../processes/ground.ts'
import { repository } from '../support/imports.ts'
import { until } from '../support/until.ts'
import { startOwnDatabase } from './own-database.ts'

const NEEDED = ['systemd-nspawn', 'debootstrap', 'nsenter', 'npm', 'tar']
/** What Node needs is the last one. */
const PACKAGES = 'systemd,systemd-sysv,libstdc++6'
/** Exposure of `systemd-analyze security`, in tenths; the documents promise at most 1.5. */
const MOST_EXPOSED = 15
const PROGRAM = 'usr/local/lib/zvirka'
const UNITS = ['zvirka-worker@1', 'zvirka-worker@2', 'zvirka-api@1']

let failures = 0
function told(isRight: boolean, what: string, why = ''): void {
  if (!isRight) failures += 1
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'} ${what}${isRight ? '' : `\n${why}`}\n`)
}

/** Installs the program as docs/operations.md says. */
function install(root: string, databaseUrl: string, simulatorUrl: string): void {
  const version = `zvirka-${JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')).version}`
  const program = join(root, 'usr/local/lib', version)
  for (const path of [program, join(root, PROGRAM), join(root, 'etc/zvirka')])
    rmSync(path, { recursive: true, force: true })
  const archive = execFileSync(process.execPath, ['deploy/archive.ts', '--out', join(root, 'tmp')], {
    cwd: repository,
    encoding: 'utf8',
  }).trim()
  execFileSync('tar', ['-xzf', archive, '-C', join(root, 'usr/local/lib')])
  execFileSync(
    'npm',
    ['ci', '--omit=dev', '--omit=optional', '--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'],
    { cwd: program, stdio: 'ignore' },
  )
  cpSync(realpathSync(process.execPath), join(root, 'usr/local/bin/node'))
  mkdirSync(join(program, 'node_modules/.bin'), { recursive: true })
  symlinkSync('/usr/local/bin/node', join(program, 'node_modules/.bin/node'))
  symlinkSync(version, join(root, PROGRAM))
  rmSync(join(root, 'etc/systemd/system/zvirka-api@.service.d/secrets.conf'), { force: true })
  for (const unit of UNITS)
    rmSync(join(root, `etc/systemd/system/multi-user.target.wants/${unit}.service`), { force: true })
  cpSync(join(program, 'deploy/systemd'), join(root, 'etc/systemd/system'), { recursive: true })
  // For installations without https.
  rmSync(join(root, 'etc/systemd/system/zvirka-worker@.service.d/tls.conf'))
  cpSync(join(program, 'deploy/zvirka'), join(root, 'usr/local/bin/zvirka'))
  chmodSync(join(root, 'usr/local/bin/zvirka'), 0o755)
  mkdirSync(join(root, 'etc/zvirka'), { mode: 0o700 })
  const { DATABASE_URL: _, ZVIRKA_WORKER_PORT: __, ...settings } = environmentOf(databaseUrl, simulatorUrl)
  const lines = Object.entries(settings).map(([name, value]) => `${name}=${value}\n`)
  writeFileSync(join(root, 'etc/zvirka/zvirka.env'), lines.join(''), { mode: 0o600 })
  for (const login of ['migrate', 'api', 'worker'])
    writeFileSync(join(root, `etc/zvirka/${login}.env`), `DATABASE_URL=${databaseUrl}\n`, { mode: 0o600 })
}

/** Runs a command in the container. */
type Inside = (...command: readonly string[]) => Promise<{ readonly status: number | null; readonly output: string }>

/** Boots the container; returns when systemd has started everything. */
async function boot(root: string, stack: AsyncDisposableStack): Promise<Inside> {
  const options = ['--boot', '--register=no', '--keep-unit', '--console=pipe', '--quiet']
  const child = spawn('systemd-nspawn', ['-D', root, ...options], { stdio: 'ignore' })
  const gone = new Promise((resolve) => child.once('close', resolve))
  const init = () => readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, 'utf8').trim().split(' ')[0] ?? ''
  // Not synchronously: database and simulator are parts of this process.
  const inside: Inside = async (...command) => {
    const entered = spawn('nsenter', ['-t', init(), '-m', '-u', '-i', '-p', '--', ...command], {
      env: { PATH: '/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin' },
    })
    const said = { output: '' }
    for (const stream of [entered.stdout, entered.stderr])
      stream.setEncoding('utf8').on('data', (text: string) => (said.output += text))
    const status = await new Promise<number | null>((end) => entered.once('close', end))
    return { status, ...said }
  }
  stack.defer(async () => {
    if (child.exitCode !== null) return
    await inside('systemctl', 'poweroff')
    await gone
  })
  await until('systemd to be running', async () => {
    if (child.exitCode !== null) throw new Error(`systemd-nspawn ended with ${child.exitCode}`)
    return init() !== '' && /^(running|degraded)/.test((await inside('systemctl', 'is-system-running')).output)
  })
  return inside
}

const isReady = (port: number) =>
  fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  )

async function check(inside: Inside, root: string): Promise<void> {
  const works = async (what: string, ...command: readonly string[]) => {
    const { status, output } = await inside(...command)
    told(status === 0, what, output)
  }
  const show = async (unit: string, property: string) =>
    (await inside('systemctl', 'show', '--value', '-p', property, unit)).output.trim()
  await works(
    'systemd accepts the units',
    'systemd-analyze',
    'verify',
    'zvirka-migrate.service',
    ...UNITS.map((unit) => `${unit}.service`),
  )
  await works(
    'zvirka keys add',
    'env',
    'ZVIRKA_ENCRYPTION_KEYS_FILE=/etc/zvirka/encryption.keys',
    'zvirka',
    'keys',
    'add',
  )
  await works('zvirka-migrate ends with success', 'systemctl', 'start', 'zvirka-migrate')
  await works('workers and the API start', 'systemctl', 'enable', '--now', ...UNITS)
  for (const port of [4001, 4002, 4201]) told(await isReady(port), `what has started is ready, on port ${port}`)
  for (const unit of ['zvirka-worker@1', 'zvirka-api@1', 'zvirka-migrate']) {
    const exposure = ['security', '--no-pager', `--threshold=${MOST_EXPOSED}`, `${unit}.service`]
    await works(`the exposure of ${unit} is at most ${MOST_EXPOSED / 10}`, 'systemd-analyze', ...exposure)
  }
  const status = (await inside('cat', `/proc/${await show('zvirka-worker@1', 'MainPID')}/status`)).output
  told(
    /^Uid:\t[1-9]\d+\t/m.test(status) && /^CapBnd:\t0+$/m.test(status) && /^NoNewPrivs:\t1$/m.test(status),
    'a worker is nobody and has no capabilities',
    status,
  )
  await works('zvirka status, by the wrapper', 'zvirka', 'status')
  await works('zvirka doctor, by the wrapper', 'zvirka', 'doctor')

  await inside('systemctl', 'kill', '-s', 'KILL', '--kill-whom=main', 'zvirka-worker@1')
  await until(
    'the worker to be started again',
    async () =>
      (await show('zvirka-worker@1', 'NRestarts')) === '1' &&
      (await show('zvirka-worker@1', 'ActiveState')) === 'active',
  )
  told(await isReady(4001), 'a killed worker is started again')
  await inside('systemctl', 'restart', 'zvirka-api@1')
  told(await isReady(4201), 'systemctl restart returns when the API is ready')
  // Secrets as files instead.
  const settings = join(root, 'etc/zvirka')
  writeFileSync(
    join(settings, 'zvirka-api.url'),
    readFileSync(join(settings, 'api.env'), 'utf8').split('=').slice(1).join('='),
    { mode: 0o600 },
  )
  rmSync(join(settings, 'api.env'))
  const example = readFileSync(join(repository, 'deploy/systemd/secrets.conf.example'), 'utf8')
  const own = /\[Service\]\n.*database_url.*\n.*DATABASE_URL_FILE.*\n/.exec(example)?.[0] ?? ''
  writeFileSync(join(root, 'etc/systemd/system/zvirka-api@.service.d/secrets.conf'), own)
  await inside('systemctl', 'daemon-reload')
  await works('the API starts with its login in a file', 'systemctl', 'restart', 'zvirka-api@1')
  await works('and so does the wrapper', 'zvirka', 'user', 'list')

  await inside('systemctl', 'stop', 'zvirka-worker@1')
  const [result, code] = await Promise.all(['Result', 'ExecMainStatus'].map((name) => show('zvirka-worker@1', name)))
  told(result === 'success' && code === '0', 'a stopped worker ends with success', `${result} ${code}`)

  writeFileSync(join(root, 'etc/zvirka/worker.env'), 'ZVIRKA_LEASE_SECONDS=1\n', { flag: 'a' })
  const refused = await inside('systemctl', 'restart', 'zvirka-worker@2')
  const [state, left, restarts] = await Promise.all(
    ['ActiveState', 'ExecMainStatus', 'NRestarts'].map((name) => show('zvirka-worker@2', name)),
  )
  told(
    refused.status !== 0 && state === 'failed' && left === '2' && restarts === '0',
    'a wrong setting ends a worker once',
    `${state} ${left} ${restarts}`,
  )
}

async function main(): Promise<number> {
  const missing = NEEDED.filter((program) => spawnSync(program, ['--version']).error !== undefined)
  if (missing.length > 0 || process.getuid?.() !== 0) {
    process.stderr.write(
      `a root, ${missing.join(', ') || 'nothing else'} missing: nothing was tried (Debian: apt install systemd-container debootstrap util-linux npm)\n`,
    )
    return 2
  }
  await using stack = new AsyncDisposableStack()
  const { root: given } = parseArgs({ options: { root: { type: 'string' } } }).values
  const root = given === undefined ? await mkdtemp(join(tmpdir(), 'zvirka-systemd-')) : resolve(given)
  if (given === undefined) stack.defer(() => rmSync(root, { recursive: true, force: true }))
  if (!existsSync(join(root, 'usr/bin/systemctl')))
    execFileSync('debootstrap', ['--variant=minbase', `--include=${PACKAGES}`, 'bookworm', root], { stdio: 'ignore' })
  const database = await startOwnDatabase()
  stack.defer(() => database.close())
  const simulator = await startSimulator({})
  stack.defer(() => simulator.close())
  install(root, database.url, simulator.url)
  await check(await boot(root, stack), root)
  return failures === 0 ? 0 : 1
}

process.exitCode = await main()
