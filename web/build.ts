/**
 * Builds the page, unless a build of exactly these sources is there: `web/dist/<hash of the sources>`. The last line that it prints is
 * the folder. Builds that run at once do each other no harm: each makes a folder of its own and then gives it the name.
 */
import { createHash } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

const web = fileURLToPath(new URL('.', import.meta.url))
const dist = join(web, 'dist')
/** What the build is made of, besides what the lock file pins. */
const SOURCES = ['src', 'public', 'index.html', 'vite.config.ts', 'build.ts', '../package-lock.json']
const COMPRESSED = new Set(['.js', '.css', '.svg'])

async function filesBelow(path: string): Promise<string[]> {
  const entries = await readdir(path, { recursive: true, withFileTypes: true }).catch(() => undefined)
  if (entries === undefined) return [path]
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name))
}

async function hashOfSources(): Promise<string> {
  const files = (await Promise.all(SOURCES.map((path) => filesBelow(join(web, path))))).flat().sort()
  const digest = createHash('sha256')
  for (const file of files) {
    const bytes = await readFile(file)
    digest.update(`${file.slice(web.length)} ${bytes.length}\n`).update(bytes)
  }
  return digest.digest('hex').slice(0, 16)
}

async function compress(folder: string): Promise<void> {
  for (const file of await filesBelow(folder)) {
    if (!COMPRESSED.has(extname(file))) continue
    const bytes = await readFile(file)
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: constants.BROTLI_MAX_QUALITY } }
    await writeFile(`${file}.br`, await promisify(brotliCompress)(bytes, quality))
    await writeFile(`${file}.gz`, await promisify(gzip)(bytes, { level: 9 }))
  }
}

async function build(target: string): Promise<void> {
  // What is served is what is tested, though a test runner says otherwise: React as it is in production.
  process.env['NODE_ENV'] = 'production'
  const { build: viteBuild } = await import('vite')
  const temporary = join(dist, `.${process.pid}`)
  await mkdir(dist, { recursive: true })
  try {
    await viteBuild({
      configFile: join(web, 'vite.config.ts'),
      logLevel: 'warn',
      build: { outDir: temporary, emptyOutDir: true },
    })
    await compress(temporary)
    const older = (await readdir(dist)).filter((name) => !name.startsWith('.') && name !== basename(target))
    // Another build of the same sources may have been quicker.
    await rename(temporary, target).catch((error: unknown) => {
      if (!existsSync(target)) throw error
    })
    await Promise.all(older.map((name) => rm(join(dist, name), { recursive: true, force: true })))
  } finally {
    await rm(temporary, { recursive: true, force: true })
  }
}

const target = join(dist, await hashOfSources())
if (!existsSync(target)) await build(target)
console.log(target)
