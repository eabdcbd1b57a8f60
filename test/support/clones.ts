import { type ChildProcessByStdio, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdir, mkdtemp, readlink, realpath, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface, type Interface } from 'node:readline'
import type { Readable, Writable } from 'node:stream'
import { fileURLToPath } from 'node:url'
import { connect } from '../../src/database/connection.ts'
import { siteIn } from '../../src/database/embedded/cluster.ts'
import { findServer, stopServer } from '../../src/database/embedded/postmaster.ts'
import { serverUser } from '../../src/database/embedded/server-user.ts'
import { provideSocketDirectory } from '../../src/database/embedded/state.ts'

/** A folder that acts as a clone of the repository, with a server of its own. */
export interface TestClone {
  readonly directory: string
  /** The data folder of its server. */
  stateDirectory(): Promise<string>
  /** The pid of its server, or undefined. */
  serverPid(): Promise<number | undefined>
  /** Stops the server even if it is in use, and removes everything. */
  remove(): Promise<void>
}

/** Makes a clone in a temporary folder, at a given path if that matters. */
export async function makeClone(...path: string[]): Promise<TestClone> {
  const top = await realpath(await mkdtemp(join(tmpdir(), 'zvirka-clone-')))
  const directory = join(top, ...path)
  await mkdir(directory, { recursive: true })
  return { ...cloneAt(directory), remove: () => removeClone(directory, top) }
}

/** The clone at a path. */
export function cloneAt(directory: string): TestClone {
  return {
    directory,
    stateDirectory: () => stateDirectoryOf(directory),
    serverPid: async () => findServer(siteIn(await stateDirectoryOf(directory), undefined).dataDirectory),
    remove: () => removeClone(directory, directory),
  }
}

async function stateDirectoryOf(directory: string): Promise<string> {
  const own = join(directory, '.zvirka')
  return readlink(join(own, 'root')).catch(() => join(own, 'postgresql'))
}

async function removeClone(directory: string, top: string): Promise<void> {
  const state = await stateDirectoryOf(directory)
  await stopServer(siteIn(state, undefined).dataDirectory, 10_000)
  // Where the path was too long for a socket, its folder is elsewhere.
  await rm(await provideSocketDirectory(state, serverUser()), { recursive: true, force: true })
  await rm(state, { recursive: true, force: true })
  await rm(top, { recursive: true, force: true })
}

/** A separate process that uses a clone's server. */
export interface Holder {
  readonly url: string
  readonly pid: number
  readonly process: ChildProcessByStdio<Writable, Readable, null>
  /** Starts writing; reports the acknowledged numbers as they come. */
  write(onAcknowledged: (number: number) => void): void
  /** Tells it to release, and waits for its end. */
  release(): Promise<void>
  /** kill -9, and waits for its end. */
  kill(): Promise<void>
}

const program = fileURLToPath(new URL('holder.ts', import.meta.url))

async function nextLine(lines: Interface): Promise<string> {
  const [line] = (await Promise.race([once(lines, 'line'), once(lines, 'close')])) as [string?]
  if (line === undefined) throw new Error('the holder ended before it had a database')
  return line
}

/** Starts a process that uses the clone's server, in its own process group. */
export async function startHolder(clone: { directory: string }, user?: { uid: number; gid: number }): Promise<Holder> {
  const child = spawn(process.execPath, [program, clone.directory], {
    stdio: ['pipe', 'pipe', 'inherit'],
    detached: true,
    ...(user === undefined ? {} : { uid: user.uid, gid: user.gid }),
  })
  const exited = once(child, 'exit')
  const lines = createInterface({ input: child.stdout })
  const { url } = JSON.parse(await nextLine(lines)) as { url: string }
  return {
    url,
    pid: child.pid ?? 0,
    process: child,
    write: (onAcknowledged) => {
      lines.on('line', (line) => onAcknowledged(Number(line)))
      child.stdin.write('write\n')
    },
    release: async () => {
      child.stdin.write('release\n')
      await exited
    },
    kill: async () => {
      child.kill('SIGKILL')
      await exited
    },
  }
}

/** Runs one statement on its own connection. */
export async function ask<Row>(url: string, text: string): Promise<Row[]> {
  const client = await connect({ url, applicationName: 'tests' })
  try {
    return (await client.query(text)).rows as Row[]
  } finally {
    await client.end()
  }
}
