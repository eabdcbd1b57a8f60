import { once } from 'node:events'
import { setTimeout as delay } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { connect } from '../../src/database/connection.ts'
import { openDatabase } from '../../src/database/database.ts'
import { isLoss, throughLosses } from '../../src/imports/attempts.ts'
import { behind, socketOf, startProxy, type TcpProxy } from '../chaos/proxy.ts'
import { importLines, party, stored } from '../parties/parties.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let db: TestDatabase
beforeAll(async () => {
  db = await createTestDatabase('zvirka_worker')
})
afterAll(() => db.drop())

describe('an import that loses the database', () => {
  test('continues, and imports everybody once', async () => {
    const lines = Array.from({ length: 300 }, () => party())
    const database = db.open({ max: 2, applicationName: 'losing' })
    const killer = await connect({ url: db.url, applicationName: 'killer' })
    // Once for each written batch, whichever statement of the next one is running. A batch that is killed again and again is given up, as
    // it should be, so missed kills are not repeated.
    let written = 0
    let killed = 0
    let killedAfter = 0
    let isOver = false
    const killing = (async () => {
      while (!isOver) {
        const after = written
        const { rows } = await killer.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
            where $1 and application_name = 'losing' and state <> 'idle' and query <> ''`,
          [killedAfter < after],
        )
        killed += rows.length
        if (rows.length > 0) killedAfter = after
      }
    })()
    const { counts, isFinished } = await importLines(database, lines, {
      batchSize: 10,
      pausesMs: [1, 1, 1],
      onProgress: (phase) => {
        if (phase === 'writing') written += 1
      },
    }).finally(() => {
      isOver = true
    })
    await killing
    await killer.end()
    expect(killed).toBeGreaterThan(3)
    expect(isFinished).toBe(true)
    // A commit whose acknowledgement was lost is found again as unchanged.
    expect(counts.new + counts.unchanged).toBe(lines.length)
    expect(counts).toMatchObject({ changed: 0, switched: 0, bad: 0 })
    const found = await Promise.all(lines.map(({ id }) => stored(db.database, id)))
    expect(found.every((each) => each?.employees.length === 1 && each.documents.length === 1)).toBe(true)
  })

  /** An import through a proxy, to which something happens after a few batches. */
  async function importOver(happens: (proxy: TcpProxy) => unknown, options: Parameters<typeof importLines>[2] = {}) {
    const proxy = await startProxy(() => socketOf(db.url))
    onTestFinished(() => proxy.close())
    const database = openDatabase({
      ...{ url: behind(proxy, db.url), role: 'zvirka_app', applicationName: 'losing', max: 2 },
      ...{ answerMs: 2000, idleInTransactionMs: 200 },
    })
    onTestFinished(() => database.close())
    const lines = Array.from({ length: 200 }, () => party())
    let written = 0
    const onProgress = (phase: string) => {
      if (phase !== 'writing') return
      written += 1
      if (written === 3) happens(proxy)
    }
    return importLines(database, lines, { batchSize: 10, onProgress, ...options })
  }

  test.each(['refusing', 'silent'] as const)('continues when it is back, if it was %s', async (mode) => {
    const { counts, isFinished } = await importOver(
      async (proxy) => {
        await proxy.set(mode)
        await delay(300)
        await proxy.set('passing')
      },
      { pausesMs: Array.from({ length: 50 }, () => 100) },
    )
    expect(isFinished).toBe(true)
    expect(counts.new + counts.unchanged).toBe(200)
  })

  test('ends as interrupted if it is cancelled meanwhile', async () => {
    const enough = new AbortController()
    const { counts, isFinished } = await importOver(
      async (proxy) => {
        await proxy.set('refusing')
        enough.abort()
      },
      { pausesMs: [60_000], signal: enough.signal },
    )
    expect(isFinished).toBe(false)
    expect(counts.new).toBeLessThan(200)
  })

  test('treats a session as lost that the server closed as idle', async () => {
    const client = await connect({ url: db.url, applicationName: 'tests' })
    const given = once(client, 'error')
    await client.query('set idle_in_transaction_session_timeout = 1')
    await client.query('begin')
    const [error] = await given
    expect(error).toMatchObject({ code: '25P03' })
    expect(isLoss(error)).toBe(true)
  })

  test('gives up after a number of attempts, and immediately if the error is no lost connection', async () => {
    const closed = connect({ url: 'postgres://nobody@127.0.0.1:1/none', applicationName: 'tests' })
    const lost = await closed.then(
      () => undefined,
      (error: unknown) => error,
    )
    let attempts = 0
    const failing = (error: unknown) => async () => {
      attempts += 1
      throw error
    }
    await expect(throughLosses(failing(lost), { pausesMs: [1, 1, 1] })).rejects.toBe(lost)
    expect(attempts).toBe(4)
    const other = new Error('the disk is full')
    await expect(throughLosses(failing(other), { pausesMs: [1, 1, 1] })).rejects.toBe(other)
    expect(attempts).toBe(5)
    await expect(throughLosses(failing(lost), { signal: AbortSignal.abort() })).rejects.toBe(lost)
    expect(attempts).toBe(6)
  })
})
