/** The folder for temporary files of one test run; it is removed with everything in it. */
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, realpath, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const MEMORY = '/dev/shm'
/** Several times what a run needs at most. */
const LEAST_FREE_BYTES = 4 * 1024 ** 3
const PREFIX = 'zvirka-tests-'

/** Makes the folder: in memory if there is enough and programs can run from it, since databases are copied hundreds of times. */
export async function makeScratch(): Promise<string> {
  const folder = (await inMemory()) ?? (await mkdtemp(join(await realpath(tmpdir()), PREFIX)))
  // Like /tmp: in a run by root the server has another user, and where a clone's path is long its socket folder is made here.
  await chmod(folder, 0o1777)
  return folder
}

async function inMemory(): Promise<string | undefined> {
  try {
    const { bavail, bsize } = await statfs(MEMORY)
    if (bavail * bsize < LEAST_FREE_BYTES) return undefined
    const folder = await mkdtemp(join(MEMORY, PREFIX))
    if (await canRunFrom(folder)) return folder
    await rm(folder, { recursive: true })
  } catch {
    // Missing, or not writable.
  }
  return undefined
}

/** Containers may mount it with noexec. */
async function canRunFrom(folder: string): Promise<boolean> {
  const program = join(folder, 'program')
  await writeFile(program, '#!/bin/sh\n', { mode: 0o700 })
  try {
    await promisify(execFile)(program)
    return true
  } catch {
    return false
  } finally {
    await rm(program)
  }
}
