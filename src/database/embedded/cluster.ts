/** A data folder and its server process. */
import { execFile, spawn } from 'node:child_process'
import { lstat, open, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { type Binaries, majorVersion } from './binaries.ts'
import { withScratch } from './scratch.ts'
import type { ServerUser } from './server-user.ts'

/** The only login of the embedded server: its superuser, without a password for every client of the socket. */
export const EMBEDDED_LOGIN = 'zvirka'

const LARGEST_LOG = 1024 * 1024

/** The location of an embedded server, and its operating system user. */
export interface Site {
  readonly stateDirectory: string
  readonly dataDirectory: string
  readonly logFile: string
  /** Undefined if the server runs as the current user. */
  readonly user: ServerUser | undefined
}

/** A site with the programs to run there. */
export interface Cluster extends Site {
  readonly binaries: Binaries
}

/** The site in a state folder. */
export function siteIn(stateDirectory: string, user: ServerUser | undefined): Site {
  const [dataDirectory, logFile] = [join(stateDirectory, 'data'), join(stateDirectory, 'postgresql.log')]
  return { stateDirectory, dataDirectory, logFile, user }
}

/** How to run the server's programs, independent of our environment. */
function processOptions({ user, stateDirectory }: Site) {
  const { PATH = '' } = process.env
  const env = { PATH, LC_ALL: 'C', TZ: 'UTC' }
  return { cwd: stateDirectory, env, ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }) }
}

async function runInitdb(cluster: Cluster, directory: string, more: readonly string[]): Promise<void> {
  const program = join(cluster.binaries.directory, 'bin', 'initdb')
  // The builtin provider needs no locale of the system, and folds Ukrainian letters.
  const locale = ['--encoding=UTF8', '--locale-provider=builtin', '--builtin-locale=C.UTF-8', '--locale=C']
  // Containers give /dev/shm 64 MB or less, which can fill. The server needs some memory of System V in any case.
  const memory = process.platform === 'linux' ? ['--set', 'dynamic_shared_memory_type=sysv'] : []
  const access = [`--username=${EMBEDDED_LOGIN}`, '--auth=trust']
  const options = { ...processOptions(cluster), timeout: 120_000 }
  await promisify(execFile)(
    program,
    ['-D', directory, ...locale, ...memory, ...access, '--no-instructions', ...more],
    options,
  ).catch((error: Error & { stderr?: string }) => {
    throw new Error(`initdb of the embedded PostgreSQL failed: ${error.stderr?.trim() || error.message}`)
  })
}

/**
 * Creates the data folder if needed; `more` are further options of initdb.
 * @throws Error if another major version of PostgreSQL created it
 */
export async function provideData(cluster: Cluster, more: readonly string[] = []): Promise<void> {
  const { dataDirectory, stateDirectory, user, binaries } = cluster
  const found = await readFile(join(dataDirectory, 'PG_VERSION'), 'utf8').catch(() => undefined)
  if (found === undefined) {
    await withScratch(stateDirectory, user, async (scratch) => {
      const made = join(scratch, 'data')
      await runInitdb(cluster, made, more)
      await rename(made, dataDirectory).catch(async (error: unknown) => {
        // Another command was first.
        if ((await lstat(join(dataDirectory, 'PG_VERSION')).catch(() => undefined)) === undefined) throw error
      })
    })
  } else if (found.trim() !== majorVersion(binaries)) {
    throw new Error(
      `The data in ${dataDirectory} were made by PostgreSQL ${found.trim()}, but this version of zvirka brings PostgreSQL ${majorVersion(binaries)}. Go back to the version that made them, or move the folder away to begin with an empty database.`,
    )
  }
}

async function openLog({ logFile }: Site) {
  const size = (await lstat(logFile).catch(() => undefined))?.size ?? 0
  if (size > LARGEST_LOG) await rename(logFile, `${logFile}.1`)
  return open(logFile, 'a', 0o600)
}

/** The server's arguments. The data folder comes first: it identifies our server in the process list. */
function serverArguments(dataDirectory: string, settings: Readonly<Record<string, string>>): string[] {
  return ['-D', dataDirectory, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])]
}

/** One process that was started to be the server. */
export interface StartedServer {
  /**
   * Resolves with the log output when the process ends. That need not be a failure: of two servers started on the same data the later ends
   * at once.
   */
  readonly ended: Promise<string>
}

/**
 * Starts the server in its own session, so that Ctrl-C in our terminal does not reach it, without inherited open files.
 */
export async function startServer(
  cluster: Cluster,
  settings: Readonly<Record<string, string>>,
): Promise<StartedServer> {
  const log = await openLog(cluster)
  try {
    const before = (await log.stat()).size
    const program = join(cluster.binaries.directory, 'bin', 'postgres')
    const child = spawn(program, serverArguments(cluster.dataDirectory, settings), {
      ...processOptions(cluster),
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
    })
    child.unref()
    const ended = new Promise<void>((resolve, reject) => {
      child.once('error', reject)
      child.once('exit', () => resolve())
    }).then(async () => (await readFile(cluster.logFile)).subarray(before).toString('utf8').trim())
    // Avoids an unhandled rejection for callers that do not wait for it.
    ended.catch(() => undefined)
    return { ended }
  } finally {
    await log.close()
  }
}
