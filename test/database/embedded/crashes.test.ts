import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { acquireEmbedded } from '../../../src/database/embedded/embedded.ts'
import { readPidFile } from '../../../src/database/embedded/postmaster.ts'
import { ask, makeClone, startHolder, type TestClone } from '../../support/clones.ts'
import { effort } from '../../support/effort.ts'
import { until } from '../../support/until.ts'

let clone: TestClone

beforeAll(async () => {
  clone = await makeClone()
})

afterAll(() => clone.remove())

const acquire = () => acquireEmbedded({ cloneDirectory: clone.directory })

async function dataDirectory(): Promise<string> {
  return join(await clone.stateDirectory(), 'data')
}

/** Makes the data folder, without a running server. */
async function makeData(): Promise<string> {
  await (await acquire()).release()
  return dataDirectory()
}

async function leavePidFile(data: string, pid: number): Promise<void> {
  await writeFile(join(data, 'postmaster.pid'), `${pid}\n${data}\n1700000000\n5432\n/nowhere\n\n 1 2\nready\n`)
}

async function killServer(): Promise<void> {
  const pid = await clone.serverPid()
  if (pid === undefined) throw new Error('there is no server to kill')
  process.kill(pid, 'SIGKILL')
}

describe('after kill -9', () => {
  test('of the server and of a writer, repeatedly, everything acknowledged is there', async () => {
    const acknowledged = new Set<number>()
    for (let round = 1; round <= effort(2, 20); round += 1) {
      const writer = await startHolder(clone)
      writer.write((number) => acknowledged.add(number))
      const enough = acknowledged.size + 20 * round
      await until('enough to be acknowledged', async () => acknowledged.size >= enough)
      await killServer()
      await writer.kill()
    }
    const next = await acquire()
    const rows = await ask<{ number: number }>(next.url, 'select number from acknowledged')
    const kept = new Set(rows.map(({ number }) => number))
    expect([...acknowledged].filter((number) => !kept.has(number))).toEqual([])
    expect(rows.length).toBe(kept.size)
    await next.release()
    expect(await clone.serverPid()).toBeUndefined()
  })

  test('of the server alone, it restarts for the command that uses it, and stops when that exits', async () => {
    const holder = await startHolder(clone)
    const pid = await clone.serverPid()
    await killServer()
    await until('another server', async () => {
      const now = await clone.serverPid()
      return now !== undefined && now !== pid && (await ask(holder.url, 'select 1').catch(() => [])).length === 1
    })
    await holder.release()
    expect(await clone.serverPid()).toBeUndefined()
  })

  test('of one session, which makes the server restart all, the commands still hold it', async () => {
    const [staying, leaving] = [await startHolder(clone), await startHolder(clone)]
    const checkpointer = async () => {
      const text = `select pid from pg_stat_activity where backend_type = 'checkpointer'`
      return (await ask<{ pid: number }>(staying.url, text).catch(() => []))[0]?.pid
    }
    const before = (await checkpointer()) ?? 0
    process.kill(before, 'SIGKILL')
    // Before that the server has not noticed, and would end new sessions.
    await until('another checkpointer', async () => ![undefined, before].includes(await checkpointer()))
    const holds = `select from pg_locks where locktype = 'advisory' and mode = 'ShareLock'`
    await until('both sessions', async () => (await ask(staying.url, holds).catch(() => [])).length === 2)
    await leaving.release()
    expect(await ask(staying.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await staying.release()
  })
})

describe('a stale pid file', () => {
  test('whose pid now belongs to another program does not prevent the start, nor harm that program', async () => {
    const data = await makeData()
    const other = spawn('sleep', ['60'])
    await leavePidFile(data, other.pid ?? 0)
    const acquired = await acquire()
    expect(await ask(acquired.url, 'select 1 as one')).toEqual([{ one: 1 }])
    await acquired.release()
    expect(other.exitCode).toBeNull()
    other.kill()
    await once(other, 'exit')
  })

  test('whose pid now belongs to another PostgreSQL does not harm that one', async () => {
    const data = await makeData()
    const other = await readPidFile(join(inject('socketDirectory'), '..', 'data'))
    await leavePidFile(data, other?.pid ?? 0)
    const acquired = await acquire()
    expect(await clone.serverPid()).not.toBe(other?.pid)
    await acquired.release()
    expect(() => process.kill(other?.pid ?? 0, 0)).not.toThrow()
  })
})

describe('a server that cannot start', () => {
  test('because another major version created the data says so and keeps the data', async () => {
    const data = await makeData()
    await writeFile(join(data, 'PG_VERSION'), '16\n')
    await expect(acquire()).rejects.toThrow(/made by PostgreSQL 16, but this version of zvirka brings PostgreSQL 18/)
    await writeFile(join(data, 'PG_VERSION'), '18\n')
    await (await acquire()).release()
  })

  test('because a setting is wrong reports the server’s message', async () => {
    await makeData()
    const wrong = acquireEmbedded({ cloneDirectory: clone.directory, settings: { shared_buffers: 'many' } })
    await expect(wrong).rejects.toThrow(/invalid value for parameter "shared_buffers"/)
  })
})
