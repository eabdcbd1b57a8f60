/**
 * A table of live rows: the workers of a run, on the run's page, which follows the API's subscription. The API sends one update per second.
 * To test ten per second, a proxy answers the subscription itself with the run from the API and growing counts, and forwards everything
 * else. Baselines in the same browser: the page without updates, and a plain table of the same rows that processes the same events and sets
 * the text of each changed cell without a library.
 */
import { setTimeout as delay } from 'node:timers/promises'
import type { Browser, Page } from 'playwright-core'
import type { Database } from '../src/database/database.ts'
import { advanceRun } from '../test/web/runs-world.ts'
import { BARE_PATH, type Changes, startProxy } from './web-proxy.ts'
import { type Figures, figuresOf } from './web-trace.ts'

const UPDATES_A_SECOND = 10
/** The first seconds of a page are slow and not counted. */
const WARM_UP_MILLISECONDS = 2000

/** What is measured, with the browser and the API. */
export interface Ground {
  readonly address: string
  readonly token: string
  readonly browser: Browser
  readonly database: Database
}

interface Live extends Ground {
  readonly run: string
  readonly rows: number
  readonly seconds: number
  readonly tell: (words: string, figure: string) => void
}

/** Measures and prints everything. */
export async function measureLive(live: Live): Promise<void> {
  const { rows, address, run } = live
  const proxy = await startProxy(address, UPDATES_A_SECOND)
  const [direct, proxied] = [`${address}/runs/${run}`, `${proxy.address}/runs/${run}`]
  const bare = proxy.address + BARE_PATH
  const tell = (words: string, figures: Figures) => live.tell(words, inWords(figures, live.seconds))
  const following = async (url: string, changes: Changes) => {
    proxy.set(changes)
    return measure(live, url)
  }
  try {
    tell('nothing changes, an event a second', await measure(live, direct))
    tell(`${UPDATES_A_SECOND} of ${rows} rows a second, as the API tells it`, await measure(live, direct, advance))
    tell(`${UPDATES_A_SECOND} events a second, of one row of ${rows}`, await following(proxied, 'one'))
    tell('  the same in plain DOM', await following(bare, 'one'))
    tell(`${UPDATES_A_SECOND} events a second, of all ${rows} rows`, await following(proxied, 'all'))
    tell('  the same in plain DOM', await following(bare, 'all'))
    tell(`the overview of ${rows} workers, asked for every 5 s`, await measure(live, `${address}/`))
  } finally {
    await proxy.close()
  }
}

async function advance({ database, run, rows, seconds }: Live): Promise<void> {
  const end = performance.now() + seconds * 1000
  for (let n = 0; performance.now() < end; n += 1) {
    await advanceRun(database, run, (n % rows) + 1)
    await delay(1000 / UPDATES_A_SECOND)
  }
}

async function measure(live: Live, url: string, work?: (live: Live) => Promise<void>): Promise<Figures> {
  const { browser, token, rows, seconds } = live
  const context = await browser.newContext({ viewport: { width: 1440, height: 900 } })
  try {
    await context.addInitScript(`sessionStorage.setItem('zvirka.token', ${JSON.stringify(token)})`)
    const page = await context.newPage()
    await page.goto(url)
    await page
      .locator('tbody tr')
      .nth(rows - 1)
      .waitFor()
    await delay(WARM_UP_MILLISECONDS)
    const before = await shownBy(page)
    await browser.startTracing(page, { categories: ['disabled-by-default-devtools.timeline'] })
    await Promise.all([delay(seconds * 1000), work?.(live)])
    const figures = figuresOf(await browser.stopTracing())
    const isLive = work !== undefined || !url.startsWith(live.address)
    if (isLive && (await shownBy(page)) === before) throw new Error(`nothing has changed at ${url}`)
    return figures
  } finally {
    await context.close()
  }
}

function shownBy(page: Page): Promise<string> {
  return page.evaluate<string>(`[...document.querySelectorAll('tbody')].map((each) => each.textContent).join()`)
}

function inWords({ longest, longestCpu, over, overCpu, cpu }: Figures, seconds: number): string {
  const tasks = `longest task ${longest.toFixed(0)} ms (${longestCpu.toFixed(0)} ms of CPU)`
  return `${tasks}, ${over} over 50 ms (${overCpu} by CPU), ${(cpu / seconds).toFixed(0)} ms of CPU a second`
}
