/**
 * `npm run test:image -- [--tag zvirka:0.1.0]`: checks an image built by `npm run image`, and runs doctor, migrate, api and worker from it:
 * unprivileged, without capabilities, on a read-only file system. It needs buildah (on the PATH), root, and Linux's `unshare`, `setpriv`
 * and `chroot`, installs nothing, and exits with 2 if something is missing. Database and registries belong to the test.
 */
import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { parseArgs } from 'node:util'
import { startSimulator } from '../../simulator/simulator.ts'
import { problemsIn } from '../deploy/image-files.ts'
import { installedPackages } from '../deploy/program.ts'
import { environmentOf } from '../processes/ground.ts'
import { freePort } from '../support/free-port.ts'
import { until } from '../support/until.ts'
import { startOwnDatabase } from './own-database.ts'

const NOBODY = '65532'
const closing: (() => unknown)[] = []
let failures = 0

function told(isRight: boolean, what: string, why = ''): void {
  if (!isRight) failures += 1
  process.stdout.write(`${isRight ? 'ok    ' : 'FAILED'} ${what}${isRight ? '' : `\n${why}`}\n`)
}

const buildah = (...args: readonly string[]) => execFileSync('buildah', args, { encoding: 'utf8' }).trim()

interface Config {
  readonly User: string
  readonly Env: readonly string[]
  readonly Entrypoint: readonly string[]
  readonly Labels: Readonly<Record<string, string>>
}

/** The paths of all files in a folder. */
function filesIn(folder: string, top = folder): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name)
    return entry.isDirectory() ? filesIn(path, top) : [relative(top, path)]
  })
}

async function lookInto(root: string, config: Config): Promise<void> {
  const app = join(root, 'app')
  const files = filesIn(app)
  const problems = problemsIn(files, await installedPackages())
  told(
    problems.length === 0,
    `/app has ${files.length} files, each of the program or of a package that it runs`,
    problems.slice(0, 20).join('\n'),
  )
  const bytes = files.reduce((sum, file) => sum + statSync(join(app, file)).size, 0)
  process.stdout.write(`       /app is ${(bytes / 1e6).toFixed(0)} MB\n`)
  told(config.User === `${NOBODY}:${NOBODY}`, 'it runs as nobody', config.User)
  const npm = ['usr/local/bin/npm', 'usr/local/lib/node_modules', 'usr/local/bin/yarn'].filter((path) =>
    statSync(join(root, path), { throwIfNoEntry: false }),
  )
  told(npm.length === 0, 'nothing in it installs packages of npm', npm.join('\n'))
  told(config.Labels['org.opencontainers.image.version'] !== undefined, 'its labels say which version it is')
}

/** Like a container runtime: a read-only root, /tmp and /run in memory, no capability and no way to get one. */
const CONTAINED = `
set -e
root=$1; shift
mount --bind "$root" "$root"
mount -o remount,bind,ro "$root"
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount -t tmpfs tmpfs "$root/tmp"
mount -t tmpfs tmpfs "$root/run"
exec chroot "$root" setpriv --reuid=${NOBODY} --regid=${NOBODY} --clear-groups --bounding-set=-all --inh-caps=-all --no-new-privs -- "$@"`

function start(
  root: string,
  { Env, Entrypoint }: Config,
  environment: Readonly<Record<string, string>>,
  args: readonly string[],
  entry = Entrypoint,
) {
  const own = Object.fromEntries(Env.map((each) => [each.split('=', 1)[0] ?? '', each.slice(each.indexOf('=') + 1)]))
  const command = ['--mount', 'sh', '-c', CONTAINED, 'sh', root, ...entry, ...args]
  const child = spawn('unshare', command, { env: { ...own, ...environment }, stdio: ['ignore', 'pipe', 'pipe'] })
  const said = { text: '' }
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding('utf8').on('data', (text: string) => (said.text += text))
  const ended = new Promise<number | null>((resolve) => child.once('close', (code) => resolve(code)))
  closing.push(() => void (child.exitCode === null && child.kill('SIGKILL')))
  return { child, said, ended }
}

async function runs(root: string, config: Config, environment: Readonly<Record<string, string>>): Promise<void> {
  for (const command of ['migrate', 'doctor']) {
    const { ended, said } = start(root, config, environment, [command])
    told((await ended) === 0, `zvirka ${command}`, said.text)
  }
  const write = `for (const path of ['/x', '/app/x', '/run/../etc/x']) try { fs.writeFileSync(path, ''); process.exit(1) } catch (error) { if (error.code !== 'EROFS') throw error }; fs.writeFileSync('/tmp/x', '')`
  const tried = start(root, config, environment, ['-e', `const fs = require('node:fs'); ${write}`], ['node'])
  told((await tried.ended) === 0, 'it can write to /tmp, and to nothing else', tried.said.text)
  for (const command of ['api', 'worker']) {
    const port = String(await freePort())
    const ports = {
      HOST: '127.0.0.1',
      PORT: String(await freePort()),
      ZVIRKA_MONITORING_HOST: '127.0.0.1',
      ZVIRKA_MONITORING_PORT: port,
      ZVIRKA_WORKER_PORT: port,
    }
    const { child, ended, said } = start(root, config, { ...environment, ...ports }, [command])
    const isReady = await until(
      `zvirka ${command} to be ready`,
      async () => child.exitCode !== null || (await answers(port)),
    )
    told(
      isReady === true && child.exitCode === null && holdsNothing(child),
      `zvirka ${command} is ready, as nobody without capabilities`,
      said.text,
    )
    child.kill('SIGTERM')
    told((await ended) === 0, `zvirka ${command} ends when it is told to`, said.text)
  }
}

async function answers(port: string): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health/ready`).then(
    ({ ok }) => ok,
    () => false,
  )
}

function holdsNothing({ pid }: ChildProcess): boolean {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8')
  return [/^Uid:\s+65532\s+65532/m, /^CapEff:\s+0+$/m, /^CapBnd:\s+0+$/m, /^NoNewPrivs:\s+1$/m].every((line) =>
    line.test(status),
  )
}

async function main(): Promise<number> {
  const { version } = JSON.parse(readFileSync(join(import.meta.dirname, '../../package.json'), 'utf8'))
  const { tag } = parseArgs({ options: { tag: { type: 'string', default: `zvirka:${version}` } } }).values
  const missing = ['buildah', 'unshare', 'setpriv', 'chroot'].filter(
    (tool) => spawnSync(tool, ['--version']).status !== 0,
  )
  if (missing.length > 0 || process.getuid?.() !== 0) {
    process.stderr.write(
      `a root, ${missing.join(', ') || 'nothing else'} missing: nothing was tried (Debian: apt install buildah util-linux)\n`,
    )
    return 2
  }
  if (spawnSync('buildah', ['inspect', '--type', 'image', tag]).status !== 0) {
    process.stderr.write(`there is no image ${tag}: npm run image builds it\n`)
    return 2
  }
  const config: Config = JSON.parse(buildah('inspect', '--type', 'image', tag)).Docker.config
  process.stdout.write(`${tag}: ${buildah('images', '--format', '{{.Size}}', tag)}\n`)
  const container = buildah('from', tag)
  closing.push(() => buildah('rm', container))
  const root = buildah('mount', container)
  await lookInto(root, config)
  const simulator = await startSimulator()
  closing.push(() => simulator.close())
  const database = await startOwnDatabase()
  closing.push(() => database.close())
  await runs(root, config, environmentOf(database.url, simulator.url))
  return failures === 0 ? 0 : 1
}

try {
  process.exitCode = await main()
} finally {
  for (const close of closing.toReversed()) await close()
}
