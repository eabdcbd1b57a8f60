/** The folder for temporary files of one test run: below it is whatever the run writes, and with it all of that goes. */
import { execFile } from 'node:child_process'
import { chmod, mkdtemp, realpath, rm, statfs, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'

const MEMORY = '/dev/shm'
/** What a run takes at most, several times over. */
const LEAST_FREE_BYTES = 4 * 1024 ** 3
const PREFIX = 'zvirka-tests-'

/** Makes the folder: in memory where that is large enough and programs can run from it, since databases are copied hundreds of times. */
export async function makeScratch(): Promise<string> {
  const folder = (await inMemory()) ?? (await mkdtemp(join(await realpath(tmpdir()), PREFIX)))
  // As /tmp: the server of a run by root is another user, and where a clone's path is long, its socket's folder is made in here.
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
    // There is none, or it is not ours to write.
  }
  return undefined
}

/** Containers mount it without the right to execute. */
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
