/** The server process: its pid file, whether it is alive, and stopping it. */
import { execFile } from 'node:child_process'
import { link, readFile, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { promisify } from 'node:util'
import { isTaken } from './processes.ts'

const POLL_MS = 10

/** The content of `postmaster.pid`. */
interface PidFile {
  readonly pid: number
  /** Undefined until the server writes it. */
  readonly socketDirectory: string | undefined
}

function pidFilePath(dataDirectory: string): string {
  return join(dataDirectory, 'postmaster.pid')
}

/** Reads the server's pid file; undefined if there is none. Lines: pid, data folder, start time, port, socket folder … */
export async function readPidFile(dataDirectory: string): Promise<PidFile | undefined> {
  const text = await readFile(pidFilePath(dataDirectory), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const lines = text.split('\n')
  const pid = Number(lines[0])
  if (!Number.isInteger(pid) || pid <= 0) return undefined
  const socketDirectory = lines[4]
  return { pid, socketDirectory: socketDirectory === '' ? undefined : socketDirectory }
}

async function commandLine(pid: number): Promise<string> {
  if (process.platform === 'linux') {
    const text = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')
    return text.split('\0').join(' ')
  }
  const ps = promisify(execFile)('ps', ['-ww', '-o', 'command=', '-p', String(pid)])
  return (await ps.catch(() => ({ stdout: '' }))).stdout
}

/** Whether the process is the server of this data folder, and not a later process with the same pid. */
async function isServer(pid: number, dataDirectory: string): Promise<boolean> {
  return (await commandLine(pid)).includes(` -D ${dataDirectory} `)
}

/** The pid of the server of the data folder; undefined if none runs. */
export async function findServer(dataDirectory: string): Promise<number | undefined> {
  const file = await readPidFile(dataDirectory)
  return file !== undefined && (await isServer(file.pid, dataDirectory)) ? file.pid : undefined
}

/**
 * Removes a pid file whose pid now belongs to another program (or to a zombie), which PostgreSQL itself would mistake for a server. The
 * file is moved away before it is checked, so that concurrent callers cannot remove the file of a server that another one has started. A
 * pid without a process is left to PostgreSQL, which also checks for surviving children of the old server.
 */
export async function removeStalePidFile(dataDirectory: string): Promise<void> {
  const file = await readPidFile(dataDirectory)
  if (file === undefined || !isTaken(file.pid) || (await isServer(file.pid, dataDirectory))) return
  const path = pidFilePath(dataDirectory)
  const aside = `${path}.${process.pid}`
  try {
    await rename(path, aside)
  } catch {
    return
  }
  const moved = await readFile(aside, 'utf8')
  if (await isServer(Number(moved.split('\n')[0]), dataDirectory)) await link(aside, path).catch(() => undefined)
  await rm(aside, { force: true })
}

/**
 * Stops the server: ends sessions, keeps everything acknowledged ("fast").
 * @returns whether it stopped within the time limit
 */
export async function stopServer(dataDirectory: string, timeoutMs: number): Promise<boolean> {
  const pid = await findServer(dataDirectory)
  if (pid === undefined) return true
  try {
    process.kill(pid, 'SIGINT')
  } catch {
    return true
  }
  const end = performance.now() + timeoutMs
  while (performance.now() < end) {
    if (!(await isServer(pid, dataDirectory))) return true
    await delay(POLL_MS)
  }
  return false
}
