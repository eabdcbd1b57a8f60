/**
 * Where a clone's server has its data, its copy of the binaries, its log and its socket (spec 7.1).
 *
 * For an ordinary user that is `.zvirka/` in the clone. For root the server runs as an unprivileged user, who may not be able to enter the
 * clone (a home folder with mode 0700): then the state folder is below /var/lib/zvirka, and the link `.zvirka/root` refers to it.
 */
import { createHash } from 'node:crypto'
import {
  chmod,
  chown,
  lstat,
  mkdir,
  mkdtemp,
  readFile,
  readlink,
  realpath,
  rm,
  stat,
  symlink,
  writeFile,
} from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { ServerUser } from './server-user.ts'

/** The folder of this clone. */
export const cloneDirectory = fileURLToPath(new URL('../../..', import.meta.url)).replace(/\/$/, '')

const ROOTS_FOLDER = '/var/lib/zvirka'
const LINK = 'root'
/** A socket's path has 108 bytes with the closing zero (macOS: 104). */
const LONGEST_SOCKET_PATH = process.platform === 'darwin' ? 103 : 107
const SOCKET_NAME = '.s.PGSQL.5432'

/** `initdb` passes paths to a shell, between double quotes. */
const UNFIT_FOR_SHELL = /["$`\\\n]/

async function isThere(path: string): Promise<boolean> {
  return (await lstat(path).catch(() => undefined)) !== undefined
}

/** `.zvirka/` of the clone; if root creates it, it is given to the owner of the clone, so that they can use it too. */
async function ownFolder(clone: string): Promise<string> {
  const folder = join(clone, '.zvirka')
  if (await isThere(folder)) return folder
  await mkdir(folder, { recursive: true, mode: 0o755 })
  const owner = await stat(clone)
  if (process.getuid?.() === 0) await chown(folder, owner.uid, owner.gid)
  return folder
}

async function newFolderOfRoot(clone: string, user: ServerUser): Promise<string> {
  const prefix = `${basename(clone).replaceAll(/[^\w.-]/g, '_')}-`
  let folder: string
  try {
    await mkdir(ROOTS_FOLDER, { recursive: true, mode: 0o755 })
    folder = await mkdtemp(join(ROOTS_FOLDER, prefix))
  } catch {
    folder = await mkdtemp(join(tmpdir(), `zvirka-${prefix}`))
  }
  await writeFile(join(folder, 'clone'), clone)
  await chown(folder, user.uid, user.gid)
  return folder
}

/**
 * Whether the link's folder belongs to this clone: a copied clone has a copy of the link and must not share the data, a moved one must find
 * its data again.
 */
async function belongsTo(folder: string, clone: string): Promise<boolean> {
  const named = await readFile(join(folder, 'clone'), 'utf8').catch(() => undefined)
  if (named === undefined) return false
  if (named === clone) return true
  const other = await readlink(join(named, '.zvirka', LINK)).catch(() => undefined)
  if (other === folder) return false
  await writeFile(join(folder, 'clone'), clone)
  return true
}

async function folderOfRoot(clone: string, user: ServerUser): Promise<string> {
  const link = join(await ownFolder(clone), LINK)
  for (;;) {
    const named = await readlink(link).catch(() => undefined)
    if (named !== undefined && (await belongsTo(named, clone))) return named
    if (named !== undefined) await rm(link, { force: true })
    const folder = await newFolderOfRoot(clone, user)
    try {
      await symlink(folder, link)
      return folder
    } catch (error) {
      // Another command was first; its folder is used.
      await rm(folder, { recursive: true, force: true })
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    }
  }
}

/** The state folder of a clone, created if needed, accessible only to the server's user. */
export async function provideStateDirectory(clone: string, user: ServerUser | undefined): Promise<string> {
  const real = await realpath(clone)
  if (user !== undefined) return folderOfRoot(real, user)
  if (UNFIT_FOR_SHELL.test(real)) {
    throw new Error(
      `The embedded PostgreSQL cannot run in ${real}: quotes, $, ` +
        '`' +
        ' and \\ in a path are too much for its initdb. Move the clone, or set DATABASE_URL.',
    )
  }
  const folder = join(await ownFolder(real), 'postgresql')
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return folder
}

function fits(directory: string): boolean {
  return Buffer.byteLength(join(directory, SOCKET_NAME)) <= LONGEST_SOCKET_PATH
}

/** Creates a folder only for the server; one that another user created first is refused. */
async function privateFolder(path: string, user: ServerUser | undefined): Promise<string | undefined> {
  await mkdir(path, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error
  })
  const uid = user?.uid ?? process.getuid?.()
  const found = await lstat(path)
  if (!found.isDirectory() || (found.uid !== uid && found.uid !== process.getuid?.())) return undefined
  if (user !== undefined) await chown(path, user.uid, user.gid)
  await chmod(path, 0o700)
  return path
}

/** The folder of the socket: in the state folder, or in a short path if that one is too long. */
export async function provideSocketDirectory(stateDirectory: string, user: ServerUser | undefined): Promise<string> {
  const name = `zvirka-${createHash('sha256').update(stateDirectory).digest('hex').slice(0, 16)}`
  const { XDG_RUNTIME_DIR: runtime } = process.env
  const candidates = [
    join(stateDirectory, 'socket'),
    ...(user !== undefined || runtime === undefined ? [] : [join(runtime, name)]),
    join(tmpdir(), name),
    join('/tmp', name),
  ]
  for (const candidate of candidates.filter(fits)) {
    if (!(await isThere(dirname(candidate)))) continue
    const folder = await privateFolder(candidate, user).catch(() => undefined)
    if (folder !== undefined) return folder
  }
  throw new Error(`No folder for the socket of the embedded PostgreSQL: tried ${candidates.join(', ')}`)
}
