import { EventEmitter } from 'node:events'
import { expect, test } from 'vitest'
import { watchInterrupts } from '../../src/cli/interrupt.ts'

function setUp() {
  const source = new EventEmitter()
  const seen: string[] = []
  let time = 1000
  const interrupt = watchInterrupts({
    source,
    now: () => time,
    exit: (code) => seen.push(`exit ${code}`),
    onFirst: (by) => seen.push(`first ${by}`),
  })
  return {
    interrupt,
    seen,
    source,
    after(ms: number, signal: string) {
      time += ms
      source.emit(signal, signal)
    },
  }
}

test.each(['SIGINT', 'SIGTERM', 'SIGHUP'])('%s requests a stop and aborts nothing', (signal) => {
  const { interrupt, seen, after } = setUp()
  expect([interrupt.signal.aborted, interrupt.by]).toEqual([false, undefined])
  after(0, signal)
  expect([interrupt.signal.aborted, interrupt.by]).toEqual([true, signal])
  expect(seen).toEqual([`first ${signal}`])
})

test('a second Ctrl-C completes only what is required and exits at once with 130', () => {
  const { interrupt, seen, after } = setUp()
  interrupt.atOnce(() => seen.push('child killed'))
  after(0, 'SIGINT')
  after(1000, 'SIGINT')
  expect(seen).toEqual(['first SIGINT', 'child killed', 'exit 130'])
  expect(interrupt.by).toBe('SIGINT')
})

test('one press that arrives twice, through npm, counts once', () => {
  const { seen, after } = setUp()
  after(0, 'SIGINT')
  after(100, 'SIGINT')
  expect(seen).toEqual(['first SIGINT'])
})

test('no signal handler stays after it is closed', () => {
  const { interrupt, seen, source, after } = setUp()
  interrupt.close()
  after(0, 'SIGINT')
  expect(seen).toEqual([])
  expect(source.eventNames()).toEqual([])
})
