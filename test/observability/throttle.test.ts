import { expect, test } from 'vitest'
import type { LogFields } from '../../src/observability/log.ts'
import { throttled } from '../../src/observability/throttle.ts'

function watched() {
  const written: (LogFields & { readonly message: string })[] = []
  let time = 0
  const warn = throttled(
    (fields, message) => written.push({ ...fields, message }),
    () => time,
  )
  return { written, warn, after: (milliseconds: number) => (time += milliseconds) }
}

test('a repeated message is written once in 30 seconds, with the number of repetitions', () => {
  const { written, warn, after } = watched()
  for (let times = 0; times < 100; times += 1, after(100)) warn({ reason: 'runs' }, 'trouble')
  expect(written).toEqual([{ message: 'trouble', reason: 'runs' }])
  after(30_000)
  warn({ reason: 'runs' }, 'trouble')
  expect(written[1]).toEqual({ message: 'trouble', reason: 'runs', counts: { left_out: 99 } })
})

test('another place, code or text is written immediately', () => {
  const { written, warn } = watched()
  warn({ reason: 'runs' }, 'trouble')
  warn({ reason: 'sweep' }, 'trouble')
  warn({ reason: 'sweep', error: Object.assign(new Error('x'), { code: '53300' }) }, 'trouble')
  warn({ reason: 'sweep' }, 'other trouble')
  expect(written).toHaveLength(4)
})
