import { chmod, chown, cp, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { acquireEmbedded } from '../../../src/database/embedded/embedded.ts'
import { readPidFile } from '../../../src/database/embedded/postmaster.ts'
import { isRoot, serverUser } from '../../../src/database/embedded/server-user.ts'
import { cloneDirectory, provideStateDirectory } from '../../../src/database/embedded/state.ts'
import { ask, cloneAt, makeClone, startHolder, type TestClone } from '../../support/clones.ts'

async function cloneOf(...path: string[]): Promise<TestClone> {
  const clone = await makeClone(...path)
  onTestFinished(() => clone.remove())
  return clone
}

/** Makes a table that identifies this clone's data. */
async function mark(clone: TestClone, value: string): Promise<void> {
  const acquired = await acquireEmbedded({ cloneDirectory: clone.directory })
  await ask(acquired.url, `create table marks as select '${value}'::text as value`)
  await acquired.release()
}

async function findMarks(clone: TestClone): Promise<unknown[]> {
  const acquired = await acquireEmbedded({ cloneDirectory: clone.directory })
  try {
    const [found] = await ask<{ there: boolean }>(acquired.url, `select to_regclass('marks') is not null as there`)
    return found?.there === true ? await ask(acquired.url, 'select value from marks') : []
  } finally {
    await acquired.release()
  }
}

async function socketDirectory(clone: TestClone): Promise<string> {
  return (await readPidFile(join(await clone.stateDirectory(), 'data')))?.socketDirectory ?? ''
}

/** Whether a user other than root could run our code and PostgreSQL from here. */
async function isReachable(directory: string): Promise<boolean> {
  if (((await stat(directory)).mode & 0o005) !== 0o005) return false
  return directory === '/' || isReachable(dirname(directory))
}

const isOpenToOthers = await isReachable(cloneDirectory)

describe('the embedded server works', () => {
  test.each([
    [
      'with spaces, Ukrainian letters and other characters that mean something somewhere',
      ["моя тека it's, a = b; %41 ?&#"],
    ],
    ['so long that a socket cannot lie in it', ['long-'.repeat(20), 'longer-'.repeat(20)]],
  ])('in a path %s', async (_, path) => {
    const clone = await cloneOf(...path)
    const acquired = await acquireEmbedded({ cloneDirectory: clone.directory })
    expect(await ask(acquired.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await acquired.release()
    expect(await clone.serverPid()).toBeUndefined()
  })

  test.runIf(isRoot())(
    'for root in a home folder that only root can enter, in a folder that .zvirka names',
    async () => {
      const clone = await cloneOf('home', 'clone')
      await chmod(dirname(clone.directory), 0o700)
      await mark(clone, 'mine')
      expect(await findMarks(clone)).toEqual([{ value: 'mine' }])
      expect(await clone.stateDirectory()).not.toContain(clone.directory)
    },
  )

  test.runIf(isRoot() && isOpenToOthers).each([['clone'], ["моя тека it's, a = b; %41 ?&#"]])(
    'for an ordinary user, all of it in .zvirka: %s',
    async (name) => {
      const user = serverUser()
      if (user === undefined) throw new Error('root has an unprivileged user for the server')
      const clone = await cloneOf(name)
      await chmod(dirname(clone.directory), 0o755)
      await chown(clone.directory, user.uid, user.gid)
      const holder = await startHolder(clone, user)
      expect(await ask(holder.url, 'select 1 as one')).toEqual([{ one: 1 }])
      expect(await clone.stateDirectory()).toBe(join(clone.directory, '.zvirka', 'postgresql'))
      await holder.release()
      expect(await clone.serverPid()).toBeUndefined()
    },
  )
})

test('a path that initdb would pass to a shell incorrectly is refused with a hint', async () => {
  const clone = await cloneOf('$(touch here)')
  await expect(provideStateDirectory(clone.directory, undefined)).rejects.toThrow('set DATABASE_URL')
})

describe('the embedded server is private', () => {
  test('it listens on no network, and its folders are private', async () => {
    const clone = await cloneOf()
    const acquired = await acquireEmbedded({ cloneDirectory: clone.directory })
    expect(await ask(acquired.url, 'show listen_addresses')).toEqual([{ listen_addresses: '' }])
    for (const folder of [await socketDirectory(clone), await clone.stateDirectory()]) {
      expect((await stat(folder)).mode & 0o777).toBe(0o700)
    }
    await acquired.release()
  })

  test('its log contains no statements, values or errors of them', async () => {
    const clone = await cloneOf()
    const acquired = await acquireEmbedded({ cloneDirectory: clone.directory })
    await ask(acquired.url, 'create table secrets (value text primary key)')
    await ask(acquired.url, `insert into secrets values ('3184710691')`)
    await expect(ask(acquired.url, `insert into secrets values ('3184710691')`)).rejects.toThrow('duplicate key')
    await expect(ask(acquired.url, `select '3184710691'::uuid`)).rejects.toThrow('invalid input')
    await acquired.release()
    const log = await readFile(join(await clone.stateDirectory(), 'postgresql.log'), 'utf8')
    expect(log).toContain('database system is shut down')
    expect(log).not.toContain('3184710691')
  })

  test('its log is bounded: a large one is rotated, and one older log is kept', async () => {
    const clone = await cloneOf()
    await mark(clone, 'any')
    const log = join(await clone.stateDirectory(), 'postgresql.log')
    for (const size of [1_100_000, 1_200_000]) {
      await writeFile(log, 'x'.repeat(size))
      await findMarks(clone)
      expect((await stat(`${log}.1`)).size).toBe(size)
      expect((await stat(log)).size).toBeLessThan(100_000)
    }
  })

  test('a copied clone has its own data', async () => {
    const original = await cloneOf('original')
    await mark(original, 'original')
    const copy = join(dirname(original.directory), 'copy')
    await mkdir(copy)
    if (isRoot()) await cp(join(original.directory, '.zvirka'), join(copy, '.zvirka'), { recursive: true })
    const copied = cloneAt(copy)
    onTestFinished(() => copied.remove())
    expect(await findMarks(copied)).toEqual([])
    expect(await findMarks(original)).toEqual([{ value: 'original' }])
  })

  test('a moved clone finds its data', async () => {
    const original = await cloneOf('original')
    await mark(original, 'moved')
    const target = join(dirname(original.directory), 'moved')
    await rename(original.directory, target)
    const moved = cloneAt(target)
    onTestFinished(() => moved.remove())
    expect(await findMarks(moved)).toEqual([{ value: 'moved' }])
  })
})
