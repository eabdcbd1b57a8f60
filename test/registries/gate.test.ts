import { expect, test } from 'vitest'
import { createGate } from '../../src/registries/gate.ts'

test('a gate admits a limited number, the others first in, first out', async () => {
  const gate = createGate(2)
  const entered: number[] = []
  const enter = async (n: number) => {
    if (await gate.enter([])) entered.push(n)
  }
  const all = [1, 2, 3, 4, 5].map(enter)
  await all[1]
  expect(entered).toEqual([1, 2])
  gate.leave()
  await all[2]
  gate.leave()
  await all[3]
  expect(entered).toEqual([1, 2, 3, 4])
  for (const _ of [1, 2, 3]) gate.leave()
  await all[4]
  expect(entered).toEqual([1, 2, 3, 4, 5])
})

test('with room nobody waits, not even for a promise', () => {
  const gate = createGate(1)
  expect(gate.enter([])).toBe(true)
  expect(gate.enter([])).toBeInstanceOf(Promise)
  expect(createGate(1).enter([AbortSignal.abort()])).toBe(false)
})

test('cancelled waiting uses up no place', async () => {
  const gate = createGate(1)
  expect(gate.enter([])).toBe(true)
  const abort = new AbortController()
  const first = gate.enter([undefined, abort.signal])
  const second = gate.enter([])
  abort.abort()
  expect(await first).toBe(false)
  gate.leave()
  expect(await second).toBe(true)
  gate.leave()
  expect(gate.enter([])).toBe(true)
})

test('everyone who waits can be rejected, and the gate continues to work', async () => {
  const gate = createGate(1)
  expect(gate.enter([])).toBe(true)
  const waiting = [gate.enter([]), gate.enter([])]
  gate.turnAway()
  expect(await Promise.all(waiting)).toEqual([false, false])
  gate.leave()
  expect(gate.enter([])).toBe(true)
})
