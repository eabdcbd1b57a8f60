/**
 * `npm run image -- [--tag zvirka:0.1.0] [--base docker.io/library/node:24-slim] [--out dist]`: builds the image with buildah or podman, and
 * writes its SBOM beside it. `--base debian` needs no registry of images: a base is made by debootstrap, with the Node and the npm of this machine.
 * It installs nothing, and exits with 2 if a tool is missing.
 */
import { execFileSync, spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'

const top = fileURLToPath(new URL('..', import.meta.url))
const { version } = JSON.parse(readFileSync(join(top, 'package.json'), 'utf8'))

const isThere = (tool: string) => spawnSync(tool, ['--version']).status === 0
const said = (tool: string, ...args: readonly string[]) =>
  execFileSync(tool, args, { cwd: top, encoding: 'utf8' }).trim()
const run = (tool: string, ...args: readonly string[]) => execFileSync(tool, args, { cwd: top, stdio: 'inherit' })

// npm itself, if npm runs this; otherwise the npm of the PATH.
function npmProgram(): string {
  return process.env['npm_execpath'] ?? said('sh', '-c', 'command -v npm')
}

/** A base image made only of Debian packages; returns its name. */
function makeBase(): string {
  const folder = mkdtempSync(join(tmpdir(), 'zvirka-base-'))
  try {
    run('debootstrap', '--variant=minbase', '--include=ca-certificates', 'bookworm', folder)
    for (const path of [
      'var/cache/apt',
      'var/lib/apt/lists',
      'usr/share/doc',
      'usr/share/man',
      'usr/share/locale',
      'var/log',
    ])
      rmSync(join(folder, path), { recursive: true, force: true })
    cpSync(process.execPath, join(folder, 'usr/local/bin/node'), { dereference: true })
    const modules = join(folder, 'usr/local/lib/node_modules')
    cpSync(dirname(dirname(realpathSync(npmProgram()))), join(modules, 'npm'), { recursive: true })
    symlinkSync('../lib/node_modules/npm/bin/npm-cli.js', join(folder, 'usr/local/bin/npm'))
    const container = said('buildah', 'from', 'scratch')
    run('buildah', 'add', '--quiet', container, folder, '/')
    run('buildah', 'commit', '--quiet', '--rm', container, 'localhost/zvirka-base:24')
    return 'localhost/zvirka-base:24'
  } finally {
    rmSync(folder, { recursive: true })
  }
}

function main(): number {
  const { tag, base, out } = parseArgs({
    options: {
      tag: { type: 'string', default: `zvirka:${version}` },
      base: { type: 'string', default: 'docker.io/library/node:24-slim' },
      out: { type: 'string', default: 'dist' },
    },
  }).values
  const builder = ['buildah', 'podman'].find(isThere)
  const missing =
    base === 'debian' ? ['buildah', 'debootstrap'].filter((tool) => !isThere(tool)) : builder ? [] : ['buildah']
  if (builder === undefined || missing.length > 0) {
    process.stderr.write(
      `${missing.join(' and ')} must be on PATH: nothing was built (Debian: apt install ${missing.join(' ')})\n`,
    )
    return 2
  }
  const from = base === 'debian' ? makeBase() : base
  const label = (name: string, value: string) => ['--label', `org.opencontainers.image.${name}=${value}`]
  const labels = [
    ...label('title', 'zvirka'),
    ...label('version', version),
    ...label('licenses', 'MIT'),
    ...label('revision', said('git', 'rev-parse', 'HEAD')),
    ...label('base.name', from),
  ]
  // The network may be behind a proxy that has its own certificate authority.
  const authority = process.env['NODE_EXTRA_CA_CERTS']
  const trust =
    authority === undefined
      ? []
      : ['--volume', `${authority}:${authority}:ro`, '--build-arg', `NODE_EXTRA_CA_CERTS=${authority}`]
  // Inside a container, no other isolation works.
  const isolation = builder === 'buildah' ? ['--isolation', 'chroot'] : []
  run(
    builder,
    ...['build', '--layers', '--format', 'docker', ...isolation, ...trust, ...labels, '--build-arg', `BASE=${from}`],
    ...['-f', 'deploy/Containerfile', '-t', tag, '.'],
  )
  mkdirSync(join(top, out), { recursive: true })
  const sbom = join(out, `zvirka-${version}.cdx.json`)
  writeFileSync(join(top, sbom), said('npm', 'run', '--silent', 'sbom').concat('\n'))
  process.stdout.write(`${tag} is built; what it holds is in ${sbom}\n`)
  return 0
}

process.exitCode = main()
