/** What can be tested without a browser: schedules in words, days of charts, files, times, addresses. */
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { repository } from '../support/imports.ts'

/** A module of the page; its types belong to another program than the tests'. */
// biome-ignore lint/suspicious/noExplicitAny: tests read what they expect
const load = async (path: string): Promise<any> => import(pathToFileURL(join(repository, 'web/src', path)).href)

describe('a schedule', () => {
  test.each([
    ['0 1 * * *', 'щодня о 01:00', 'every day at 01:00'],
    ['30 22 * * *', 'щодня о 22:30', 'every day at 22:30'],
    ['* * * * *', 'щохвилини', 'every minute'],
    ['*/5 * * * *', 'кожні 5 хвилин', 'every 5 minutes'],
    ['7 * * * *', 'щогодини о 07-й хвилині', 'every hour at minute 7'],
    ['0 */2 * * *', 'кожні 2 години о 00-й хвилині', 'every 2 hours at minute 0'],
    ['0 3 * * 1', 'щопонеділка о 03:00', 'every Monday at 03:00'],
    ['0 3 * * 7', 'щонеділі о 03:00', 'every Sunday at 03:00'],
    // Too unusual for a short text: shown as written, and never wrongly.
    ['0 1 1 * *', '0 1 1 * *', '0 1 1 * *'],
    ['0 1-5 * * *', '0 1-5 * * *', '0 1-5 * * *'],
    ['0 1 * * 1-5', '0 1 * * 1-5', '0 1 * * 1-5'],
    ['0 0 1 * * *', '0 0 1 * * *', '0 0 1 * * *'],
    ['5,35 * * * *', '5,35 * * * *', '5,35 * * * *'],
  ])('%s is described as %s', async (cron, uk, en) => {
    const { scheduleWords } = await load('pages/overview/schedule.ts')
    expect([scheduleWords(cron, 'uk'), scheduleWords(cron, 'en')]).toEqual([uk, en])
  })
})

describe('the days of a chart', () => {
  test('are the last thirty in Kyiv, across a clock change, each once', async () => {
    const { lastDays, barsOf } = await load('pages/overview/history.ts')
    // Half past midnight in Kyiv is the day before in UTC; clocks went back on 25 October.
    const days = lastDays(new Date('2026-11-05T22:30:00Z'))
    expect([days.length, days[0], days.at(-1)]).toEqual([30, '2026-10-08', '2026-11-06'])
    expect(new Set(days).size).toBe(30)
    const day = {
      process: 'a',
      day: '2026-11-06',
      runs: 1,
      verified: 5,
      notVerified: 4,
      notNeeded: 3,
      incorrect: 2,
      technicalErrors: 1,
    }
    const bars = barsOf([day, { ...day, process: 'b' }], 'a', new Date('2026-11-05T22:30:00Z'))
    expect(bars.at(-1)).toEqual({ day: '2026-11-06', pieces: { verified: 5, notVerified: 4, other: 5, errors: 1 } })
    expect(bars.at(-2).pieces).toEqual({ verified: 0, notVerified: 0, other: 0, errors: 0 })
  })
})

describe('an exported file', () => {
  test('is CSV that a spreadsheet opens as text, whatever the cells start with', async () => {
    const { csvOf } = await load('ui/csv.ts')
    const columns = [
      { header: 'a', value: ([first]: unknown[]) => first },
      { header: 'b', value: ([, second]: unknown[]) => second },
    ]
    const rows = [
      ['x,y', 'say "so"'],
      ['=1+1', '@sum'],
      [-5, null],
      ['two\nlines', true],
    ]
    expect(csvOf(columns, rows)).toBe(
      `\uFEFF"a","b"\r\n"x,y","say ""so"""\r\n"'=1+1","'@sum"\r\n"-5",""\r\n"two\nlines","true"\r\n`,
    )
  })

  test.each([
    ['=1', `'=1`],
    ['\n=1', `\n'=1`],
    ['\t=1', `\t'=1`],
    [' =1', ` '=1`],
    ['\u200B\uFEFF=1', `\u200B\uFEFF'=1`],
    ['\u0000=1', `\u0000'=1`],
    ['＝1', `'＝1`],
    ['﹢1', `'﹢1`],
    ['＠a', `'＠a`],
    ['−1', `'−1`],
    ['a;=cmd', `a;'=cmd`],
    ['a\n-1', `a\n'-1`],
    ['a; ＝b', `a; '＝b`],
    ['"=1', `""'=1`],
    ['+380501112233', `'+380501112233`],
    ['а-б; в=г', 'а-б; в=г'],
    ['О’Коннор', 'О’Коннор'],
  ])('starts no spreadsheet formula: %j', async (value, cell) => {
    const { csvOf } = await load('ui/csv.ts')
    expect(csvOf([{ header: 'a', value: (text: string) => text }], [value])).toBe(`\uFEFF"a"\r\n"${cell}"\r\n`)
  })
})

describe('a time', () => {
  test("is Kyiv's, with its zone, whatever the computer’s clock says", async () => {
    const { formatOf } = await load('i18n/format.ts')
    const [uk, en] = [formatOf('uk'), formatOf('en')]
    expect(uk.dateTime('2026-07-01T21:30:05Z')).toBe('02.07.2026, 00:30:05')
    expect(en.dateTime('2026-01-01T21:30:05Z')).toBe('01 Jan 2026, 23:30:05')
    expect([uk.zone('2026-07-01T00:00:00Z'), uk.zone('2026-01-01T00:00:00Z')]).toEqual(['UTC+3', 'UTC+2'])
    expect(uk.day('2026-03-01')).toBe('01.03.2026')
  })

  test('relative times and durations use the two largest units', async () => {
    const { formatOf } = await load('i18n/format.ts')
    const { relative, duration } = formatOf('en')
    const now = new Date('2026-03-01T12:00:00Z')
    expect(relative('2026-03-01T11:55:30Z', now)).toBe('4 minutes ago')
    expect(relative('2026-03-01T15:00:00Z', now)).toBe('in 3 hours')
    expect([0.4, 59, 60, 3725, 90_000].map((seconds) => duration(seconds))).toEqual([
      ...['0 secs', '59 secs', '1 min', '1 hr 2 mins', '1 day 1 hr'],
    ])
  })
})

describe('the query part of a URL', () => {
  test('is plain text, without empty or unknown parameters', async () => {
    const { parseSearch, stringifySearch, wordIn } = await load('app/search.ts')
    const { runsSearch } = await load('pages/runs/search.ts')
    expect(stringifySearch({ process: 'unzr/person', state: undefined, after: '' })).toBe('?process=unzr%2Fperson')
    expect(parseSearch('?process=unzr%2Fperson&n=5')).toEqual({ process: 'unzr/person', n: '5' })
    expect(runsSearch({ process: 'unzr/person', state: 'WRONG', more: 'x' })).toEqual({ process: 'unzr/person' })
    expect(wordIn({ state: 'PAUSED' }, 'state', ['PAUSED'])).toBe('PAUSED')
  })
})

describe('the search input', () => {
  const ID = '5b0e7f5c-5f5f-4a7e-9a0f-3d8f6f1f2a10'
  test.each([
    [` ${ID.toUpperCase()} `, { kind: 'id', id: ID }],
    ['2924500777', { asked: { number: '2924500777', as: 'taxId' } }],
    ['19800131-00777', { asked: { number: '19800131-00777', as: 'unzr' } }],
    ['292 450 0777', { asked: { number: '2924500777', as: 'taxId' } }],
    ['АА 123456', { asked: { number: 'АА123456', as: 'documentNumber' } }],
    ['І-БК 123456', { asked: { number: 'І-БК 123456', as: 'documentNumber' } }],
    ['Косач 31.1.1980', { asked: { lastName: 'Косач', birthDate: '1980-01-31' }, firstName: '' }],
    [
      '1980-01-31, Косач Лариса Петрівна',
      { asked: { lastName: 'Косач', birthDate: '1980-01-31' }, firstName: 'Лариса' },
    ],
    ['Косач Лариса', { kind: 'noBirthDate' }],
    ['  ', { kind: 'nothing' }],
  ])('%j is parsed', async (given, wanted) => {
    const { wantedOf } = await load('app/wanted.ts')
    expect(wantedOf(given)).toMatchObject(wanted)
  })
})
