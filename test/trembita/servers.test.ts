// Rules: spec 3.2.10
import { describe, expect, test } from 'vitest'
import { createServers } from '../../src/trembita/servers.ts'

function setUp(count: number) {
  let now = 0
  const servers = createServers(count, () => now)
  return {
    servers,
    wait: (ms: number) => (now += ms),
    picks: (times: number) => Array.from({ length: times }, () => servers.pick()),
  }
}

describe('several security servers', () => {
  test('are used in turn', () => {
    expect(setUp(3).picks(6)).toEqual([1, 2, 0, 1, 2, 0])
  })

  test('are skipped while they fail, longer each time, and then tested with one call', () => {
    const { servers, wait, picks } = setUp(2)
    servers.failed(1)
    expect(picks(4)).toEqual([0, 0, 0, 0])
    for (const seconds of [5, 10, 20, 40, 60, 60]) {
      wait(seconds * 1000 - 1)
      expect(picks(2)).toEqual([0, 0])
      wait(1)
      expect(picks(4)).toEqual([1, 0, 0, 0])
      servers.failed(1)
    }
    wait(60_000)
    expect(picks(1)).toEqual([1])
    servers.succeeded(1)
    expect(new Set(picks(2))).toEqual(new Set([0, 1]))
  })

  test('that fail many calls at once are skipped once, not many times as long', () => {
    const { servers, wait, picks } = setUp(2)
    for (let n = 0; n < 16; n += 1) servers.failed(1)
    expect(servers.leftOut()).toEqual([1])
    wait(5_000)
    expect(picks(2)).toContain(1)
  })

  test('that all fail are used nevertheless', () => {
    const { servers, wait } = setUp(2)
    servers.failed(0)
    wait(1_000)
    servers.failed(1)
    expect(servers.pick()).toBe(0)
  })

  test('share a call: its retry goes to another one', () => {
    const { servers } = setUp(2)
    for (let n = 0; n < 4; n += 1) {
      const first = servers.pick()
      expect(servers.pick(first)).toBe(1 - first)
    }
  })

  test('that are known to fail do not get a retry while the first one works', () => {
    const { servers } = setUp(2)
    servers.failed(1)
    expect(servers.pick(0)).toBe(0)
  })
})

test('a single server is always used', () => {
  const { servers, picks } = setUp(1)
  servers.failed(0)
  expect(picks(2)).toEqual([0, 0])
  expect(servers.pick(0)).toBe(0)
})
