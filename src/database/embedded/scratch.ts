import { randomUUID } from 'node:crypto'
import { chown, mkdir, readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { isTaken } from './processes.ts'
import type { ServerUser } from './server-user.ts'

const NAME = /^new-(\d+)-/

/** Removes what killed processes left in the state folder. */
export async function removeLeftovers(stateDirectory: string): Promise<void> {
  for (const name of await readdir(stateDirectory)) {
    const pid = NAME.exec(name)?.[1]
    if (pid !== undefined && !isTaken(Number(pid)))
      await rm(join(stateDirectory, name), { recursive: true, force: true })
  }
}

/**
 * Lends a new folder inside the state folder, in which something is created and then moved to its place by one rename: it is there
 * completely or not at all, and of concurrent creators one wins.
 */
export async function withScratch<T>(
  stateDirectory: string,
  user: ServerUser | undefined,
  work: (directory: string) => Promise<T>,
): Promise<T> {
  const directory = join(stateDirectory, `new-${process.pid}-${randomUUID()}`)
  await mkdir(directory, { mode: 0o700 })
  try {
    if (user !== undefined) await chown(directory, user.uid, user.gid)
    return await work(directory)
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}
