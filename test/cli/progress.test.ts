import { Writable } from 'node:stream'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test } from 'vitest'
import { startProgress } from '../../src/cli/progress.ts'
import { duration, number } from '../../src/cli/words.ts'

function screen(isTTY: boolean) {
  const written: string[] = []
  const stream = new Writable({
    write(chunk, _encoding, done) {
      written.push(String(chunk))
      done()
    },
  })
  const to = Object.assign(stream, { isTTY, columns: 200 })
  return { to, text: () => stripVTControlCharacters(written.join('')) }
}

function clock() {
  let time = 0
  return { now: () => time, pass: (ms: number) => (time += ms) }
}

describe('without a terminal', () => {
  test('a line is written at most every five seconds, and the final state at the end', () => {
    const { to, text } = screen(false)
    const { now, pass } = clock()
    const progress = startProgress({ label: 'importing persons', to, now })
    for (let second = 1; second <= 12; second++) {
      pass(1000)
      progress.update({ done: second * 100, total: 10_000, outcomes: { taken: second * 100, bad: 0 } })
    }
    progress.stop()
    expect(text().split('\n')).toEqual([
      'importing persons: 500 of 10,000, 100/s, taken 500, 1 min 35 s left',
      'importing persons: 1,000 of 10,000, 100/s, taken 1,000, 1 min 30 s left',
      'importing persons: 1,200 of 10,000, 100/s, taken 1,200, 1 min 28 s left',
      '',
    ])
  })

  test('the rate covers the last 15 seconds', () => {
    const { to, text } = screen(false)
    const { now, pass } = clock()
    const progress = startProgress({ label: 'checking', to, now })
    let done = 0
    for (let second = 0; second < 60; second++) {
      pass(1000)
      done += second < 30 ? 1000 : 10
      progress.update({ done })
    }
    progress.stop()
    expect(text().trimEnd().split('\n').at(-1)).toBe('checking: 30,300, 10/s')
  })

  test('work that reported nothing shows nothing', () => {
    const { to, text } = screen(false)
    startProgress({ label: 'checking', to }).stop()
    expect(text()).toBe('')
  })
})

describe('on a terminal', () => {
  test('a bar shows the share, the counts, the rate, the outcomes and the time left', () => {
    const { to, text } = screen(true)
    const { now, pass } = clock()
    const progress = startProgress({ label: 'checking', to, now })
    pass(1000)
    progress.update({ done: 50, total: 200, outcomes: { verified: 48, not_verified: 2 } })
    progress.stop()
    expect(text()).toContain(
      'checking ██████░░░░░░░░░░░░░░░░░░ 25%  50 of 200, 50/s, verified 48, not verified 2, 3 s left',
    )
  })

  test('an unknown total shows counts without a bar', () => {
    const { to, text } = screen(true)
    const { now, pass } = clock()
    const progress = startProgress({ label: 'reading', to, now })
    pass(2000)
    progress.update({ done: 50 })
    progress.stop()
    expect(text()).toContain('reading  50, 25/s')
    expect(text()).not.toContain('█')
  })

  test('the cursor and line wrapping are restored', () => {
    const written: string[] = []
    const stream = new Writable({ write: (chunk, _encoding, done) => done(void written.push(String(chunk)) as never) })
    const progress = startProgress({ label: 'x', to: Object.assign(stream, { isTTY: true, columns: 80 }) })
    progress.update({ done: 1, total: 2 })
    expect(written.join('')).not.toContain('\u001b[?25l')
    expect(written.join('')).not.toContain('\u001b[?7l')
    progress.stop()
  })
})

test('quiet prints nothing', () => {
  const { to, text } = screen(true)
  const progress = startProgress({ label: 'x', quiet: true, to })
  progress.update({ done: 1, total: 2 })
  progress.stop()
  expect(text()).toBe('')
})

test.each([
  [0, '0 s'],
  [8.4, '8 s'],
  [60, '1 min'],
  [200, '3 min 20 s'],
  [7500, '2 h 5 min'],
  [273_600, '3 d 4 h'],
])('%d seconds are %s', (seconds, words) => {
  expect(duration(seconds)).toBe(words)
})

test('numbers are grouped', () => {
  expect(number(36_000_000)).toBe('36,000,000')
})
