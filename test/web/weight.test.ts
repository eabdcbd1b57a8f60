/** How much of the page loads at first, and how much of it changes on an update: what keeps it fast on any machine. */
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { bytesOf, loadAnew } from '../support/wire.ts'
import { advanceRun, seedLargeRun, seedRuns } from './runs-world.ts'
import { startWorld, type World } from './world.ts'

const MOST_BYTES = 200_000
const ROWS = 300

let world: World
let run: string
beforeAll(async () => {
  world = await startWorld()
  await seedRuns(world.api.db.database)
  run = await seedLargeRun(world.api.db.database, ROWS)
})
afterAll(() => world.close())

const OPERATOR = { role: 'NHS OPERATOR' } as const

describe('the first load', () => {
  test.each([
    { name: 'signed out', options: {}, isThere: (page: Page) => page.getByLabel('Пароль').waitFor() },
    {
      name: 'of the overview, with its charts',
      options: OPERATOR,
      isThere: (page: Page) => page.getByRole('table').first().waitFor(),
    },
  ])('$name is under 200 kB as a browser receives it, compressed, only from this server', async (each) => {
    const { page, problems, close } = await world.open('/', each.options)
    await each.isThere(page)
    const received = await loadAnew(page, () => each.isThere(page))
    const parts = received.filter(({ isPage }) => isPage)
    const code = parts.filter(({ url }) => /\.(js|css)$/.test(url))
    expect(code.length).toBeGreaterThan(2)
    expect(code.filter(({ encoding }) => encoding !== 'br' && encoding !== 'gzip')).toEqual([])
    expect(received.filter(({ url }) => new URL(url).origin !== world.api.url)).toEqual([])
    expect(bytesOf(parts)).toBeGreaterThan(50_000)
    expect(bytesOf(parts), parts.map(({ url, bytes }) => `${url} ${bytes}`).join('\n')).toBeLessThan(MOST_BYTES)
    expect(problems).toEqual([])
    await close()
  })

  test('has nothing of pages that were not opened', async () => {
    const { page, close } = await world.open('/', OPERATOR)
    const isThere = () => page.getByRole('table').first().waitFor()
    await isThere()
    const names = (await loadAnew(page, isThere)).map(({ url }) => url).join(' ')
    expect(names).toContain('overview-page')
    expect(names).not.toMatch(/run-page|audit-page|subject-page|jobs-page|settings-page/)
    await close()
  })
})

// Counted in the browser: changed rows, and how often a number or a time was formatted.
const WATCH = `{
  window.touched = new Set()
  window.worded = 0
  for (const { prototype } of [Intl.NumberFormat, Intl.DateTimeFormat]) {
    const { get } = Object.getOwnPropertyDescriptor(prototype, 'format')
    Object.defineProperty(prototype, 'format', { get() { window.worded += 1; return get.call(this) } })
  }
  new MutationObserver((changes) => {
    for (const { target } of changes) {
      const element = target.nodeType === Node.ELEMENT_NODE ? target : target.parentElement
      if (element.closest('table') !== null) window.touched.add(element.closest('tr')?.cells[0].innerText ?? 'the whole table')
    }
  }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true })
}`

describe('a table of 300 live rows', () => {
  test('is updated only in the row that changed; no other is rendered again', async () => {
    const { page, close } = await world.open(`/runs/${run}`, OPERATOR)
    const row = (worker: string) => page.getByRole('row').filter({ hasText: `worker-${worker}.internal` })
    await row('300').waitFor()
    expect(await page.getByRole('table', { name: 'За обробниками' }).getByRole('row').count()).toBe(ROWS + 1)
    // Until the first event: later ones come through the stream.
    await advanceRun(world.api.db.database, run, 1)
    await row('001').getByText('4 100').waitFor()
    await page.evaluate(WATCH)
    await advanceRun(world.api.db.database, run, 150)
    await row('150').getByText('4 100').waitFor()
    expect(await page.evaluate('[...window.touched]')).toEqual([expect.stringContaining('worker-150.internal')])
    // A row has four of them, and the part above the table about ten; redrawing the table would take more than a thousand.
    expect(await page.evaluate('window.worded')).toBeGreaterThan(0)
    expect(await page.evaluate('window.worded')).toBeLessThan(ROWS / 2)
    await close()
  })
})
