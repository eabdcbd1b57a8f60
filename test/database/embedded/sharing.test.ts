// Rules: spec 7.1.3
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acquireEmbedded } from '../../../src/database/embedded/embedded.ts'
import { ask, makeClone, startHolder, type TestClone } from '../../support/clones.ts'
import { until } from '../../support/until.ts'

let clone: TestClone

beforeAll(async () => {
  clone = await makeClone()
})

afterAll(() => clone.remove())

const acquire = () => acquireEmbedded({ cloneDirectory: clone.directory })

describe('the embedded server', () => {
  test('is started by the first command, stopped by the last, and keeps its data in between', async () => {
    const first = await acquire()
    await ask(first.url, 'create table kept (value text)')
    await ask(first.url, `insert into kept values ('here')`)
    await first.release()
    expect(await clone.serverPid()).toBeUndefined()

    const second = await acquire()
    expect(await ask(second.url, 'select value from kept')).toEqual([{ value: 'here' }])
    await second.release()
    expect(await clone.serverPid()).toBeUndefined()
  })

  test('can be released twice', async () => {
    const acquired = await acquire()
    await acquired.release()
    await expect(acquired.release()).resolves.toBeUndefined()
  })

  test('is shared by two commands, and stays for the second when the first one, which started it, exits', async () => {
    const starter = await startHolder(clone)
    const pid = await clone.serverPid()
    const joiner = await startHolder(clone)
    expect(joiner.url).toBe(starter.url)
    await starter.release()
    expect(await clone.serverPid()).toBe(pid)
    expect(await ask(joiner.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await joiner.release()
    expect(await clone.serverPid()).toBeUndefined()
  })

  test('is started once, even if three commands start it for the first time at once', async () => {
    const fresh = await makeClone()
    const holders = await Promise.all([startHolder(fresh), startHolder(fresh), startHolder(fresh)])
    const starts = await Promise.all(
      holders.map(({ url }) => ask<{ start: Date }>(url, 'select pg_postmaster_start_time() as start')),
    )
    expect(new Set(starts.map(([row]) => row?.start.getTime())).size).toBe(1)
    await Promise.all(holders.map((holder) => holder.release()))
    expect(await fresh.serverPid()).toBeUndefined()
    await fresh.remove()
  })

  test('is restarted by a command that arrives while the last one stops it', async () => {
    let before = await acquire()
    for (let round = 0; round < 8; round += 1) {
      const leaving = before.release()
      const [next] = await Promise.all([acquire(), leaving])
      expect(await ask(next.url, 'select 1 as one')).toEqual([{ one: 1 }])
      before = next
    }
    await before.release()
    expect(await clone.serverPid()).toBeUndefined()
  })

  test('left behind by killed commands is adopted by the next, which stops it', async () => {
    const [one, other] = [await startHolder(clone), await startHolder(clone)]
    const pid = await clone.serverPid()
    await Promise.all([one.kill(), other.kill()])
    expect(await clone.serverPid()).toBe(pid)

    const next = await acquire()
    expect(await clone.serverPid()).toBe(pid)
    // The server notices by itself that the killed processes are gone.
    const holds = `select from pg_locks where locktype = 'advisory' and mode = 'ShareLock'`
    await until('one session', async () => (await ask(next.url, holds)).length === 1)
    await next.release()
    expect(await clone.serverPid()).toBeUndefined()
  })

  test('does not receive Ctrl-C from the terminal that started it, and keeps none of that command’s handles open', async () => {
    const holder = await startHolder(clone)
    const pid = await clone.serverPid()
    const outputCloses = new Promise<void>((resolve) => holder.process.stdout.once('close', resolve))
    process.kill(-holder.pid, 'SIGINT')
    await outputCloses
    expect(await clone.serverPid()).toBe(pid)
    expect(pid).toBeDefined()
  })
})
